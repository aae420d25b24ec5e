import type { RetrainResult } from './result.ts';
import type { Attempt, Facts, Learnt } from './attempt.ts';
import { conclude } from './attempt.ts';
import { AiengError } from '../../errors.ts';
import { agreeOnHistory } from '../../data/history/agreement.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import { cascadeLocked } from '../../cascade/cascade.ts';
import { fittedIdentities } from '../../cascade/fittedRows.ts';
import { ofOneHistory } from '../../cascade/challenger/sameHistory.ts';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import type { SnapshotRows } from '../../cascade/snapshotRows.ts';
import { scriptParts } from '../../cascade/script/training.ts';
import { keepMaking } from '../../cascade/challenger/making.ts';
import { trainingCode } from '../../cascade/key.ts';
import { familiesConcerned } from '../../modeling/concerned.ts';
import { stoppedBefore } from '../../cascade/stopped.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { driftedRows } from '../../monitoring/presentReference.ts';
import { championDigest } from '../../project/champion.ts';
import { claimedChallenger, takeOver } from '../../project/deployment/promote.ts';
import { readFoldedRows } from '../../project/expireTraffic.ts';
import { heedInterruption, inPieces } from '../../project/interruption.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Outcome } from '../../project/outcome.ts';
import { decidePromotion, tooFewToCompare } from '../../retraining/index.ts';
import { writeWaiting } from '../../tracking/retraining/approvals.ts';
import { outputOf } from '../../tracking/stages.ts';
import type { Ground } from '../../cascade/challenger/challenger.ts';
import { groundOf, presentWorld } from '../../cascade/challenger/challenger.ts';
import type { ChallengerRows, ChallengerTraffic } from '../../cascade/challenger/rows.ts';
import { gatheringRows, taughtByFold } from '../../cascade/challenger/rows.ts';
import type { Contest } from './contest.ts';
import { holdContest } from './contest.ts';
import { holdsOf } from './evidence.ts';
import { acceptPresent, levelOf } from './levels.ts';
import { packageWinner } from '../../cascade/challenger/winner.ts';

/** The rows of a challenger: the source as it is now, and the labelled log without what the champion was fitted on. */
async function gather(
  { context, pipeline, champion }: Attempt,
  traffic: ChallengerTraffic,
  source: SnapshotRows,
): Promise<ChallengerRows> {
  const seen = await fittedIdentities(context, pipeline, champion.bundle.digest);
  const told = { label: 'retrain', detail: 'cells of the source and of the labelled log gathered', total: 0 };
  const gathered = await inPieces(context, told, gatheringRows(pipeline, source, traffic, seen));
  const [misfit] = gathered.misfits;
  if (misfit !== undefined)
    context.progress({
      kind: 'warning',
      message: `${gathered.misfits.length} cells of the prediction log no longer fit the row schema and count as missing (${misfit.column}: ${misfit.message}).`,
    });
  return gathered;
}

/** Why the champion's log teaches nothing: its cells of history say something else than the source's do now. Null: they agree. */
function otherHistory({ champion }: Attempt, { history }: RowSchema): string | null {
  if (agreeOnHistory(history, readBundleSchema(champion.bundle).history)) return null;
  const named = champion.version === null ? 'The champion' : `${champion.name}@${champion.version}`;
  return `${named} was trained with another features.history than the pipeline has now: the rows that it answered hold other figures under the same names, and neither teach nor judge. Train, package and deploy the pipeline as it is, and its own log will teach.`;
}

/** The labelled rows that may teach and judge; those of models with another `features.history` are told and left out. */
async function taughtTraffic(
  { context }: Attempt,
  { history }: RowSchema,
  all: ChallengerTraffic,
): Promise<ChallengerTraffic> {
  const { traffic, leftOut } = await ofOneHistory(context, history, all);
  if (leftOut > 0)
    context.progress({
      kind: 'warning',
      message: `${leftOut} ${leftOut === 1 ? 'row' : 'rows'} of the prediction log ${leftOut === 1 ? 'was' : 'were'} answered by models with another features.history, or by such as are gone: left out.`,
    });
  return traffic;
}

/** What a contest tells, whatever follows. */
const factsOf = (facts: Facts, { gathered, compare }: Ground, contest: Contest): Facts => ({
  ...facts,
  trainingRows:
    contest.best.kind === 'earlier' ? gathered.trainingRows : contest.best.challenger.taught.rows.length,
  comparisonRows: compare.length,
  candidates: contest.candidates,
  chosen: contest.best.name,
  comparison: contest.best.comparison,
  onSource: contest.onSource,
  schemaChanges: gathered.schemaChanges,
  verdict: contest.best.kind === 'earlier' ? null : contest.best.challenger.fit.verdict,
});

/** It is the challenger that failed: nothing is said of the model that serves. */
function failedGate({ name, version }: Attempt['champion'], sentence: string): string {
  const stays = version === null ? 'The champion' : `${name}@${version}`;
  return `The challenger failed a gate on the newest labelled rows: ${sentence} ${stays} stays in charge.`;
}

/** Trains the candidates and, where the best is better beyond noise, promotes and deploys it. */
export async function challenge(
  attempt: Attempt,
  facts: Facts,
  learnt: Learnt,
): Promise<Outcome<RetrainResult>> {
  const { context, pipeline, champion } = attempt;
  const done = await cascadeLocked(context, pipeline, 'validate', false);
  if (done.last.exitCode !== 0) throw stoppedBefore(done, 'train');
  const { snapshot } = outputOf.ingest(done.records.ingest!);
  const folded = (await readFoldedRows(context, pipeline)).map(taughtByFold);
  const source = await readSnapshotRows(context, pipeline, snapshot);
  const otherwise = otherHistory(attempt, source.schema);
  if (otherwise !== null) return conclude(attempt, 'not-enough-data', otherwise, facts);
  const traffic = await taughtTraffic(attempt, source.schema, {
    recent: learnt.recent,
    older: [...folded, ...learnt.older],
  });
  const gathered = await gather(attempt, traffic, source);
  const tooFew = tooFewToCompare(pipeline.retrain, gathered.compare.length, gathered.seenByChampion);
  if (tooFew !== null) return conclude(attempt, 'not-enough-data', tooFew, facts);
  context.progress({
    kind: 'step',
    message: `training on up to ${gathered.trainingRows} rows (${gathered.fromSource.filter(Boolean).length} of the source, the rest from the prediction log); ${gathered.compare.length} recent rows only judge`,
  });
  const ground = await groundOf(context, pipeline, gathered, champion, await presentWorld(context, pipeline));
  const contest = await holdContest(context, ground, champion);
  const known = factsOf(facts, ground, contest);
  if (known.verdict?.passed === false)
    return conclude(attempt, 'gate-failed', failedGate(champion, known.verdict.sentence), known);
  const promotion = decidePromotion(contest.best.comparison, pipeline.retrain.margin, contest.compared);
  if (!promotion.promote) {
    const accepted = await acceptPresent(attempt, contest.best.comparison, attempt.past.failingSince);
    return accepted === null
      ? conclude(attempt, 'challenger-not-better', promotion.because, known)
      : conclude(attempt, 'accepted', `${promotion.because} ${accepted}`, known);
  }
  const moved = await whereChampionMoved(attempt);
  if (moved !== null) return conclude(attempt, 'champion-moved', moved, known);
  return promoteBest(attempt, { ground, contest, learnt, traffic, snapshot }, promotion.because, known);
}

/** What is known when the best candidate is better. */
interface Won {
  readonly ground: Ground;
  readonly contest: Contest;
  readonly learnt: Learnt;
  /** All labelled rows of the log. */
  readonly traffic: ChallengerTraffic;
  readonly snapshot: Snapshot;
}

/** The bundle of the best candidate: an earlier champion has one, the others are refitted on all rows and packaged. */
async function bundleOf(
  { context, pipeline, observation, champion, runId, startedAt }: Attempt,
  { ground, learnt, traffic, snapshot, contest: { best } }: Won,
): Promise<{ readonly bundle: Bundle; readonly rows: number | null; readonly version: number | null }> {
  if (best.kind === 'earlier') return { bundle: best.named.bundle, rows: null, version: best.named.version };
  const { kind: recipe, challenger: judged } = best;
  // What came before a change would be the norm again: the new model is for the rows that alarm.
  const shown = driftedRows(observation.report, pipeline.monitor.min_rows);
  const { predictions } = learnt.window;
  const population = shown === null ? predictions : predictions.slice(-shown);
  const script = await scriptParts({ pipeline }, ground.own.scripts);
  const making = await keepMaking(context, {
    ...{ pipeline, recipe, traffic, population, script },
    champion: champion.bundle.digest,
    run: { id: runId, at: startedAt },
  });
  const files = script === null ? {} : { script: Object.values(script['script files']) };
  const { bundle, child } = await packageWinner(context, ground, {
    ...{ recipe, judged, population, parent: snapshot },
    code: trainingCode(context.environment, familiesConcerned(pipeline.model.family)),
    retrained: { making, parent: snapshot, ...files },
  });
  return { bundle, rows: child.rows, version: null };
}

/** Promotes the best candidate, or lets it wait for a person where something speaks against it. */
async function promoteBest(
  attempt: Attempt,
  won: Won,
  because: string,
  known: Facts,
): Promise<Outcome<RetrainResult>> {
  const { context, pipeline, champion } = attempt;
  const { best } = won.contest;
  const holds = await holdsOf(attempt, won.ground, won.contest, won.learnt);
  const { bundle, rows, version } = await bundleOf(attempt, won);
  const level = best.kind === 'earlier' ? null : await levelOf(attempt, best.challenger, bundle);
  const decided: Facts = { ...known, holds, level, refittedRows: rows };
  if (holds.length > 0) {
    await heedInterruption(context);
    await writeWaiting(context, pipeline.name, attempt.runId, {
      bundle: bundle.digest,
      champion: { version: champion.version, bundle: champion.bundle.digest },
      because,
      holds,
      comparison: best.comparison,
    });
    return conclude(
      attempt,
      'waits-for-approval',
      `${because} It waits for a person: ${holds.map((hold) => hold.because).join(' ')}`,
      { ...decided, challenger: { version, bundle: bundle.digest } },
    );
  }
  // The last moment: from here on a new version exists.
  await heedInterruption(context);
  const named =
    best.kind === 'earlier' ? best.named : await claimedChallenger(context, pipeline, bundle, attempt);
  const challenger = { version: named.version, bundle: bundle.digest };
  return putToWork(attempt, named, because, { ...decided, challenger });
}

/**
 * A deployment does not wait for a training: the challenger was compared with a model that is not in charge any more, and
 * says nothing about the one that is. Null: it is.
 */
async function whereChampionMoved({ context, pipeline, champion }: Attempt): Promise<string | null> {
  const now = await championDigest(context, pipeline.name);
  if (now === champion.bundle.digest) return null;
  const before = champion.version === null ? 'the champion' : `${pipeline.name}@${champion.version}`;
  return `Another model took the place of ${before} (${champion.bundle.digest.slice(0, 12)} → ${now?.slice(0, 12) ?? 'none'}) while the challenger was trained to beat it: nothing is promoted. The next attempt compares with the one that serves.`;
}

/** Deploys a promoted challenger where something is deployed. A failure is written down too: the cooldown begins. */
async function putToWork(
  attempt: Attempt,
  named: NamedBundle,
  because: string,
  facts: Facts,
): Promise<Outcome<RetrainResult>> {
  const { context, pipeline, options, champion } = attempt;
  try {
    const deployed = await takeOver(context, pipeline, named, {
      why: `aieng retrain (run ${attempt.runId}): ${because}`,
      waitMs: options.waitMs,
      expected: champion.bundle.digest,
      deploy: !options.noDeploy,
    });
    if (deployed === null) return await conclude(attempt, 'promoted', because, facts);
    return await conclude(attempt, 'promoted-and-deployed', because, { ...facts, deployed });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (error instanceof AiengError && error.code === 'champion-moved')
      return await conclude(attempt, 'champion-moved', said, facts);
    await conclude(attempt, 'promoted', `${because} It could not be deployed: ${said}`, facts);
    throw error;
  }
}
