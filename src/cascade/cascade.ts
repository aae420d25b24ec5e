import { digestOf } from '../digest.ts';
import { AiengError, exitCodes, usageError } from '../errors.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import type { StageOutcome } from '../tracking/runs.ts';
import { heedInterruption } from '../project/interruption.ts';
import { openPipeline } from '../project/openPipeline.ts';
import { writeRun } from '../tracking/runs.ts';
import type { Stage, StageName, StageRecord, Upstream } from './stage.ts';
import { stageNames } from './stage.ts';
import { lastStage, recallUsable, rememberStage } from './memory.ts';
import { whyStale } from './staleness.ts';

/** What a cascade did: the records of all stages up to the asked one, and how each came about. */
export interface CascadeResult {
  readonly pipeline: Pipeline;
  readonly runId: string;
  readonly records: Upstream;
  readonly last: StageRecord;
  readonly stages: readonly StageOutcome[];
}

/** The stage of that name, its rooms loaded only now. */
export async function loadStage(name: StageName): Promise<Stage> {
  switch (name) {
    case 'ingest':
      return (await import('./stages/ingest.ts')).ingestStage;
    case 'validate':
      return (await import('./stages/validate.ts')).validateStage;
    case 'featurize':
      return (await import('./stages/featurize.ts')).featurizeStage;
    case 'train':
      return (await import('./stages/train.ts')).trainStage;
    case 'package':
      return (await import('./stages/package.ts')).packageStage;
  }
}

/** Runs one stage, or takes its record where nothing that it depends on has changed. */
export async function runStage(
  context: Context,
  pipeline: Pipeline,
  name: StageName,
  upstream: Upstream,
  runId: string,
): Promise<{ record: StageRecord; outcome: StageOutcome }> {
  const { environment, progress } = context;
  await heedInterruption(context);
  const started = environment.elapsed();
  const stage = await loadStage(name);
  const { digest: code, libraries } = environment.stageCode(name);
  const parts = { code, libraries, ...(await stage.parts(context, pipeline, upstream)) };
  const key = digestOf({ stage: name, parts });
  const known = await recallUsable(context, name, key);
  const before = await lastStage(context, pipeline.name, name);
  const durationMs = (): number => Math.round(environment.elapsed() - started);
  if (known !== undefined) {
    const reason = before?.key === key ? 'nothing changed' : 'known from an earlier run';
    if (before?.key !== key) await rememberStage(context, pipeline.name, known);
    await stage.settled?.(context, pipeline, known);
    const outcome = { name, state: 'cached', reason, durationMs: durationMs() } as const;
    progress({ kind: 'stage', stage: name, state: 'cached', reason, durationMs: outcome.durationMs });
    return { record: known, outcome };
  }
  const reason = whyStale(before?.parts, parts).join('; ');
  progress({ kind: 'stage', stage: name, state: 'started', reason, durationMs: 0 });
  const { used, ...computed } = await stage.compute(context, pipeline, upstream);
  const made = { ...parts, ...used };
  const record: StageRecord = {
    stage: name,
    key: digestOf({ stage: name, parts: made }),
    parts: made,
    ...computed,
    runId,
    at: environment.now(),
    durationMs: durationMs(),
  };
  await rememberStage(context, pipeline.name, record);
  await stage.settled?.(context, pipeline, record);
  progress({ kind: 'stage', stage: name, state: 'ran', reason, durationMs: record.durationMs });
  // Its result is kept, but whoever pressed Ctrl-C wants nothing to follow: not even `&& aieng deploy`.
  await heedInterruption(context);
  return { record, outcome: { name, state: 'ran', reason, durationMs: record.durationMs } };
}

async function upstreamOf(
  context: Context,
  pipeline: Pipeline,
  before: readonly StageName[],
): Promise<Upstream> {
  const records: [StageName, StageRecord][] = [];
  for (const name of before) {
    const record = await lastStage(context, pipeline.name, name);
    if (record === undefined)
      throw usageError({
        code: 'stage-not-run',
        message: `--only runs just this stage, but ${name} has not run yet for pipeline "${pipeline.name}".`,
        hint: `Run \`aieng ${name} ${pipeline.name}\` first, or leave out --only.`,
      });
    records.push([name, record]);
  }
  return Object.fromEntries(records);
}

/**
 * Runs every stage up to `target` that is stale, as make does, under the pipeline's lock. A stage whose result is a
 * rejection (3) or a failed gate (4) ends the cascade; the caller sees it in `last.exitCode`.
 */
export async function cascade(
  context: Context,
  target: StageName,
  options: { readonly pipeline?: string; readonly only?: boolean; readonly waitMs: number },
): Promise<CascadeResult> {
  const pipeline = await openPipeline(context, options.pipeline);
  const lock = await context.store.lock(`pipeline-${pipeline.name}`, {
    waitMs: options.waitMs,
    command: context.command,
    signal: context.signal,
  });
  try {
    return await cascadeLocked(context, pipeline, target, options.only ?? false);
  } finally {
    await lock.release();
  }
}

/** The same for a caller that holds the pipeline's lock. */
export async function cascadeLocked(
  context: Context,
  pipeline: Pipeline,
  target: StageName,
  only: boolean,
): Promise<CascadeResult> {
  const runId = context.environment.newId();
  const startedAt = context.environment.now();
  const upTo = stageNames.slice(0, stageNames.indexOf(target) + 1);
  const records: Partial<Record<StageName, StageRecord>> = only
    ? await upstreamOf(context, pipeline, upTo.slice(0, -1))
    : {};
  const stages: StageOutcome[] = [];
  let last: StageRecord | undefined;
  const report = (outcome: string): Promise<void> =>
    writeRun(context, {
      runId,
      command: target,
      pipeline: pipeline.name,
      startedAt,
      outcome,
      stages,
      records,
    });
  try {
    for (const name of only ? [target] : upTo) {
      const { record, outcome } = await runStage(context, pipeline, name, records, runId);
      records[name] = record;
      stages.push(outcome);
      last = record;
      if (record.exitCode !== exitCodes.ok) break;
    }
  } catch (error) {
    await report(error instanceof AiengError ? error.code : 'bug');
    throw error;
  }
  if (stages.some((stage) => stage.state === 'ran')) await report(last?.exitCode === 0 ? 'ok' : 'stopped');
  return { pipeline, runId, records, last: last!, stages };
}
