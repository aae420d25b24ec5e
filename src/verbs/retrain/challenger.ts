import { takeRows } from '../../data/columns.ts';
import type { Split } from '../../data/splitting.ts';
import type { Comparison } from '../../evaluation/evaluation.ts';
import { judge } from '../../evaluation/index.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import { load, targetOf } from '../../modeling/index.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Assembly } from '../../cascade/assembly.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { ChallengerRows } from './challengerRows.ts';
import { compareOn } from '../../cascade/comparison.ts';
import type { Context } from '../../project/context.ts';
import type { FitInput, FitResult } from '../../cascade/fitting.ts';
import { fitModel, withMetrics } from '../../cascade/fitting.ts';
import { openPredictor } from '../../project/predictors.ts';
import { withCosts } from '../../pipeline/judging/costs.ts';
import { inputColumns } from '../../pipeline/inputColumns.ts';
import { autoPlan, dealOut, labelled } from '../../cascade/split.ts';
import { fitFeatures } from '../../cascade/stages/featurize.ts';

/** A challenger with its comparison. */
export interface Challenger {
  readonly fit: FitResult;
  readonly fitted: FittedFeatures;
  /** Rows that it was fitted and tuned on; its test part is the comparison rows. */
  readonly split: Split;
  readonly comparison: Comparison;
  /** The same two models on the source's own test part: what the change means for the old population. */
  readonly onSource: Comparison | null;
  readonly counts: Assembly['counts'];
}

/** The pipeline with the champion's positive class, even where the recent rows make it the more frequent one. */
function withPositiveOf(champion: NamedBundle, pipeline: Pipeline): Pipeline {
  const { task } = champion.bundle.manifest;
  if (task.kind !== 'binary' || pipeline.label.positive !== null) return pipeline;
  return { ...pipeline, label: { ...pipeline.label, positive: task.positive } };
}

/** What a challenger is fitted on. The task, too, comes from the rows that teach: a class that only judges is unknown. */
async function fitInputOf(
  context: Context,
  pipeline: Pipeline,
  gathered: ChallengerRows,
): Promise<FitInput & { readonly sourceTest: Int32Array }> {
  const { rows, trainingRows, fromSource } = gathered;
  const teaching = takeRows(
    rows.table,
    Int32Array.from({ length: trainingRows }, (_, row) => row),
  );
  const { rows: labelledRows, task: taught } = labelled(pipeline, teaching);
  const task = withCosts(pipeline, taught);
  const target = targetOf(task, rows.table.columns.get(pipeline.label.column)!);
  const { train, validation, test } = dealOut(pipeline, rows, labelledRows);
  const compare = gathered.compare.filter((row) => !Number.isNaN(target[row]));
  const split = { train, validation, test: compare };
  const sourceTest = test.filter((row) => fromSource[row]);
  const fitted = await fitFeatures(context, pipeline, { rows, split, task, target });
  const inputs = inputColumns(pipeline, rows.schema);
  const auto = autoPlan(pipeline, { rows, task, target, split, fitted });
  return { rows, task, target, inputs, split, fitted, auto, sourceTest };
}

/** Fits a challenger and compares it with the champion on rows that neither has seen. */
export async function fitChallenger(
  context: Context,
  pipeline: Pipeline,
  gathered: ChallengerRows,
  champion: NamedBundle,
): Promise<Challenger> {
  const asked = withPositiveOf(champion, pipeline);
  const { sourceTest, ...input } = await fitInputOf(context, asked, gathered);
  const { rows, task, split, fitted } = input;
  const fit = await fitModel({ ...context, threads: context.environment.host.cpus }, asked, input);

  const { predictor } = await openPredictor(champion, pipeline.model.backend);
  const scorer = await load(fit.model, pipeline.model.backend);
  const contender = { task, metric: fit.metric, threshold: fit.threshold, fitted, scorer };
  const against = (positions: Int32Array, name: string): Promise<Comparison> =>
    compareOn(context, pipeline, predictor, contender, { table: rows.table, positions }, name);
  try {
    const comparison = await against(split.test, 'recent');
    return {
      // The gates again, now that there is a champion to be judged against.
      fit: { ...fit, verdict: judge(withMetrics(asked, task).evaluation.gates, fit.evaluation, comparison) },
      fitted,
      split,
      comparison,
      onSource: sourceTest.length === 0 ? null : await against(sourceTest, 'source'),
      counts: {
        train: split.train.length,
        validation: split.validation.length,
        test: split.test.length,
        unlabelled: input.target.filter((value) => Number.isNaN(value)).length,
      },
    };
  } finally {
    predictor.dispose();
    scorer.dispose();
  }
}
