import type { Task } from '../modeling/model.ts';
import { createRandom } from '../random.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import { scoredRows } from '../statistics/metrics/index.ts';
import type { ScoredGroups, ScoredReference } from './reference.ts';

/** Rows that are kept, and numbers of these rows where classes are many. */
const mostRows = 2000;
const mostScores = 100_000;

/** To seven digits: what a float32 holds. */
const rounded = (value: number): number => Number(value.toPrecision(7));

/**
 * Scored rows as a reference keeps them: at most 2,000, drawn evenly, in an order that says nothing.
 *
 * @param groupsOf in which groups given rows lie; left out: nothing of their inputs is kept
 */
export function keepScored(
  scores: Float64Array,
  target: Float64Array,
  groupsOf?: (rows: Int32Array) => readonly ScoredGroups[],
): ScoredReference {
  const outputs = target.length === 0 ? 1 : scores.length / target.length;
  const known = [...target.keys()].filter(
    (row) =>
      Number.isFinite(target[row]) &&
      scores.subarray(row * outputs, (row + 1) * outputs).every((score) => Number.isFinite(score)),
  );
  const wanted = Math.min(mostRows, Math.floor(mostScores / outputs));
  const rows = createRandom('scored').shuffle(known).slice(0, wanted);
  return {
    outputs,
    scores: rows.flatMap((row) => [...scores.subarray(row * outputs, (row + 1) * outputs)].map(rounded)),
    target: rows.map((row) => target[row]!),
    ...(groupsOf === undefined ? {} : { groups: groupsOf(Int32Array.from(rows)) }),
  };
}

/** Kept rows as metrics read them. */
export const scoredOf = (task: Task, { scores, target }: ScoredReference, threshold?: number): ScoredRows =>
  scoredRows(task, Float64Array.from(scores), Float64Array.from(target), threshold);
