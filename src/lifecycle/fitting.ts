import type { Table } from '../data/columns.ts';
import { selectColumns, takeRows } from '../data/columns.ts';
import type { Split } from '../data/split.ts';
import {
  chooseThreshold,
  computeMetrics,
  evaluate,
  fitBaselines,
  judge,
  scoreBaselines,
} from '../evaluation/index.ts';
import type { BaselineRows } from '../evaluation/index.ts';
import type { Evaluation, Metrics, Scored, Verdict } from '../evaluation/evaluation.ts';
import { apply } from '../features/index.ts';
import type { FittedFeatures } from '../features/spec.ts';
import { load, train } from '../modeling/index.ts';
import type { Score, Scorer, Target, Task, TrainedModel } from '../modeling/model.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { createRandom } from '../random.ts';
import { computeMetric, metricByName, scoredRows } from '../statistics/metrics/index.ts';
import type { Context } from './context.ts';
import { inputColumns, withMetrics } from './project.ts';
import type { SnapshotRows } from './snapshotRows.ts';
import type { FamilyTried } from './verbs.ts';

/** Everything a model is fitted and judged on. The test part is touched only to judge. */
export interface FitInput {
  readonly rows: SnapshotRows;
  /** By row of the table; NaN = no label. */
  readonly target: Target;
  readonly task: Task;
  readonly split: Split;
  readonly fitted: FittedFeatures;
}

/** A fitted model with all that is known of how good it is. */
export interface FitResult {
  readonly model: TrainedModel;
  readonly tried: readonly FamilyTried[];
  readonly because: string;
  readonly metric: string;
  readonly metrics: Readonly<Record<'train' | 'validation' | 'test', Metrics>>;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  readonly threshold: number | null;
}

/** The rows of one part, as features and labels. */
interface Part {
  readonly table: Table;
  readonly target: Target;
  readonly matrix: ReturnType<typeof apply>;
}

function partOf(input: FitInput, positions: Int32Array): Part {
  const table = takeRows(input.rows.table, positions);
  return {
    table,
    target: Float64Array.from(positions, (row) => input.target[row]!),
    matrix: apply(input.fitted, table),
  };
}

const scored = (scorer: Scorer, part: Part): Scored => ({
  scores: scorer.predict(part.matrix.dense, part.matrix.rows),
  target: part.target,
});

/** A metric as what training watches: lower is better. */
function scoreOf(name: string, task: Task): Score {
  const metric = metricByName(name);
  if (metric === undefined) throw new RangeError(`unknown metric ${name}`);
  const sign = metric.higherIsBetter ? -1 : 1;
  return (scores, target) => sign * computeMetric(metric, scoredRows(task, scores, target));
}

/**
 * Fits the pipeline's family (or both, for `auto`) and the dumb baselines on the training part, tunes on the
 * validation part, and judges once on the test part.
 */
export async function fitModel(context: Context, asked: Pipeline, input: FitInput): Promise<FitResult> {
  const { task } = input;
  const pipeline = withMetrics(asked, task);
  const { metric } = pipeline.evaluation;
  const [training, validation, test] = [input.split.train, input.split.validation, input.split.test].map(
    (rows) => partOf(input, rows),
  ) as [Part, Part, Part];
  const { model, tried, because } = await train(
    task,
    training,
    validation,
    pipeline.model,
    pipeline.model.seed,
    scoreOf(metric, task),
    {
      onEpoch: (report) =>
        context.progress({
          kind: 'progress',
          label: `train`,
          done: report.epoch,
          total: report.epochs,
          detail: `${metric} ${report.validation.toFixed(4)} (best ${report.best.toFixed(4)})`,
        }),
      signal: context.signal,
    },
  );
  const scorer = await load(model, pipeline.model.backend);
  const onParts = {
    train: scored(scorer, training),
    validation: scored(scorer, validation),
    test: scored(scorer, test),
  };
  scorer.dispose();
  const threshold = task.kind === 'binary' ? chooseThreshold(task, onParts.validation) : null;
  const inputs = inputColumns(pipeline, input.rows.schema);
  const see = (part: Part): BaselineRows => ({
    table: selectColumns(part.table, inputs),
    target: part.target,
  });
  const baselines = fitBaselines(task, see(training), see(validation), inputs);
  const evaluation = evaluate({
    task,
    metric,
    scored: onParts.test,
    table: test.table,
    slices: pipeline.evaluation.slices,
    minSliceRows: pipeline.evaluation.min_slice_rows,
    baselines: scoreBaselines(baselines, test.table),
    bootstrap: pipeline.evaluation.bootstrap,
    random: createRandom(`evaluation/${pipeline.model.seed}`),
    ...(threshold === null ? {} : { threshold }),
  });
  const metricsOf = (part: Scored): Metrics => computeMetrics(task, part, threshold ?? undefined);
  return {
    model,
    tried,
    because,
    metric,
    metrics: {
      train: metricsOf(onParts.train),
      validation: metricsOf(onParts.validation),
      test: evaluation.metrics,
    },
    evaluation,
    verdict: judge(pipeline.evaluation.gates, evaluation),
    threshold,
  };
}
