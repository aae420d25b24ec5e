import { AiengError } from '../../errors.ts';
import type { Table } from '../../data/columns.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { dealOut, labelled } from '../../cascade/split.ts';
import { rowTimeOf } from '../../validation/rowTime.ts';

/** The time of the rows that `init` found. */
export interface TimeFound {
  readonly column: string;
  /** Are rows split by it? */
  readonly splits: boolean;
  /** For a person: what was decided, and why. */
  readonly note: string;
}

const byHand =
  'With `split: { strategy: time }` the newest rows judge the model; if rows are to be dealt out at random, `split: { strategy: hash }` says so.';

/** The labelled rows; null where they make no task, which training will say better. */
function labelsOf(pipeline: Pipeline, table: Table): ReturnType<typeof labelled> | null {
  try {
    return labelled(pipeline, table);
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

/** Does every part of a split by this time hold every class, so that each can be learnt, tuned and judged? */
function isUsable(pipeline: Pipeline, table: Table, column: string): boolean {
  const known = labelsOf(pipeline, table);
  if (known === null) return false;
  const { rows, task, target } = known;
  const byTime = { ...pipeline, time: column, split: { ...pipeline.split, strategy: 'time' as const } };
  // By time rows are dealt out without a look at their ids.
  const split = dealOut(
    byTime,
    { table, ids: Array.from({ length: table.rows }, (_, row) => String(row)) },
    rows,
  );
  const parts = [split.train, split.validation, split.test];
  if (task.kind === 'regression') return parts.every((part) => part.length > 1);
  return parts.every((part) => new Set(Array.from(part, (row) => target[row])).size === task.classes.length);
}

/** The time of the rows where a person said which column it is. */
export const timeSaid = (pipeline: Pipeline, table: Table, column: string): TimeFound =>
  isUsable(pipeline, table, column)
    ? {
        column,
        splits: true,
        note: `${column} is when each row becomes known, as you say: the oldest rows teach and the newest judge.`,
      }
    : {
        column,
        splits: false,
        note: `${column} is when each row becomes known, as you say, but by it a part of the split would lack a class: rows are dealt out at random, and the figures will be better than those of tomorrow.`,
      };

/**
 * Whether the rows are split by time: where a column is shown to be their own, and the classes are in every part. In doubt
 * not, which is told.
 *
 * @param table rows in the order of their file
 */
export function timeFound(pipeline: Pipeline, table: Table): TimeFound | null {
  const out = [pipeline.label.column, ...pipeline.row_id];
  const found = rowTimeOf(table, { named: null, out, isFileOrder: true });
  if (found === null) return null;
  const { name: column, sign } = found;
  if (sign === null)
    return {
      column,
      splits: false,
      note: `${column} may be when each row was, but nothing shows it: rows are dealt out at random. ${byHand}`,
    };
  if (!isUsable(pipeline, table, column))
    return {
      column,
      splits: false,
      note: `${column} is when each row was (${sign}), but by it a part of the split would lack a class: rows are dealt out at random, and the figures will be better than those of tomorrow.`,
    };
  return {
    column,
    splits: true,
    note: `${column} is when each row was (${sign}): the oldest rows teach and the newest judge. \`split: { strategy: hash }\` would deal them out at random.`,
  };
}
