import { cellText, codeCounts } from '../cells.ts';
import { percent, rowCount } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import type { Feature, FitnessCheck, Looked } from './fitness.ts';
import { partSaid } from './fitness.ts';

/** From this share on a model sees next to nothing else. */
const nearly = 0.99;

/** The value that more than half of the rows looked at have, and how many; any other one where none does. */
function commonest({ column }: Feature, rows: Int32Array): { readonly row: number; readonly count: number } {
  if (column.kind === 'category') {
    const counts = codeCounts(column);
    // Not spread into arguments: there may be more words than a call takes.
    const code = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
    return { row: column.codes.indexOf(code), count: counts[code] ?? 0 };
  }
  // Each row votes for its value or against the one before (Boyer and Moore 1981): the majority is left, if there is one.
  let candidate: string | number | null = null;
  let votes = 0;
  for (const row of rows) {
    const value = column.values[row]!;
    if (votes === 0) candidate = value;
    votes += value === candidate ? 1 : -1;
  }
  let first = 0;
  let count = 0;
  for (const row of rows) {
    if (candidate === null || column.values[row] !== candidate) continue;
    if (count === 0) first = row;
    count += 1;
  }
  return { row: first, count };
}

function findingOf(looked: Looked, feature: Feature): Finding[] {
  const { name, column, profile } = feature;
  if (profile.distinct < 2) return [];
  const rows = column.kind === 'category' ? looked.input.table.rows : looked.rows.length;
  const { row, count } = commonest(feature, looked.rows);
  const share = count / Math.max(1, rows);
  if (share < nearly || count === rows) return [];
  return [
    {
      check: 'near-constant',
      column: name,
      severity: 'info',
      message: `${name} is ${cellText(column, row)} in ${percent(share)} of the rows${column.kind === 'category' ? '' : partSaid(looked)}; ${rowCount(rows - count)} ${rows - count === 1 ? 'has' : 'have'} something else.`,
      count: rows - count,
      examples: [],
      fix: `Nothing to do where this is natural; a model learns little from ${name}.`,
      effect: { measure: 'share', value: share },
    },
  ];
}

/** A column that has one value in nearly every row. */
export const nearConstant: FitnessCheck = {
  name: 'near-constant',
  description: `A column has one value in at least ${percent(nearly)} of the rows, but not in all.`,
  run: (looked) => looked.features.flatMap((feature) => findingOf(looked, feature)),
};
