import { digestOf } from '../../digest.ts';
import { usageError } from '../../errors.ts';
import type { Split } from '../../data/splitting.ts';
import { canBeUsed, plainFold } from '../../modeling/protocol/plan.ts';
import { searchable, searchSpaceOf } from '../../modeling/reference.ts';
import type { Search, Searched } from '../../modeling/search/result.ts';
import type { SearchSpace, Values } from '../../modeling/search/space.ts';
import { bestTrial, roundTrials, searching } from '../../modeling/search/trials.ts';
import type { Fit, Trial } from '../../modeling/search/trials.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { formatCount, formatNumber } from '../../statistics/figures.ts';
import { metricByName } from '../../statistics/metrics/index.ts';
import { outputOf } from '../../tracking/stages.ts';
import { knownLoss, rememberLoss } from '../../tracking/trials.ts';
import { cascadeLocked } from '../cascade.ts';
import type { FitInput } from '../fitting.ts';
import { partsOf, scoreFold, watchedBy, withMetrics } from '../fitting.ts';
import { standingOf } from '../plan.ts';
import { readFeatures, readSnapshotRows } from '../snapshotRows.ts';
import { autoPlan, decodeSplit, labelled } from '../split.ts';
import type { CascadeWork, StageOptions } from '../stage.ts';
import { fitFeatures } from '../stages/featurize.ts';
import { openFoldThreads } from './foldThreads.ts';
import type { Fold, FoldThreads } from './foldThreads.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';

/** What is asked of a search. */
export interface SearchWish {
  /** Trials at most. */
  readonly trials: number;
  /** After this time no further round of trials begins. */
  readonly seconds: number | null;
}

/** The space of the pipeline's family, without what was set for this run. */
function spaceOf(pipeline: Pipeline): SearchSpace {
  const { family } = pipeline.model;
  const space = searchSpaceOf(family);
  const names = searchable();
  if (space === undefined)
    throw usageError({
      code: 'nothing-to-search',
      message:
        family === 'auto'
          ? 'A search is over the parameters of one family; the pipeline asks for auto.'
          : `Family ${family} has nothing to be searched.`,
      hint: `Name a family that has: --family ${names.join(' or --family ')}.`,
    });
  const set = new Set(pipeline.overrides.map(({ key }) => key));
  const left = Object.entries(space).filter(([key]) => !set.has(`model.${key}`));
  if (left.length === 0)
    throw usageError({
      code: 'nothing-to-search',
      message: `Every key that a search of ${family} changes is set already.`,
      hint: 'Leave one of the --set out.',
    });
  return Object.fromEntries(left);
}

/** A value of the section `model` by its key, `gbdt.leaves`. */
function valueOf(model: Pipeline['model'], key: string): unknown {
  let at: unknown = model;
  for (const member of key.split('.'))
    at =
      typeof at === 'object' && at !== null
        ? Object.entries(at).find(([name]) => name === member)?.[1]
        : undefined;
  return at;
}

/** The pipeline with a trial's values. */
function withValues(pipeline: Pipeline, values: Values): Pipeline {
  const model = Object.entries(values).reduce<object>((section, [key, value]) => {
    const [first = '', second] = key.split('.');
    const inner: unknown = valueOf(pipeline.model, first);
    if (second === undefined) return { ...section, [first]: value };
    const sofar: unknown = Object.entries(section).find(([name]) => name === first)?.[1] ?? inner;
    return { ...section, [first]: { ...(typeof sofar === 'object' ? sofar : {}), [second]: value } };
  }, {});
  return { ...pipeline, model: { ...pipeline.model, ...model } };
}

/** All that fits of a search share. */
interface Bench {
  readonly context: Context;
  readonly work: CascadeWork;
  readonly pipeline: Pipeline;
  readonly input: FitInput;
  readonly folds: readonly Split[];
  /** Features of a fold are fitted on what learns in it, once for all trials. */
  readonly known: Map<number, Promise<Fold>>;
  /** Where there are cores that fits can be dealt out to. */
  readonly threads: FoldThreads | undefined;
}

/**
 * The folds by which family `auto` would choose, as parts of the table: what learns, what stops and calibrates, what
 * judges. No row of the test part is in them.
 */
function foldsOf({ auto, split, target, task }: FitInput): readonly Split[] {
  const pool = Int32Array.from([...split.train, ...split.validation]);
  const labels = Float64Array.from(pool, (row) => target[row]!);
  const usable = auto.folds.filter((fold) => canBeUsed(fold, labels, task.kind !== 'regression'));
  const folds = usable.length > 0 ? usable : [plainFold(split.train.length, split.validation.length)];
  // In the table's order: who learns does not depend on how rows were dealt.
  const back = (places: Int32Array): Int32Array => places.map((place) => pool[place]!).sort();
  return folds.map(({ fit, stop, judge }) => ({
    train: back(fit),
    validation: back(stop),
    test: back(judge),
  }));
}

async function openBench(context: Context, work: CascadeWork): Promise<Bench> {
  const { pipeline, upstream, held } = work;
  const { store, progress, signal } = context;
  const tools = { store, progress, signal, held };
  const featurized = outputOf.featurize(upstream.featurize!);
  const rows = await readSnapshotRows(tools, pipeline, outputOf.ingest(upstream.ingest!).snapshot);
  const fitted = await readFeatures(tools, featurized.features);
  const given = {
    rows,
    target: labelled(pipeline, rows.table).target,
    task: featurized.task,
    inputs: featurized.inputs,
    split: decodeSplit(await store.get(featurized.split)),
    fitted,
  };
  const input: FitInput = { ...given, auto: autoPlan(pipeline, given) };
  // A number or a code a cell, of which threads share one copy.
  const bytes = 8 * rows.table.rows * (fitted.prepared.length + 1);
  const threads = openFoldThreads(context.environment.host.cpus, roundTrials, bytes);
  return { context, work, pipeline, input, folds: foldsOf(input), known: new Map(), threads };
}

function foldOf({ context, pipeline, input, folds, known }: Bench, fold: number): Promise<Fold> {
  const before = known.get(fold);
  if (before !== undefined) return before;
  const own = { ...input, split: folds[fold]! };
  const made = fitFeatures(context, pipeline, own, input.fitted.own?.code).then(async (fitted) => ({
    ...own,
    fitted,
    parts: await partsOf({ ...context, threads: context.environment.host.cpus }, { ...own, fitted }),
  }));
  known.set(fold, made);
  return made;
}

/** The loss of a trial on a fold: as it was written down, or fitted now and written down. */
async function lossOf(bench: Bench, { trial, values, fold }: Fit, of: number): Promise<number> {
  const { context, work, folds, threads } = bench;
  await heedInterruption(context);
  const pipeline = withValues(bench.pipeline, values);
  const { key } = await standingOf({ ...work, pipeline }, 'train', { prepare: false });
  const id = digestOf({ trial: key, fold, folds: folds.length });
  const known = await knownLoss(context, id);
  if (known !== undefined) return known;
  const words = `trial ${trial + 1} of ${of}, fold ${fold + 1} of ${folds.length}`;
  const saying = {
    signal: context.signal,
    threads: context.environment.host.cpus,
    progress: (event: Parameters<Context['progress']>[0]) => {
      context.progress(event.kind === 'progress' ? { ...event, detail: `${words}: ${event.detail}` } : event);
    },
  };
  const there = (): Promise<Fold> => foldOf(bench, fold);
  const here = async (): Promise<number> => {
    const own = await there();
    return scoreFold(saying, pipeline, own, own.parts);
  };
  const loss = await (threads?.score(pipeline, fold, there, saying) ?? here());
  await rememberLoss(context, id, loss);
  return loss;
}

/** The losses of fits, in their order: where there are threads, several are worked on at once. */
async function lossesOf(bench: Bench, fits: readonly Fit[], of: number): Promise<readonly number[]> {
  if (bench.threads !== undefined) {
    // All come to their end, whatever becomes of one: what is fitted is not fitted again.
    const ended = await Promise.allSettled(fits.map((fit) => lossOf(bench, fit, of)));
    return ended.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }
  const losses: number[] = [];
  for (const fit of fits) losses.push(await lossOf(bench, fit, of));
  return losses;
}

/** What the best trial says otherwise than the pipeline. */
function changesOf(pipeline: Pipeline, { values }: Trial): readonly (readonly [string, unknown])[] {
  return Object.entries(values).filter(
    ([key, value]) => JSON.stringify(valueOf(pipeline.model, key)) !== JSON.stringify(value),
  );
}

/** As it would stand in the file. */
function yamlOf(family: string, changes: readonly (readonly [string, unknown])[]): string {
  if (changes.length === 0) return '';
  const own = changes.filter(([key]) => key.startsWith(`${family}.`));
  return [
    'model:',
    `  family: ${family}`,
    ...changes
      .filter((change) => !own.includes(change))
      .map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
    ...(own.length === 0 ? [] : [`  ${family}:`]),
    ...own.map(([key, value]) => `    ${key.slice(family.length + 1)}: ${JSON.stringify(value)}`),
  ].join('\n');
}

const mean = (losses: readonly number[]): number =>
  losses.reduce((sum, loss) => sum + loss, 0) / losses.length;

/** What the best trial is worth, and what to make of its figure. */
function sentenceOf(search: Omit<Search, 'because'>): string {
  const { trials, best, folds, betterFolds, metric } = search;
  const [found, first] = [trials[best]!, trials[0]!];
  const name = metricName(metric);
  const tried = formatCount(trials.length, 'trial');
  if (best === 0)
    return `None of ${tried} is better than what the pipeline says (${name} ${formatNumber(first.mean)}): it stays as it is.`;
  const inFolds = folds === 1 ? '' : `, better in ${betterFolds} of ${folds} folds`;
  return `Trial ${best} of ${tried} is the best: ${name} ${formatNumber(found.mean)} against ${formatNumber(first.mean)} by what the pipeline says${inFolds}. Being the best of many, its figure flatters: the test part judges it.`;
}

function told(bench: Bench, wish: SearchWish, trials: readonly Trial[]): Searched {
  const { pipeline, input, folds } = bench;
  const metric = watchedBy(withMetrics(pipeline, input.task), input.task).name;
  const higherIsBetter = metricByName(metric)?.higherIsBetter ?? false;
  const own = (loss: number): number => (higherIsBetter ? -loss : loss);
  const best = bestTrial(trials);
  const changes = changesOf(pipeline, best);
  const { family } = pipeline.model;
  const search = {
    family,
    metric,
    higherIsBetter,
    asked: wish.trials,
    folds: folds.length,
    trials: trials.map(({ number, values, losses, stopped, against }) => ({
      number,
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [`model.${key}`, value])),
      folds: losses.map(own),
      mean: own(mean(losses)),
      against: own(against),
      stopped,
    })),
    best: best.number,
    betterFolds: best.losses.filter((loss, fold) => loss < trials[0]!.losses[fold]!).length,
    yaml: yamlOf(family, changes),
  };
  return {
    search: { ...search, because: sentenceOf(search) },
    set: changes.map(([key, value]) => `model.${key}=${JSON.stringify(value)}`),
  };
}

/**
 * Searches the parameters of the pipeline's family: trials by a tree-structured Parzen estimator, each judged by folds of
 * the rows that are not for the test, under the pipeline's lock. Null where a stage before training rejects the data.
 */
export async function searchParameters(
  context: Context,
  options: StageOptions,
  wish: SearchWish,
): Promise<Searched | null> {
  const pipeline = await openPipeline(context, options.pipeline, options.set);
  const space = spaceOf(pipeline);
  const lock = await context.store.lock(`pipeline-${pipeline.name}`, {
    waitMs: options.waitMs,
    command: context.command,
    signal: context.signal,
  });
  try {
    const done = await cascadeLocked(context, pipeline, 'featurize', options.only ?? false, options.full);
    if (done.last.exitCode !== 0) return null;
    const bench = await openBench(context, { context, pipeline, upstream: done.records, held: {} });
    const started = context.environment.elapsed();
    const plan = {
      space,
      start: Object.fromEntries(Object.keys(space).map((key) => [key, valueOf(pipeline.model, key)])),
      trials: wish.trials,
      folds: bench.folds.length,
      seed: pipeline.model.seed,
    };
    const trials = await searching(
      plan,
      (fits) => lossesOf(bench, fits, wish.trials),
      () => wish.seconds !== null && context.environment.elapsed() - started >= wish.seconds * 1000,
    ).finally(() => bench.threads?.end());
    return told(bench, wish, trials);
  } finally {
    await lock.release();
  }
}
