import { hardest } from '../evaluation/crossFitted.ts';
import type { BaselineResult, Evaluation } from '../evaluation/evaluation.ts';
import { isUndecided, judge, lostToRule } from '../evaluation/gates.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { formatCount, formatNumber } from '../statistics/figures.ts';
import { crossFit } from './crossFitting.ts';
import { fitFold, fitModel, ruleFamily, withMetrics } from './fitting.ts';
import type { Fitted, FitInput, FitResult } from './fitting.ts';
import { autoPlan, strategyOf } from './split.ts';
import type { Tools } from './stage.ts';
import { fitFeatures } from './stages/featurize.ts';

/** The same, each progress report beginning with these words. */
export function saying(tools: Tools, words: string): Tools {
  const { progress } = tools;
  return {
    ...tools,
    progress: (event) => {
      progress(event.kind === 'progress' ? { ...event, detail: `${words}${event.detail}` } : event);
    },
  };
}

/** What folds and their models are a function of. */
export type CrossFitting = Fitted & Pick<Pipeline, 'features' | 'row_id' | 'split' | 'time'>;

/** The same pipeline with the family `rule`. */
const asRule = (pipeline: CrossFitting): CrossFitting => ({
  ...pipeline,
  model: { ...pipeline.model, family: ruleFamily },
});

/** Where the test part is too small to decide a gate, the pipeline is judged on all labelled rows. */
async function crossFitted(
  tools: Tools,
  pipeline: CrossFitting,
  input: FitInput,
  fit: FitResult,
): Promise<FitResult> {
  const { gates } = withMetrics(pipeline, input.task).evaluation;
  if (!isUndecided(gates, fit.evaluation)) return fit;
  const { train, validation, test, seed } = pipeline.split;
  const dealer = {
    fractions: { train, validation, test },
    seed,
    strategyOf: (rows: Int32Array) => strategyOf(pipeline, input.rows.table, rows),
  };
  // What is judged is a rule wherever the model is one, whatever other rows would have chosen.
  const judged = fit.model.rule === undefined ? pipeline : asRule(pipeline);
  const found = await crossFit(dealer, input, async (split, told) => {
    const fitted = await fitFeatures(tools, judged, { ...input, split });
    // 25 trainings are dear enough with one fold each.
    const own = { ...input, split, fitted };
    return fitFold(saying(tools, told), judged, { ...own, auto: autoPlan(judged, own, 1) });
  });
  if (found === undefined) return fit;
  const evaluation = { ...fit.evaluation, crossFitted: found };
  return { ...fit, evaluation, verdict: judge(gates, evaluation) };
}

/** By how little the model is better than one rule, or that it is not. */
function noBetter({ crossFitted: fitted, baselines, metric }: Evaluation): string {
  if (fitted !== undefined) {
    const { improvement, p } = hardest(fitted);
    const how = improvement > 0 ? 'better' : 'worse';
    return `${fitted.loss} ${formatNumber(Math.abs(improvement))} ${how} a row on ${formatCount(fitted.rows, 'labelled row')}, p ${formatNumber(p)}`;
  }
  const interval = baselines.find(isRule)?.improvement;
  return interval === undefined
    ? `by ${metric}`
    : `${metric} better by ${formatNumber(interval.low)} to ${formatNumber(interval.high)} on the test part`;
}

const isRule = ({ name }: BaselineResult): boolean => name.startsWith('one-rule');

/**
 * The model with its gates judged: on all labelled rows, where the test part is too small. Where family `auto` came to a
 * model that is not better than looking at one column, and that look is worth having, the look is the model.
 */
export async function decided(
  tools: Tools,
  pipeline: CrossFitting,
  input: FitInput,
  fit: FitResult,
): Promise<FitResult> {
  const judged = await crossFitted(tools, pipeline, input, fit);
  const { gates } = withMetrics(pipeline, input.task).evaluation;
  if (pipeline.model.family !== 'auto' || judged.verdict.passed) return judged;
  if (!lostToRule(gates, judged.evaluation)) return judged;
  const own = asRule(pipeline);
  const rule = await crossFitted(tools, own, input, await fitModel(tools, own, input));
  if (!rule.verdict.passed) return judged;
  const { family } = judged.model;
  return {
    ...rule,
    tried: [...judged.tried.filter((each) => each.family !== ruleFamily), ...rule.tried],
    because: `One rule on ${rule.evaluation.rule!} ships: ${family} is not better than one rule beyond noise (${noBetter(judged.evaluation)}).`,
  };
}
