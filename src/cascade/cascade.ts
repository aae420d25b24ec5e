import type { Json } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import { AiengError, exitCodes, usageError } from '../errors.ts';
import { scriptFamily } from '../modeling/concerned.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import { heedInterruption } from '../project/interruption.ts';
import { openPipeline } from '../project/openPipeline.ts';
import type { RunImage, StageOutcome } from '../tracking/runs/runs.ts';
import { writeRun } from '../tracking/runs/runs.ts';
import { isPortable } from './elsewhere/job.ts';
import type { PortableStage, StageJob } from './elsewhere/job.ts';
import type { OpenWorkplace, Workplace } from './elsewhere/workplace.ts';
import { keyOf } from './key.ts';
import { compiledTransforms } from './ownCode.ts';
import { writeStage } from '../tracking/stages.ts';
import { placeInPipeline } from './pipelinePlace.ts';
import { planStages, standingOf } from './plan.ts';
import type { Parts, StageName, StageOptions, StageRecord, Upstream, CascadeWork } from './stage.ts';
import { stageNames } from './stage.ts';

/** What a cascade did: the records of all stages up to the asked one, and how each came about. */
export interface CascadeResult {
  readonly pipeline: Pipeline;
  readonly runId: string;
  readonly records: Upstream;
  readonly last: StageRecord;
  readonly stages: readonly StageOutcome[];
  /** That stages were computed in; null: none was. */
  readonly image: RunImage | null;
}

/** A stage as somebody computes it who has the store and nothing of the project. */
async function jobOf(work: CascadeWork, stage: PortableStage, parts: Parts): Promise<StageJob> {
  const { context, pipeline, upstream, seconds } = work;
  const { environment } = context;
  return {
    ...{ stage, parts },
    upstream: Object.fromEntries(Object.values(upstream).map((record) => [record.stage, record.key])),
    javascript: (await compiledTransforms(context, pipeline))?.javascript ?? null,
    seconds: seconds ?? null,
    threads: environment.host.cpus,
    now: environment.now(),
  };
}

/** Runs one stage, or takes its record where nothing that it depends on has changed. */
async function runStage(
  work: CascadeWork,
  name: StageName,
  runId: string,
  elsewhere: Workplace | undefined,
): Promise<{ record: StageRecord; outcome: StageOutcome }> {
  const { context, pipeline } = work;
  const { environment, progress } = context;
  await heedInterruption(context);
  const started = environment.elapsed();
  const durationMs = (): number => Math.round(environment.elapsed() - started);
  const { key, parts, known, last, reasons, compute, settle } = await standingOf(work, name, {
    prepare: true,
  });
  if (known !== undefined) {
    const reason = last?.key === key ? 'nothing changed' : 'known from an earlier run';
    if (last?.key !== key) {
      // Until now nothing may have needed them: from here on they are in use again.
      for (const object of known.objects ?? []) await context.store.renew(object);
      await writeStage(context, pipeline.name, known);
    }
    await settle(known);
    const outcome = { name, state: 'cached', reason, durationMs: durationMs() } as const;
    progress({ kind: 'stage', stage: name, state: 'cached', reason, durationMs: outcome.durationMs });
    return { record: known, outcome };
  }
  const reason = reasons.join('; ');
  progress({ kind: 'stage', stage: name, state: 'started', reason, durationMs: 0 });
  const { store, signal } = context;
  const { seconds } = work;
  const limited =
    seconds === undefined ? {} : { enough: () => environment.elapsed() - started >= 1000 * seconds };
  const tools = { store, progress, signal, held: work.held, threads: environment.host.cpus, ...limited };
  const { used, ...computed } = await placeInPipeline(pipeline, async () =>
    elsewhere !== undefined && isPortable(name)
      ? elsewhere.compute(await jobOf(work, name, parts), tools)
      : compute(tools),
  );
  const made = { ...parts, ...used };
  const record: StageRecord = {
    stage: name,
    key: keyOf(name, made),
    parts: made,
    ...computed,
    // As it will be read.
    output: JSON.parse(canonicalJson(computed.output)) as Json,
    runId,
    at: environment.now(),
    durationMs: durationMs(),
  };
  await writeStage(context, pipeline.name, record);
  await settle(record);
  progress({ kind: 'stage', stage: name, state: 'ran', reason, durationMs: record.durationMs });
  // Its result is kept, but whoever pressed Ctrl-C wants nothing to follow: not even `&& aieng deploy`.
  await heedInterruption(context);
  return { record, outcome: { name, state: 'ran', reason, durationMs: record.durationMs } };
}

/**
 * The records of all stages before `target`, for a run of just that one.
 *
 * @throws usage error (exit 2) that names what has to run first, and why.
 */
async function freshBefore(context: Context, pipeline: Pipeline, target: StageName): Promise<Upstream> {
  const before = stageNames.slice(0, stageNames.indexOf(target));
  const nearest = before.at(-1);
  if (nearest === undefined) return {};
  const { stages, fresh } = await planStages(context, pipeline, nearest);
  const stale = stages.find((stage) => stage.stale);
  if (stale === undefined) return fresh;
  const neverRan = stale.reasons[0] === 'never ran';
  throw usageError({
    code: neverRan ? 'stage-not-run' : 'stage-stale',
    message: `--only runs just ${target}, but ${stale.name} ${neverRan ? 'has not run yet' : `is stale: ${stale.reasons.join('; ')}`}.`,
    hint: `Run \`aieng ${nearest} ${pipeline.name}\` first, or leave out --only.`,
  });
}

/**
 * Runs every stage up to `target` that is stale, as make does, under the pipeline's lock. A stage whose result is a
 * rejection (3) or a failed gate (4) ends the cascade; the caller sees it in `last.exitCode`.
 *
 * @param elsewhere Another place to compute those stages at that need nothing but the store.
 */
export async function cascade(
  context: Context,
  target: StageName,
  options: StageOptions,
  elsewhere?: OpenWorkplace,
): Promise<CascadeResult> {
  const opened = (set: readonly string[]): Promise<Pipeline> =>
    openPipeline(context, options.pipeline, [...(options.set ?? []), ...set]);
  const pipeline = await opened([]);
  const { seconds } = options;
  if (seconds !== undefined) checkLimit(pipeline);
  if (elsewhere !== undefined) checkPortable(pipeline);
  const limit =
    seconds === undefined
      ? undefined
      : { seconds, cutTo: (folds: number) => opened([`model.folds=${folds}`]) };
  const lock = await context.store.lock(`pipeline-${pipeline.name}`, {
    waitMs: options.waitMs,
    command: context.command,
    signal: context.signal,
  });
  try {
    return await cascadeLocked(context, pipeline, target, options.only ?? false, options.full, {
      ...(limit === undefined ? {} : { limit }),
      ...(elsewhere === undefined ? {} : { elsewhere: elsewhere(pipeline) }),
    });
  } finally {
    await lock.release();
  }
}

/** Only family `auto` has rounds after which it may stop. */
function checkLimit({ model: { family } }: Pipeline): void {
  if (family === 'auto') return;
  throw usageError({
    code: 'flags-do-not-fit',
    message: `--seconds says how long a search, or family auto, may go on choosing; model.family is ${family}.`,
    hint: 'Add `--search <n>` or `--family auto`, or leave --seconds out.',
  });
}

/** A program of the project brings its own image. */
function checkPortable({ model: { family } }: Pipeline): void {
  if (family !== scriptFamily) return;
  throw usageError({
    code: 'flags-do-not-fit',
    message: '--image is for aieng’s own training, and this pipeline trains by a script.',
    hint: 'Name the image that the script runs in: model.script.image in the pipeline file.',
  });
}

/** How long a training may go on choosing, and the pipeline that plans as many folds as were fitted until then. */
interface Limit {
  readonly seconds: number;
  readonly cutTo: (folds: number) => Promise<Pipeline>;
}

/** The pipeline as a training that was cut short says it: what follows, and the record of the run, go by it. */
async function asTrained(
  pipeline: Pipeline,
  record: StageRecord,
  limit: Limit | undefined,
): Promise<Pipeline> {
  const model = record.parts['pipeline model'];
  if (limit === undefined || record.stage !== 'train') return pipeline;
  if (typeof model !== 'object' || model === null || !('folds' in model)) return pipeline;
  const { folds } = model;
  return typeof folds !== 'number' || folds === pipeline.model.folds ? pipeline : limit.cutTo(folds);
}

/** The same for a caller that holds the pipeline's lock. */
export async function cascadeLocked(
  context: Context,
  asked: Pipeline,
  target: StageName,
  only: boolean,
  full = false,
  { limit, elsewhere }: { readonly limit?: Limit; readonly elsewhere?: Workplace } = {},
): Promise<CascadeResult> {
  let pipeline = asked;
  const runId = context.environment.newId();
  const startedAt = context.environment.now();
  const records: Partial<Record<StageName, StageRecord>> = only
    ? { ...(await freshBefore(context, pipeline, target)) }
    : {};
  let work: CascadeWork = {
    ...{ context, pipeline, upstream: records, held: {}, full },
    ...(limit === undefined ? {} : { seconds: limit.seconds }),
  };
  const stages: StageOutcome[] = [];
  // A stage before that ended in a rejection ends the cascade with --only, too.
  let last = Object.values(records).find(({ exitCode }) => exitCode !== exitCodes.ok);
  const upTo = only ? [target] : stageNames.slice(0, stageNames.indexOf(target) + 1);
  const report = (outcome: string): Promise<void> =>
    writeRun(context, {
      runId,
      command: target,
      pipeline: pipeline.name,
      startedAt,
      outcome,
      stages,
      records,
      image: elsewhere?.image() ?? null,
      env: pipeline.env,
      set: pipeline.overrides,
    });
  try {
    for (const name of last === undefined ? upTo : []) {
      const { record, outcome } = await runStage(work, name, runId, elsewhere);
      records[name] = record;
      stages.push(outcome);
      last = record;
      pipeline = await asTrained(pipeline, record, limit);
      work = { ...work, pipeline };
      if (record.exitCode !== exitCodes.ok) break;
    }
  } catch (error) {
    await report(error instanceof AiengError ? error.code : 'bug');
    throw error;
  }
  if (stages.some((stage) => stage.state === 'ran')) await report(last?.exitCode === 0 ? 'ok' : 'stopped');
  return { pipeline, runId, records, last: last!, stages, image: elsewhere?.image() ?? null };
}
