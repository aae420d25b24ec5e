import type { RetrainOptions } from './options.ts';
import type { RetrainResult } from './result.ts';
import type { Attempt, Facts, Learnt } from './attempt.ts';
import { conclude, nothingDone } from './attempt.ts';
import { challenge } from './challenge.ts';
import { AiengError, exitCodes } from '../../errors.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { decide, firedTriggers, isUrgent, pastOf, tooFewToTrain } from '../../retraining/index.ts';
import type { PastTraining } from '../../retraining/index.ts';
import type { Context } from '../../project/context.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { fittedAt } from '../../cascade/fittedRows.ts';
import { importedFamily } from '../../modeling/concerned.ts';
import { championOf } from '../../project/champion.ts';
import { settleServed } from '../../project/deployment/settle.ts';
import { expireTraffic } from '../../project/expireTraffic.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import { labelledQuery, latestBelieved, tellable, windowOf } from '../../project/labelledTraffic.ts';
import { observe } from '../../project/observation/observe.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { readSecond } from '../../tracking/desired.ts';
import { approvalQueue } from '../../tracking/retraining/approvals.ts';
import { isPromoted, trainingsOf } from '../../tracking/retraining/retrainings.ts';
import type { Training } from '../../tracking/retraining/retrainings.ts';
import { countLabelledSince, readLabelledLog, readLabelledWindow } from '../../traffic/labelled.ts';
import type { LabelledWindow } from '../../traffic/labelled.ts';
import { refuseLabels } from '../../traffic/refusal.ts';

/** Which triggers fire now. */
async function triggersOf(
  { context, pipeline, champion, query, startedAt }: Attempt,
  report: MonitorReport,
  trainings: readonly Training[],
): Promise<readonly string[]> {
  const { triggers } = pipeline.retrain;
  const madeAt = await fittedAt(context, champion.bundle.digest);
  const lastTrainedAt = Math.max(champion.since, madeAt, trainings[0]?.record.at ?? 0);
  return firedTriggers(triggers, {
    now: startedAt,
    report,
    lastTrainedAt,
    newLabelledRows: triggers.new_rows === null ? 0 : await countLabelledSince(query, lastTrainedAt),
  });
}

/** Attempts before this one; those that a person approved promoted something, too. */
async function pastTrainings(
  context: Context,
  name: string,
  trainings: readonly Training[],
): Promise<readonly PastTraining[]> {
  const answered = await approvalQueue(context, name);
  const approved = new Set(
    answered.flatMap(({ runId, approval }) => (approval?.verdict === 'approved' ? [runId] : [])),
  );
  return trainings.map(({ runId, record }) => ({
    at: record.at,
    isPromoted: isPromoted(record) || approved.has(runId),
    isWorse: record.triggers.some((trigger) => trigger.startsWith('performance: ')),
  }));
}

/** All labelled rows, however late their labels came: those of the newest window may judge. */
async function learntOf({ pipeline, query, startedAt }: Attempt, window: LabelledWindow): Promise<Learnt> {
  const labelled = await readLabelledLog(query);
  // Dated ahead they would be the newest, that judge and by whose age the others are weighed.
  const rows = labelled.rows.filter(({ record }) => record.at <= latestBelieved(startedAt));
  const cut = Math.max(0, rows.length - pipeline.monitor.window_rows);
  return { recent: rows.slice(cut), older: rows.slice(0, cut), window };
}

/** Why nothing is trained where the pipeline takes a model from elsewhere, and what can be done. */
const madeElsewhere = (because: string): string =>
  `${because.replace(/\.$/, '')}, but the pipeline takes a model that was made elsewhere (model.family is imported), which cannot be trained here. Import a newer one with \`aieng import\`, or set model.family to auto to let a family of aieng be the challenger.`;

async function retrainLocked(
  context: Context,
  pipeline: Pipeline,
  options: RetrainOptions,
): Promise<Outcome<RetrainResult>> {
  const startedAt = context.environment.now();
  const runId = context.environment.newId();
  await settleServed(context, pipeline.name);
  const champion = await championOf(context, pipeline);
  const query = await labelledQuery(context, pipeline, champion.bundle);
  const window = await readLabelledWindow({ ...query, window: windowOf(context, pipeline, null) });
  const schema = readBundleSchema(champion.bundle);
  const account = tellable(window.account, schema, pipeline.row_id);
  const refused = refuseLabels(account, pipeline.source.max_rejected_share, pipeline.row_id);
  if (refused !== null) throw refused;
  const observation = await observe(context, pipeline, champion, query);
  const { report } = observation;
  await expireTraffic(context, pipeline, schema, query);
  await heedInterruption(context);
  const trainings = await trainingsOf(context, pipeline.name);
  const past = pastOf(await pastTrainings(context, pipeline.name, trainings), startedAt);
  const attempt: Attempt = {
    context,
    pipeline,
    options,
    runId,
    startedAt,
    champion,
    query,
    observation,
    past,
  };
  const fired = await triggersOf(attempt, report, trainings);
  const facts: Facts = {
    ...nothingDone,
    triggers: fired,
    promise: report.performance.promise ?? null,
    champion: { version: champion.version, bundle: champion.bundle.digest },
    labels: account,
  };
  const urgent = isUrgent(fired, report.performance.state);
  const situation = { now: startedAt, fired, past, isUrgent: urgent, force: options.force };
  const decision = decide(pipeline.retrain, situation);
  if (!decision.retrain) return conclude(attempt, decision.reason, decision.because, facts);
  const beside = options.force ? null : await readSecond(context, pipeline.name);
  if (beside !== null) {
    const shown = `${pipeline.name}@${beside.version ?? beside.bundle.slice(0, 12)}`;
    const because = `A trigger fired, but ${shown} runs as a ${beside.role}: it is judged first (or use --force).`;
    return conclude(attempt, 'cooldown', because, facts);
  }
  if (pipeline.model.family === importedFamily)
    return conclude(attempt, 'made-elsewhere', madeElsewhere(decision.because), facts);
  const learnt = await learntOf(attempt, window);
  const tooFew = tooFewToTrain(pipeline.retrain, learnt.recent.length);
  if (tooFew !== null) return conclude(attempt, 'not-enough-data', tooFew, facts);
  context.progress({
    kind: 'step',
    message: `${decision.because.replace(/\.$/, '')}: training a challenger`,
  });
  return challenge(attempt, facts, learnt);
}

/**
 * Computes its own report; where a trigger fires, trains candidates on the source and the labelled rows, and replaces the
 * champion only if the best is better on the newest rows beyond noise and nothing speaks against it. One at a time.
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
