import { AiengError, exitCodes } from '../errors.ts';
import { keepBundle } from '../packaging/index.ts';
import type { MonitorReport } from '../monitoring/report.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { decide, decidePromotion, firedTriggers } from '../retraining/index.ts';
import { takeRows } from '../data/columns.ts';
import { assembleBundle } from './assembly.ts';
import type { NamedBundle } from './bundles.ts';
import { cascadeLocked } from './cascade.ts';
import type { Challenger, ChallengerRows } from './challenger.ts';
import { fitChallenger, gatherRows, keepChild } from './challenger.ts';
import type { Context } from './context.ts';
import { bringUp } from './deploy.ts';
import { placeOf, statusOf, targetNameOf } from './deployments.ts';
import { championOf, observe } from './observe.ts';
import type { Outcome } from './outcome.ts';
import { inputColumns, openPipeline } from './project.ts';
import type { Traffic } from './recentTraffic.ts';
import { labelledTraffic, readAllTraffic, readTraffic, tableOfRecords } from './recentTraffic.ts';
import { writeRun } from './runs.ts';
import { readSnapshotRows } from './snapshotRows.ts';
import { outputOf } from './stageOutput.ts';
import { stoppedBefore } from './stopped.ts';
import type { RetrainDecision, RetrainOptions, RetrainResult } from './verbs.ts';

/** What a retraining run starts from. */
interface Attempt {
  readonly context: Context;
  readonly pipeline: Pipeline;
  readonly options: RetrainOptions;
  readonly runId: string;
  readonly champion: NamedBundle & { readonly since: number };
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
};

function exitCodeOf(decision: RetrainDecision): 0 | 4 {
  return decision === 'gate-failed' ? exitCodes.gateFailed : exitCodes.ok;
}

/** The newest attempt that trained a challenger, for the cooldown. */
async function lastAttemptAt(context: Context, name: string): Promise<number | null> {
  for (const { json } of await context.store.records(`retrain-${name}`, 500)) {
    const record = json as unknown as RetrainResult & { readonly at: number };
    if (record.trainingRows !== null) return record.at;
  }
  return null;
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
  const kind = `retrain-${pipeline.name}`;
  const [last] = await context.store.records(kind, 1);
  const repeated = (last?.json as { decision?: string } | undefined)?.decision === decision;
  if (facts.trainingRows !== null || !repeated)
    await context.store.record(kind, runId, { ...result, at: context.environment.now() });
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
    warnings: facts.schemaChanges.map((change) => `The recent rows extend the row schema: ${change}.`),
    result,
  };
}

/** Packages the challenger for the population of the recent window. */
async function packageChallenger(
  attempt: Attempt,
  gathered: ChallengerRows,
  challenger: Challenger,
  window: Traffic,
  data: string,
): Promise<NamedBundle & { version: number }> {
  const { context, pipeline } = attempt;
  const { fit, fitted, counts } = challenger;
  const inputs = inputColumns(pipeline, gathered.schema);
  const bundle = await assembleBundle({
    pipeline,
    schema: gathered.schema,
    fitted,
    inputs,
    model: fit.model,
    metric: fit.metric,
    threshold: fit.threshold,
    evaluation: fit.evaluation,
    verdict: fit.verdict,
    because: fit.because,
    data,
    code: context.environment.codeDigest('train'),
    population: tableOfRecords(window.predictions, gathered.schema, inputs),
    unseen: takeRows(gathered.rows.table, gathered.compare),
    counts,
  });
  await keepBundle(context.store, bundle);
  const { version } = await context.store.claimVersion(pipeline.name, bundle.digest);
  return { bundle, name: pipeline.name, version };
}

/** Trains a challenger and, where it is better beyond noise, promotes and deploys it. */
async function challenge(
  attempt: Attempt,
  facts: Facts,
  window: Traffic,
  startedAt: number,
): Promise<Outcome<RetrainResult>> {
  const { context, pipeline, champion, options } = attempt;
  const done = await cascadeLocked(context, pipeline, 'validate', false);
  if (done.last.exitCode !== 0) throw stoppedBefore(done, 'train');
  const { snapshot } = outputOf.ingest(done.records.ingest!);
  const source = await readSnapshotRows(context, pipeline, snapshot);
  const inWindow = new Set(window.predictions.map((record) => record.id));
  const older = labelledTraffic(await readAllTraffic(context, pipeline)).filter(
    ({ record }) => !inWindow.has(record.id),
  );
  const gathered = gatherRows(pipeline, source, labelledTraffic(window), older);
  const child = await keepChild(context, gathered, snapshot);
  context.progress({
    kind: 'step',
    message: `training on ${gathered.trainingRows} rows (${snapshot.rows} of the source, the rest from the prediction log); ${gathered.compare.length} recent rows only judge`,
  });
  const challenger = await fitChallenger(context, pipeline, gathered, champion);
  const { comparison, onSource, fit } = challenger;
  const known: Facts = {
    ...facts,
    trainingRows: gathered.trainingRows,
    comparisonRows: gathered.compare.length,
    comparison,
    onSource,
    schemaChanges: gathered.schemaChanges,
    verdict: fit.verdict,
  };
  if (!fit.verdict.passed) return conclude(attempt, 'gate-failed', fit.verdict.sentence, known, startedAt);
  const promotion = decidePromotion(comparison, pipeline.retrain.margin);
  if (!promotion.promote)
    return conclude(attempt, 'challenger-not-better', promotion.because, known, startedAt);
  const named = await packageChallenger(attempt, gathered, challenger, window, child.digest);
  const promoted: Facts = { ...known, challenger: { version: named.version, bundle: named.bundle.digest } };
  const status = await statusOf(context, pipeline.name);
  if (options.noDeploy || !pipeline.retrain.deploy || status.url === null)
    return conclude(attempt, 'promoted', promotion.because, promoted, startedAt);
  const url = new URL(status.url);
  const place = {
    ...placeOf(pipeline),
    target: await targetNameOf(context, pipeline.name),
    host: url.hostname,
    port: Number(url.port),
  };
  const { applied } = await bringUp(context, named, place, {
    why: `aieng retrain (run ${attempt.runId}): ${promotion.because}`,
    waitMs: options.waitMs,
  });
  return conclude(
    attempt,
    'promoted-and-deployed',
    promotion.because,
    { ...promoted, deployed: applied.status },
    startedAt,
  );
}

async function retrainLocked(
  context: Context,
  pipeline: Pipeline,
  options: RetrainOptions,
): Promise<Outcome<RetrainResult>> {
  const startedAt = context.environment.now();
  const runId = context.environment.newId();
  const champion = await championOf(context, pipeline);
  const attempt: Attempt = { context, pipeline, options, runId, champion };
  const window = await readTraffic(context, pipeline, null);
  const report: MonitorReport = await observe(context, pipeline, champion);
  const lastAttempt = await lastAttemptAt(context, pipeline.name);
  const lastTrainedAt = Math.max(champion.since, lastAttempt ?? 0);
  const fired = firedTriggers(pipeline.retrain.triggers, {
    now: startedAt,
    report,
    lastTrainedAt,
    newLabelledRows: window.labels.filter((label) => label.at > lastTrainedAt).length,
  });
  const facts: Facts = {
    ...nothingDone,
    triggers: fired,
    champion: { version: champion.version, bundle: champion.bundle.digest },
  };
  const decision = decide(pipeline.retrain, {
    now: startedAt,
    fired,
    lastAttemptAt: lastAttempt,
    labelledRows: labelledTraffic(window).length,
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
