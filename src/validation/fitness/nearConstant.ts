import { cellText, codeCounts } from '../cells.ts';
import { percent, rowCount } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import type { Feature, FitnessCheck, Looked } from './fitness.ts';
import { partSaid } from './fitness.ts';

/** From this share on a model sees next to nothing else. */
const nearly = 0.99;

/** The value that most of the rows looked at have, and how many. */
function commonest({ column }: Feature, rows: Int32Array): { readonly row: number; readonly count: number } {
  if (column.kind === 'category') {
    const counts = codeCounts(column);
    const code = counts.indexOf(Math.max(...counts));
    return { row: column.codes.indexOf(code), count: counts[code] ?? 0 };
  }
  const seen = new Map<string | number | null, { row: number; count: number }>();
  let best = { row: 0, count: 0 };
  for (const row of rows) {
    const value = column.values[row]!;
    const known = seen.get(value) ?? { row, count: 0 };
    known.count += 1;
    seen.set(value, known);
    if (known.count > best.count && value !== null && !Number.isNaN(value)) best = known;
  }
  return best;
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
