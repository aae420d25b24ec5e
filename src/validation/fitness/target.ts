import type { Column } from '../../data/columns.ts';
import { isMissing } from '../../data/columns.ts';
import { cellText } from '../cells.ts';
import { ascending } from '../../statistics/metrics/ranking.ts';

/** What is to be told, at the rows looked at. */
export type Target =
  | {
      readonly kind: 'classes';
      /** Words of the classes, the most frequent first. */
      readonly names: readonly string[];
      readonly counts: readonly number[];
      /** Class of each row. */
      readonly classes: Uint16Array;
    }
  | {
      readonly kind: 'number';
      readonly values: Float64Array;
      /** Mid-ranks from 0 to 1: what a score is computed on, so that no far value decides it. */
      readonly ranks: Float64Array;
    };

/** Classes beyond these are one: nobody looks for what tells the thirtieth of them. */
const mostClasses = 12;

/** Ranks from 0 to 1; equal values share the middle of theirs. */
export function midRanks(values: Float64Array): Float64Array {
  const order = ascending(values);
  const ranks = new Float64Array(values.length);
  const last = Math.max(1, values.length - 1);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let at = from; at < to; at += 1) ranks[order[at]!] = (from + to - 1) / 2 / last;
    from = to;
  }
  return ranks;
}

function classTarget(column: Column, rows: Int32Array): Target {
  const words = Array.from(rows, (row) => cellText(column, row));
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const most = [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
  const kept = most.slice(0, mostClasses);
  const classOf = new Map(kept.map(([word], at) => [word, at]));
  const classes = Uint16Array.from(words, (word) => classOf.get(word) ?? kept.length);
  return {
    kind: 'classes',
    names: kept.map(([word]) => word),
    counts: kept.map(([, count]) => count),
    classes,
  };
}

/** The label at some rows, all of which have one. */
export function targetAt(column: Column, rows: Int32Array, labelIs: 'classes' | 'number'): Target {
  if (labelIs === 'classes' || (column.kind !== 'number' && column.kind !== 'time'))
    return classTarget(column, rows);
  const values = Float64Array.from(rows, (row) => column.values[row]!);
  return { kind: 'number', values, ranks: midRanks(values) };
}

/** Positions of the rows that have a label, at most `most` of them, evenly over the table. */
export function labelledRows(column: Column, rows: number, most: number): Int32Array {
  const found: number[] = [];
  for (let row = 0; row < rows; row += 1) if (!isMissing(column, row)) found.push(row);
  if (found.length <= most) return Int32Array.from(found);
  return Int32Array.from({ length: most }, (_, at) => found[Math.floor((at * found.length) / most)]!);
}
