import type { FamilyOptions, Target, Task } from '../model.ts';
import { moments } from '../../statistics/moments.ts';
import { skewness } from './transform.ts';
import type { TransformName } from './transform.ts';

/** A way to learn the same labels. */
export interface TargetVariant {
  /** `log`, `quantile`, `poisson`, `tweedie`; empty = the labels as they are, by their squares. */
  readonly name: string;
  readonly options: FamilyOptions;
}

/** Labels less lopsided than this are learnt as they are: there is nothing to win. */
const leastSkewness = 0.75;
/** Fewer labels, or fewer different ones, say nothing about their distribution. */
const fewestLabels = 50;
const fewestDifferent = 10;
/** From this share of zeros on, numbers that are no counts are zero or else (claims, rain). */
const manyZeros = 0.1;

const plain = (options: FamilyOptions): FamilyOptions => ({
  ...options,
  target: 'none',
  gbdt: {
    ...options.gbdt,
    objective: options.gbdt.objective === 'auto' ? 'squared' : options.gbdt.objective,
  },
});

/** Heavier tails than those of a normal distribution: the fourth moment over that of one, less 1. */
function heaviness(labels: Target): number {
  const { mean, std, count } = moments(labels);
  if (!(std > 0)) return 0;
  let fourth = 0;
  for (const label of labels) fourth += ((label - mean) / std) ** 4;
  return fourth / count / 3 - 1;
}

/** The transforms that could win, by the looks of the labels. */
function transformsFor(labels: Target): TransformName[] {
  const skew = skewness(labels);
  const canLog = labels.every((label) => label >= 0);
  if (canLog) return skew > leastSkewness ? ['log'] : [];
  return Math.abs(skew) > leastSkewness || heaviness(labels) > 1 ? ['quantile'] : [];
}

/** The objectives of trees that could win, by the looks of the labels. */
function objectivesFor(labels: Target): ('poisson' | 'tweedie')[] {
  if (!labels.every((label) => label >= 0) || skewness(labels) <= leastSkewness) return [];
  if (labels.every(Number.isInteger)) return ['poisson'];
  const zeros = labels.reduce((sum, label) => sum + (label === 0 ? 1 : 0), 0);
  return zeros >= manyZeros * labels.length ? ['tweedie'] : [];
}

/**
 * The ways in which a family may learn these labels, the plainest first: what the pipeline leaves open
 * (`model.target: auto`, `model.gbdt.objective: auto`) and what the labels make likely. Which one it is, rows must tell
 * that none of them has learnt.
 */
export function targetVariants(
  family: string,
  task: Task,
  labels: Target,
  options: FamilyOptions,
): readonly [TargetVariant, ...TargetVariant[]] {
  if (task.kind !== 'regression') return [{ name: '', options: { ...options, target: 'none' } }];
  if (options.target !== 'auto' && options.target !== 'none')
    return [{ name: options.target, options: { ...plain(options), target: options.target } }];
  const first = { name: '', options: plain(options) };
  // What a rule answers are means of labels, whatever these were learnt as.
  if (family === 'rule') return [first];
  const free = family !== 'gbdt' || options.gbdt.objective === 'auto';
  if (!free || labels.length < fewestLabels || new Set(labels).size < fewestDifferent) return [first];
  const transforms = options.target === 'auto' ? transformsFor(labels) : [];
  const objectives = family === 'gbdt' ? objectivesFor(labels) : [];
  return [
    first,
    ...objectives.map((objective) => ({
      name: objective,
      options: { ...first.options, gbdt: { ...first.options.gbdt, objective } },
    })),
    ...transforms.map((name) => ({ name, options: { ...first.options, target: name } })),
  ];
}
