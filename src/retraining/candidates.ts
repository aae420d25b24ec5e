import { metricByName } from '../statistics/metrics/index.ts';
import type { Comparison } from '../evaluation/evaluation.ts';

/** Ways to choose the rows that teach a challenger. */
export const recipes = ['union', 'last-7-days', 'half-life'] as const;
export type Recipe = (typeof recipes)[number];

const dayMs = 86_400_000;
/** How far back `last-7-days` goes, and after how long a row of `half-life` counts half. */
export const recentMs = 7 * dayMs;

/** Fewer rows teach nothing that could be judged. */
const fewestTeachers = 100;
/** Fewer of a class, and a model does not know it. */
const fewestOfClass = 5;

/** Rows that may teach, in training order. */
export interface Teachers {
  /** ms since 1970 UTC; NaN = unknown: at least as old as the oldest that is known. */
  readonly times: Float64Array;
  /** Where a row stands by chance, in [0, 1): the same in every attempt. */
  readonly draws: Float64Array;
}

/** The ages of rows in ms, the newest being 0. */
function agesOf(times: Float64Array): Float64Array {
  let [oldest, newest] = [Infinity, -Infinity];
  for (const at of times) {
    if (at < oldest) oldest = at;
    if (at > newest) newest = at;
  }
  if (newest === -Infinity) return new Float64Array(times.length);
  return times.map((at) => newest - (Number.isNaN(at) ? oldest : at));
}

/**
 * The positions of the rows that a recipe teaches with: `union` all, `last-7-days` those that are known to be of the week
 * before the newest (a source without times is of before the log, however young that is), `half-life` each with the chance ½^(age / 7 days): what a weight would do to a mean, without a family having to know of
 * weights, and at the price of fewer rows.
 */
export function teachersOf(recipe: Recipe, { times, draws }: Teachers): Int32Array {
  const all = Int32Array.from(times, (_, row) => row);
  if (recipe === 'union') return all;
  const ages = agesOf(times);
  const isTimed = times.some((at) => !Number.isNaN(at));
  return recipe === 'last-7-days'
    ? all.filter((row) => ages[row]! <= recentMs && !(isTimed && Number.isNaN(times[row])))
    : all.filter((row) => draws[row]! < 2 ** (-ages[row]! / recentMs));
}

/** What the rows of a recipe are. */
export interface RecipeRows {
  readonly rows: number;
  /** Rows that all of the recipes before it have too: then it is none of its own. */
  readonly sameAs: Recipe | null;
  /** Rows of each class; empty for numbers. */
  readonly classes: readonly (readonly [string, number])[];
}

/** Why a recipe is left out of an attempt, or null where it takes part. `union` always does. */
export function leftOutBecause({ rows, sameAs, classes }: RecipeRows): string | null {
  if (sameAs !== null) return `it has the same rows as ${sameAs}`;
  if (rows < fewestTeachers) return `${rows} rows would teach, ${fewestTeachers} are needed`;
  const rare = classes.find(([, count]) => count < fewestOfClass);
  return rare === undefined
    ? null
    : `${rare[1]} of its rows are of class ${rare[0]}, ${fewestOfClass} are needed`;
}

/** The best of some candidates by what they lose on the judging rows: its position, or −1 where none has a figure. */
export function bestOf(comparisons: readonly Pick<Comparison, 'metric' | 'challenger'>[]): number {
  let best = -1;
  comparisons.forEach(({ metric, challenger }, at) => {
    if (!Number.isFinite(challenger)) return;
    const sign = metricByName(metric)?.higherIsBetter === true ? -1 : 1;
    if (best === -1 || sign * (challenger - comparisons[best]!.challenger) < 0) best = at;
  });
  return best;
}
