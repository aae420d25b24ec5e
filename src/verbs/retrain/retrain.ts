import type { RetrainOptions } from './options.ts';
import type { RetrainDecision, RetrainResult } from './result.ts';
import { AiengError, exitCodes } from '../../errors.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { decide, decidePromotion, firedTriggers, tooFewToCompare } from '../../retraining/index.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import { setOtherwise } from '../../project/bundles.ts';
import { cascadeLocked } from '../../cascade/cascade.ts';
import { fitChallenger } from './challenger.ts';
import type { ChallengerRows, TaughtRow } from './challengerRows.ts';
import { gatheringRows, keepChild } from './challengerRows.ts';
import type { Context } from '../../project/context.ts';
import { heedInterruption, inPieces } from '../../project/interruption.ts';
import { bringUp } from '../../project/deployment/bringUp.ts';
import { placeNow, placeOf, statusOf, targetNameOf } from '../../project/deployment/place.ts';
import { fittedAt, fittedIdentities } from '../../cascade/fittedRows.ts';
import { championDigest, championOf } from '../../project/champion.ts';
import { expireTraffic, readFoldedRows } from '../../project/expireTraffic.ts';
import type { FoldedRow } from '../../project/expireTraffic.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import type { Champion } from '../../project/champion.ts';
import { labelledQuery, windowOf } from '../../project/labelledTraffic.ts';
import { observe } from '../../project/observation/observe.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { packageChallenger } from './promotion.ts';
import { writeRun } from '../../tracking/runs.ts';
import type { LabelledQuery, LabelledWindow } from '../../traffic/labelled.ts';
import {
  countLabelledSince,
  labelledRows,
  readLabelledLog,
  readLabelledWindow,
} from '../../traffic/labelled.ts';
import { refuseLabels } from '../../traffic/refusal.ts';
import { lastRetraining, lastTraining, writeRetraining } from '../../tracking/retrainings.ts';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import { outputOf } from '../../tracking/stages.ts';
import { stoppedBefore } from '../../cascade/stopped.ts';

/** What a retraining run starts from. */
interface Attempt {
  readonly context: Context;
  readonly pipeline: Pipeline;
  readonly options: RetrainOptions;
  readonly runId: string;
  readonly champion: Champion;
  /** Where the labels are. */
  readonly query: LabelledQuery;
}

type Facts = Omit<RetrainResult, 'decision' | 'because'>;

const nothingDone: Facts = {
  triggers: [],
  trainingRows: null,
  comparisonRows: null,
  comparison: null,
  onSource: null,
  schemaChanges: [],
  verdict: null,
  champion: null,
  challenger: null,
  deployed: null,
  labels: null,
};

function exitCodeOf(decision: RetrainDecision): 0 | 4 {
  return decision === 'gate-failed' ? exitCodes.gateFailed : exitCodes.ok;
}

/** Records a decision and turns it into an outcome. Cron's every minute writes an idle decision once, not again and again. */
async function conclude(
  attempt: Attempt,
  decision: RetrainDecision,
  because: string,
  facts: Facts,
  startedAt: number,
): Promise<Outcome<RetrainResult>> {
  const { context, pipeline, runId } = attempt;
  const result: RetrainResult = { decision, because, ...facts };
  const repeated = (await lastRetraining(context, pipeline.name))?.decision === decision;
  if (facts.trainingRows !== null || !repeated) await writeRetraining(context, pipeline.name, runId, result);
  if (facts.trainingRows !== null)
    await writeRun(context, {
      runId,
      command: 'retrain',
      pipeline: pipeline.name,
      startedAt,
      outcome: decision,
      stages: [],
      records: {},
      facts: result,
    });
  return {
    pipeline: pipeline.name,
    runId,
    exitCode: exitCodeOf(decision),
    decision,
    ...(facts.challenger === null
      ? {}
      : { bundle: facts.challenger.bundle, version: facts.challenger.version }),
    ...(facts.verdict === null ? {} : { gates: facts.verdict.gates }),
    warnings: [
      ...facts.schemaChanges.map((change) => `The recent rows extend the row schema: ${change}.`),
      ...setOtherwise(attempt.champion),
    ],
    result,
  };
}

/** A row of the log that expired: its inputs and its outcome are all that is left of it. */
const taughtByFold = ({ id, rowId, at, bundle, features, label }: FoldedRow): TaughtRow => ({
  record: { id, rowId, at, version: null, bundle, features, prediction: '', scores: [] },
  label: { value: label },
});

/** The rows of a challenger: the source as it is now, and the labelled log without what the champion was fitted on. */
async function gather(attempt: Attempt, window: LabelledWindow, parent: Snapshot): Promise<ChallengerRows> {
  const { context, pipeline, champion, query } = attempt;
  const source = await readSnapshotRows(context, pipeline, parent);
  const inWindow = new Set(window.predictions.map((record) => record.id));
  const { rows } = await readLabelledLog(query);
  const folded = (await readFoldedRows(context, pipeline)).map(taughtByFold);
  const traffic = {
    recent: labelledRows(window),
    older: [...folded, ...rows.filter(({ record }) => !inWindow.has(record.id))],
  };
  const seen = await fittedIdentities(context, pipeline, champion.bundle.digest);
  const told = { label: 'retrain', detail: 'cells of the source and of the labelled log gathered', total: 0 };
  return inPieces(context, told, gatheringRows(pipeline, source, traffic, seen));
}

/** Trains a challenger and, where it is better beyond noise, promotes and deploys it. */
async function challenge(
  attempt: Attempt,
  facts: Facts,
  window: LabelledWindow,
  startedAt: number,
): Promise<Outcome<RetrainResult>> {
  const { context, pipeline, champion } = attempt;
  const done = await cascadeLocked(context, pipeline, 'validate', false);
  if (done.last.exitCode !== 0) throw stoppedBefore(done, 'train');
  const { snapshot } = outputOf.ingest(done.records.ingest!);
  const gathered = await gather(attempt, window, snapshot);
  const tooFew = tooFewToCompare(pipeline.retrain, gathered.compare.length, gathered.seenByChampion);
  if (tooFew !== null) return conclude(attempt, 'not-enough-data', tooFew, facts, startedAt);
  const [misfit] = gathered.misfits;
  if (misfit !== undefined)
    context.progress({
      kind: 'warning',
      message: `${gathered.misfits.length} cells of the prediction log no longer fit the row schema and count as missing (${misfit.column}: ${misfit.message}).`,
    });
  const child = await keepChild(context, gathered, snapshot);
  context.progress({
    kind: 'step',
    message: `training on ${gathered.trainingRows} rows (${gathered.fromSource.filter(Boolean).length} of the source, the rest from the prediction log); ${gathered.compare.length} recent rows only judge`,
  });
  const challenger = await fitChallenger(context, pipeline, gathered, champion);
  const { comparison, onSource, fit } = challenger;
  const known: Facts = {
    ...facts,
    trainingRows: gathered.trainingRows,
    comparisonRows: challenger.split.test.length,
    comparison,
    onSource,
    schemaChanges: gathered.schemaChanges,
    verdict: fit.verdict,
  };
  if (!fit.verdict.passed) return conclude(attempt, 'gate-failed', fit.verdict.sentence, known, startedAt);
  const promotion = decidePromotion(comparison, pipeline.retrain.margin);
  if (!promotion.promote)
    return conclude(attempt, 'challenger-not-better', promotion.because, known, startedAt);
  const moved = await whereChampionMoved(attempt);
  if (moved !== null) return conclude(attempt, 'champion-moved', moved, known, startedAt);
  // The last moment: from here on a new version exists.
  await heedInterruption(context);
  const named = await packageChallenger(context, pipeline, { gathered, challenger, window, child });
  const promoted: Facts = { ...known, challenger: { version: named.version, bundle: named.bundle.digest } };
  return putToWork(attempt, named, promotion.because, promoted, startedAt);
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
  startedAt: number,
): Promise<Outcome<RetrainResult>> {
  const { context, pipeline, options } = attempt;
  const status = await statusOf(context, pipeline.name);
  if (options.noDeploy || !pipeline.retrain.deploy || status.url === null)
    return conclude(attempt, 'promoted', because, facts, startedAt);
  const target = await targetNameOf(context, pipeline.name);
  const place = await placeNow(context, pipeline.name, placeOf(pipeline), target);
  const how = {
    why: `aieng retrain (run ${attempt.runId}): ${because}`,
    waitMs: options.waitMs,
    expected: attempt.champion.bundle.digest,
  };
  try {
    const { applied } = await bringUp(context, named, place, how);
    const deployed = { ...facts, deployed: applied.status };
    return await conclude(attempt, 'promoted-and-deployed', because, deployed, startedAt);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (error instanceof AiengError && error.code === 'champion-moved')
      return await conclude(attempt, 'champion-moved', said, facts, startedAt);
    await conclude(attempt, 'promoted', `${because} It could not be deployed: ${said}`, facts, startedAt);
    throw error;
  }
}

async function retrainLocked(
  context: Context,
  pipeline: Pipeline,
  options: RetrainOptions,
): Promise<Outcome<RetrainResult>> {
  const startedAt = context.environment.now();
  const runId = context.environment.newId();
  const champion = await championOf(context, pipeline);
  const query = await labelledQuery(context, pipeline, champion.bundle);
  const attempt: Attempt = { context, pipeline, options, runId, champion, query };
  const window = await readLabelledWindow({ ...query, window: windowOf(context, pipeline, null) });
  const refused = refuseLabels(window.account, pipeline.source.max_rejected_share, pipeline.row_id);
  if (refused !== null) throw refused;
  const report: MonitorReport = await observe(context, pipeline, champion, query);
  await expireTraffic(context, pipeline, readBundleSchema(champion.bundle), query);
  await heedInterruption(context);
  const lastAttempt = (await lastTraining(context, pipeline.name))?.at ?? null;
  const madeAt = await fittedAt(context, champion.bundle.digest);
  const lastTrainedAt = Math.max(champion.since, madeAt, lastAttempt ?? 0);
  const fired = firedTriggers(pipeline.retrain.triggers, {
    now: startedAt,
    report,
    lastTrainedAt,
    newLabelledRows:
      pipeline.retrain.triggers.new_rows === null ? 0 : await countLabelledSince(query, lastTrainedAt),
  });
  const facts: Facts = {
    ...nothingDone,
    triggers: fired,
    champion: { version: champion.version, bundle: champion.bundle.digest },
    labels: window.account,
  };
  const decision = decide(pipeline.retrain, {
    now: startedAt,
    fired,
    lastAttemptAt: lastAttempt,
    labelledRows: labelledRows(window).length,
    force: options.force,
  });
  if (!decision.retrain) return conclude(attempt, decision.reason, decision.because, facts, startedAt);
  context.progress({
    kind: 'step',
    message: `${decision.because.replace(/\.$/, '')}: training a challenger`,
  });
  return challenge(attempt, facts, window, startedAt);
}

/**
 * Computes its own report; where a trigger fires, trains a challenger on the source plus the labelled recent rows,
 * and replaces the champion only if it is better on the recent comparison part beyond noise. One at a time.
 */
export async function retrain(context: Context, options: RetrainOptions): Promise<Outcome<RetrainResult>> {
  const pipeline = await openPipeline(context, options.pipeline);
  let lock;
  try {
    lock = await context.store.lock(`pipeline-${pipeline.name}`, {
      waitMs: options.waitMs,
      command: context.command,
      signal: context.signal,
    });
  } catch (error) {
    if (options.waitMs > 0 || !(error instanceof AiengError) || error.exitCode !== exitCodes.busy)
      throw error;
    const result: RetrainResult = { decision: 'busy', because: error.message, ...nothingDone };
    return { pipeline: pipeline.name, exitCode: exitCodes.ok, decision: 'busy', warnings: [], result };
  }
  try {
    return await retrainLocked(context, pipeline, options);
  } finally {
    await lock.release();
  }
}
