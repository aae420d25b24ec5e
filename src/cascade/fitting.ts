import type { Table } from '../data/columns.ts';
import { selectColumns } from '../data/columns.ts';
import { foldsById } from '../data/splitting.ts';
import type { Split } from '../data/splitting.ts';
import type { Baseline, BaselineRows } from '../evaluation/baselines/index.ts';
import { fittingBaselines, scoreBaselines } from '../evaluation/baselines/index.ts';
import { oneRule } from '../evaluation/baselines/oneRule.ts';
import { evaluating } from '../evaluation/evaluate.ts';
import type { BaselineResult, Evaluation, Metrics, Scored, Verdict } from '../evaluation/evaluation.ts';
import { judge } from '../evaluation/gates.ts';
import { computingMetrics } from '../evaluation/metric.ts';
import { chooseThreshold } from '../evaluation/threshold.ts';
import { featureRows } from '../features/encode.ts';
import type { FeatureRows } from '../features/encode.ts';
import { labelFolds, trainingLabels } from '../features/labels.ts';
import { taughtBy } from '../features/prepare.ts';
import type { FittedFeatures } from '../features/spec.ts';
import type {
  KnownAnswers,
  LabelledRows,
  ModelFiles,
  OutOfFoldAnswers,
  Score,
  Scorer,
  Target,
  Task,
  TrainedModel,
  TrainHooks,
  TrainingResult,
  TriedFamily,
} from '../modeling/model.ts';
import { besideFamily } from '../modeling/concerned.ts';
import { rowLosses } from '../modeling/protocol/choose.ts';
import { load } from '../modeling/load.ts';
import { quantileAsked, quantileLoss, shareBelow } from '../modeling/target/quantile.ts';
import { train } from '../modeling/train.ts';
import type { AutoPlan } from '../modeling/train.ts';
import { turnRows } from '../modeling/turns.ts';
import { resolveMetrics } from '../pipeline/judging/metricChoice.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Tools } from './stage.ts';
import { inPieces, takeInPieces } from '../project/interruption.ts';
import { createRandom } from '../random.ts';
import type { IntervalBounds } from '../statistics/conformal.ts';
import { fitBounds } from '../statistics/conformal.ts';
import { grouped } from '../statistics/figures.ts';
import { computeMetric, metricByName, metrics, scoredRows } from '../statistics/metrics/index.ts';
import type { Work } from '../work.ts';
import type { SnapshotRows } from './snapshotRows.ts';

/** What of a pipeline a model is a function of, and where it is written. */
export type Fitted = Pick<Pipeline, 'label' | 'model' | 'evaluation' | 'file' | 'places'>;

/** The pipeline once its task is known: every `auto` metric by its name. */
export const withMetrics = (
  pipeline: Fitted,
  task: Task,
): Fitted & { readonly evaluation: { readonly metric: string } } =>
  resolveMetrics(pipeline, task.kind, metrics);

/** What fitting says while it works, and what ends it. */
type Watched = Pick<Tools, 'progress' | 'signal' | 'threads' | 'enough'>;

/** Everything a model is fitted and judged on. The test part is touched only to judge. */
export interface FitInput {
  readonly rows: SnapshotRows;
  /** By row of the table; NaN = no label. */
  readonly target: Target;
  readonly task: Task;
  /** Columns that a model may see. */
  readonly inputs: readonly string[];
  readonly split: Split;
  readonly fitted: FittedFeatures;
  /** How family `auto` chooses: positions among the rows of the training part and then of the validation part. */
  readonly auto: AutoPlan;
  /** The files of a model that was made elsewhere. */
  readonly given?: ModelFiles;
}

/** A fitted model with all that is known of how good it is. */
export interface FitResult {
  readonly model: TrainedModel;
  readonly tried: readonly TriedFamily[];
  readonly because: string;
  /** By which family `auto` chose; `metrics.validation` is then out of fold. */
  readonly folds?: number;
  /** Time was over after so many of the planned folds. */
  readonly cutTo?: number;
  readonly metric: string;
  /** What training watched, where that was another one. */
  readonly watched?: string;
  readonly metrics: Readonly<Record<'train' | 'validation' | 'test', Metrics>>;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  readonly threshold: number | null;
  readonly interval: IntervalBounds | null;
}

/** The rows of one part, as features and labels. */
interface Part {
  readonly table: Table;
  readonly target: Target;
  readonly rows: FeatureRows;
}

/** A part of the rows. The training part taught the features: its rows must not be told their own labels. */
async function partOf(
  watched: Watched,
  input: FitInput,
  positions: Int32Array,
  taught: boolean,
): Promise<Part> {
  const told = { label: 'train', detail: 'cells taken' };
  const table = await takeInPieces(watched, told, input.rows.table, positions);
  const folds = foldsById(input.rows.ids, positions, labelFolds);
  const labels = trainingLabels(input.task, input.target, positions, folds);
  const by = taught ? taughtBy(input.fitted, table, labels) : null;
  const own = by === null ? undefined : { by, folds };
  return { table, target: labels.target, rows: featureRows(input.fitted, table, undefined, own) };
}

async function scored(watched: Watched, scorer: Scorer, part: LabelledRows, name: string): Promise<Scored> {
  const told = { label: 'score', detail: `${name} rows`, total: part.rows.rows, every: turnRows };
  return { scores: await inPieces(watched, told, scorer.predict(part.rows)), target: part.target };
}

/** Drives what judges a model. */
const judging = <Result>(watched: Watched, work: Work<Result>): Promise<Result> =>
  inPieces(watched, { label: 'evaluate', detail: 'rows judged, some of them many times', total: 0 }, work);

/** A metric as what training watches: lower is better. */
function scoreOf(name: string, task: Task): Score {
  const metric = metricByName(name);
  if (metric === undefined) throw new RangeError(`unknown metric ${name}`);
  const sign = metric.higherIsBetter ? -1 : 1;
  return (scores, target) => sign * computeMetric(metric, scoredRows(task, scores, target));
}

/** What training watches, and what a trial of a search is judged by: the pipeline's metric, or the loss of the quantile that it asks for. */
export function watchedBy(
  { model, evaluation: { metric } }: ReturnType<typeof withMetrics>,
  task: Task,
  family: string = model.family,
): { readonly name: string; readonly score: Score } {
  const quantile = quantileAsked(family, task, model);
  return quantile === null
    ? { name: metric, score: scoreOf(metric, task) }
    : { name: 'quantile_loss', score: quantileLoss(quantile) };
}

/** The rows of every part of a split, as features and labels. */
export type Parts = Readonly<Record<'training' | 'validation' | 'test', Part>>;

/** The rows of every part of the split, as features and labels. */
export async function partsOf(watched: Watched, input: FitInput): Promise<Parts> {
  return {
    training: await partOf(watched, input, input.split.train, true),
    validation: await partOf(watched, input, input.split.validation, false),
    test: await partOf(watched, input, input.split.test, false),
  };
}

/** The dumb baselines, fitted on the training part. A model that is one rule has no one-rule beside it: it would be itself. */
async function baselinesOn(
  watched: Watched,
  { task, inputs }: FitInput,
  parts: Parts,
  isRule: boolean,
): Promise<readonly Baseline[]> {
  const see = (part: Part): BaselineRows => ({
    table: selectColumns(part.table, inputs),
    target: part.target,
  });
  const work = fittingBaselines(task, see(parts.training), see(parts.validation), inputs);
  const all = await judging(watched, work);
  return isRule ? all.filter(({ name }) => !name.startsWith(oneRule.name)) : all;
}

/** What was made elsewhere learns nothing, and is recalibrated only where that was asked for. */
const asGiven = (
  { imported }: Pipeline['model'],
  given: ModelFiles,
): Pick<Pipeline['model'], 'calibration' | 'target' | 'class_weights'> & { readonly given: ModelFiles } => ({
  given,
  calibration: imported.calibrate ? 'auto' : 'none',
  target: 'none',
  class_weights: 'none',
});

/** Fits a family on the training part and tunes it on the validation part, or chooses by folds of both, with progress. */
function trainOn(
  watched: Watched,
  pipeline: ReturnType<typeof withMetrics>,
  { task, auto, given }: Pick<FitInput, 'task' | 'auto' | 'given'>,
  parts: LabelledParts,
  family: string,
): Promise<TrainingResult> {
  const watching = watchedBy(pipeline, task, family);
  const options = {
    ...pipeline.model,
    family,
    ...(given === undefined ? {} : asGiven(pipeline.model, given)),
  };
  // Most families stop where more passes help no more.
  const progress = (done: number, total: number, detail: string, share?: number): void =>
    watched.progress({
      ...{ kind: 'progress', label: 'train', done, total, detail, atMost: true },
      ...(share === undefined ? {} : { share }),
    });
  const named = family === 'auto' ? '' : `${family}: `;
  let [judged, fitted] = ['', ''];
  const hooks: TrainHooks = {
    onRows: ({ family: name, doing, epoch, epochs, done, of }) => {
      // What one model was judged by says nothing of the next.
      if (name !== fitted) [judged, fitted] = ['', name];
      if (doing === 'judging')
        progress(epoch, epochs, `${name}: ${judged}${grouped(done)} of ${grouped(of)} rows judged`);
      else {
        const share = (epoch - 1 + Math.min(1, done / of)) / epochs;
        progress(
          epoch - 1,
          epochs,
          `${name}: ${judged}${grouped(done)} of ${grouped(of)} rows of the next pass`,
          share,
        );
      }
    },
    onEpoch: ({ epoch, epochs, validation, best }) => {
      const score = `${watching.name} ${validation.toFixed(4)} (best ${best.toFixed(4)})`;
      judged = `${score}; `;
      progress(epoch, epochs, `${family === 'auto' && fitted !== '' ? `${fitted}: ` : named}${score}`);
    },
    signal: watched.signal,
    threads: watched.threads,
    ...(watched.enough === undefined ? {} : { enough: watched.enough }),
  };
  const { seed } = pipeline.model;
  return train(task, parts.training, parts.validation, options, seed, watching.score, hooks, auto);
}

/** Answers for rows of the folds that the fits did not know, with the labels of these rows. */
function outOfFold({ training, validation }: Parts, { rows, scores }: OutOfFoldAnswers): Scored {
  const own = training.target.length;
  const target = Float64Array.from(rows, (at) =>
    at < own ? training.target[at]! : validation.target[at - own]!,
  );
  return { scores, target };
}

/** A model's answers on the three parts. */
async function scoreParts(
  watched: Watched,
  pipeline: Fitted,
  model: TrainedModel,
  parts: Parts,
  known?: KnownAnswers,
): Promise<Record<keyof Parts, Scored>> {
  const scorer = await load(model, pipeline.model.backend);
  const on = async (name: 'training' | 'validation'): Promise<Scored> =>
    known === undefined
      ? scored(watched, scorer, parts[name], name)
      : { scores: known[name], target: parts[name].target };
  try {
    return {
      training: await on('training'),
      validation: await on('validation'),
      test: await scored(watched, scorer, parts.test, 'test'),
    };
  } finally {
    scorer.dispose();
  }
}

/**
 * The honest simple model beside a net that was kept: what its complexity buys. Empty where linear is the model; beside
 * trees it is there where it was fitted anyway, for a net takes longer to fit than they do.
 */
async function linearBeside(
  watched: Watched,
  pipeline: ReturnType<typeof withMetrics>,
  input: FitInput,
  parts: Parts,
  kept: TrainingResult,
): Promise<readonly BaselineResult[]> {
  const { task } = input;
  if (kept.model.family === 'linear') return [];
  const known = kept.others.find((model) => model.family === 'linear');
  const beside = besideFamily(kept.model.family);
  const model =
    known ?? (beside === null ? undefined : (await trainOn(watched, pipeline, input, parts, beside)).model);
  if (model === undefined) return [];
  const answers = await scoreParts(watched, pipeline, model, parts);
  const threshold =
    task.kind === 'binary'
      ? chooseThreshold(task, answers.validation, pipeline.evaluation.metric)
      : undefined;
  const metrics = await judging(watched, computingMetrics(task, answers.test, threshold));
  return [{ name: 'linear', description: 'a linear model on the same features', metrics }];
}

/** The rows of a split as features and labels, without the columns that they were made of. */
type LabelledParts = Readonly<Record<keyof Parts, LabelledRows>>;

/**
 * How wrong the pipeline's family is on the test part of a fold, by what training watches; lower is better. Learnt from the
 * training part, stopped and calibrated on the validation part.
 */
export async function scoreFold(
  watched: Watched,
  asked: Fitted,
  input: Pick<FitInput, 'task' | 'auto'>,
  parts: LabelledParts,
): Promise<number> {
  const { task } = input;
  const pipeline = withMetrics(asked, task);
  const { model } = await trainOn(watched, pipeline, input, parts, pipeline.model.family);
  const scorer = await load(model, pipeline.model.backend);
  try {
    const { scores, target } = await scored(watched, scorer, parts.test, 'test');
    return watchedBy(pipeline, task).score(scores, target);
  } finally {
    scorer.dispose();
  }
}

/** The family that is the baseline one-rule as a model. */
export const ruleFamily = 'rule';

/** Losses on the test part, by row: of the model, and of each baseline. */
export interface FoldLosses {
  readonly model: Float64Array;
  readonly baselines: readonly {
    /** `majority`, `mean`, `one-rule`. */
    readonly name: string;
    readonly description: string;
    readonly losses: Float64Array;
  }[];
}

/** Fits family and baselines on one split of the rows and says what its test part loses: log loss, or squared error. */
export async function fitFold(watched: Watched, asked: Fitted, input: FitInput): Promise<FoldLosses> {
  const { task } = input;
  const pipeline = withMetrics(asked, task);
  const parts = await partsOf(watched, input);
  const { model } = await trainOn(watched, pipeline, input, parts, pipeline.model.family);
  const scorer = await load(model, pipeline.model.backend);
  const { scores, target } = await scored(watched, scorer, parts.test, 'test').finally(() => {
    scorer.dispose();
  });
  const baselines = await baselinesOn(watched, input, parts, pipeline.model.family === ruleFamily);
  return {
    model: rowLosses(task, scores, target),
    baselines: scoreBaselines(baselines, parts.test.table).map(({ name, description, scores: answers }) => ({
      // Each fold has a rule of its own.
      ...(name.startsWith(oneRule.name)
        ? { name: oneRule.name, description: 'looking at one column alone' }
        : { name, description }),
      losses: rowLosses(task, answers, target),
    })),
  };
}

/** How far labels lie from answers that were no part of the fit. */
function boundsOf({ model }: Fitted, task: Task, { scores, target }: Scored): IntervalBounds | null {
  if (task.kind !== 'regression' || model.interval === null) return null;
  return fitBounds(scores, target, model.interval) ?? null;
}

/**
 * Fits the pipeline's family on the training part, tuned on the validation part (or, for `auto`, the one that folds of both
 * choose, on both) and the dumb baselines, and judges once on the test part.
 */
export async function fitModel(watched: Watched, asked: Fitted, input: FitInput): Promise<FitResult> {
  const { task } = input;
  const pipeline = withMetrics(asked, task);
  const { metric } = pipeline.evaluation;
  const parts = await partsOf(watched, input);
  const trained = await trainOn(watched, pipeline, input, parts, pipeline.model.family);
  const answers = await scoreParts(watched, pipeline, trained.model, parts, trained.known);
  // The model of family auto has learnt from the validation part.
  const tuned = trained.outOfFold === null ? answers.validation : outOfFold(parts, trained.outOfFold);
  const threshold = task.kind === 'binary' ? chooseThreshold(task, tuned, metric) : null;
  const interval = boundsOf(pipeline, task, tuned);
  const { rule } = trained.model;
  const quantile = quantileAsked(trained.model.family, task, pipeline.model);
  const baselines = await baselinesOn(watched, input, parts, rule !== undefined);
  const beside = await linearBeside(watched, pipeline, input, parts, trained);
  const judged = await judging(
    watched,
    evaluating({
      task,
      metric,
      scored: answers.test,
      table: parts.test.table,
      slices: pipeline.evaluation.slices,
      fairness: {
        columns: pipeline.evaluation.fairness.columns,
        minRows: pipeline.evaluation.fairness.min_rows,
      },
      minSliceRows: pipeline.evaluation.min_slice_rows,
      baselines: scoreBaselines(baselines, parts.test.table),
      bootstrap: pipeline.evaluation.bootstrap,
      random: createRandom(`evaluation/${pipeline.model.seed}`),
      ...(threshold === null ? {} : { threshold }),
      ...(interval === null ? {} : { interval }),
    }),
  );
  const evaluation = {
    ...judged,
    ...(beside.length === 0 ? {} : { beside }),
    ...(rule === undefined ? {} : { rule }),
    ...(quantile === null
      ? {}
      : { quantile: { asked: quantile, below: shareBelow(answers.test.scores, answers.test.target) } }),
  };
  const metricsOf = (part: Scored): Promise<Metrics> =>
    judging(watched, computingMetrics(task, part, threshold ?? undefined));
  const { model, tried, because } = trained;
  return {
    model,
    tried,
    because,
    ...(trained.outOfFold === null ? {} : { folds: trained.outOfFold.folds }),
    ...(trained.cutTo === undefined ? {} : { cutTo: trained.cutTo }),
    metric,
    ...(quantile === null ? {} : { watched: watchedBy(pipeline, task).name }),
    metrics: {
      train: await metricsOf(answers.training),
      validation: await metricsOf(tuned),
      test: evaluation.metrics,
    },
    evaluation,
    verdict: judge(pipeline.evaluation.gates, evaluation),
    threshold,
    interval,
  };
}
