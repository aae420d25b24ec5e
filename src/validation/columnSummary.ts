import { Type } from '@sinclair/typebox';
import { count, figure, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { formatNumber, formatPercent } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import { isAbout } from './finding.ts';
import type { Finding } from './finding.ts';
import type { ColumnProfile, Profile } from './profile.ts';

/** A column in one line: what the table of `validate`, its page and `--json` say alike. */
export const columnSummaryShape = Type.Object(
  {
    name: text(),
    kind: oneOf(['number', 'category', 'time', 'text']),
    rows: count(),
    missing: count('Rows without a value.'),
    distinct: count('Different values.'),
    min: orNull(figure(), 'Of numbers and times (ms since 1970 UTC).'),
    max: orNull(figure()),
    mean: orNull(figure()),
    top: orNull(
      Type.Object({ value: text(), count: count() }),
      'The most frequent word; null for numbers and times, and where nothing of the column is shown (personal).',
    ),
    values: text('The same as a person reads it: `0 to 72, mean 32.4`, `basic (51.2 %)`.'),
    noticed: Type.Array(text(), { description: 'Checks that found something of it, the gravest first.' }),
  },
  { title: 'Column' },
);
export type ColumnSummary = Shape<typeof columnSummaryShape>;

const longest = 40;
/** Over so long (ms) nobody asks for the hour. */
const longSpan = 3 * 86_400_000;
const shortly = (word: string): string => (word.length > longest ? `${word.slice(0, longest)}…` : word);

/** The middle of a column in a few words. */
function valuesOf({ numeric, kind, top, rows }: ColumnProfile): string {
  if (numeric !== undefined && kind === 'time') {
    const days = numeric.max - numeric.min >= longSpan;
    const [from, to] = [numeric.min, numeric.max].map((at) =>
      days ? utcMinute(at).slice(0, 10) : utcMinute(at),
    );
    return from === to ? `always ${from}` : `${from} to ${to}`;
  }
  if (numeric !== undefined)
    return numeric.min === numeric.max
      ? `always ${formatNumber(numeric.min)}`
      : `${formatNumber(numeric.min)} to ${formatNumber(numeric.max)}, mean ${formatNumber(numeric.mean)}`;
  const [first] = top ?? [];
  if (first === undefined) return '';
  const share = first.count / Math.max(1, rows);
  return share === 1 ? `always ${shortly(first.value)}` : `${shortly(first.value)} (${formatPercent(share)})`;
}

const gravity = { error: 0, warning: 1, info: 2 } as const;

/** Each column of a snapshot in one line, in the order of the schema. */
export function summarize({ columns }: Profile, findings: readonly Finding[]): ColumnSummary[] {
  const gravest = [...findings].sort((a, b) => gravity[a.severity] - gravity[b.severity]);
  const noticedOf = (name: string): string[] => [
    ...new Set(gravest.filter((finding) => isAbout(finding, name)).map(({ check }) => check)),
  ];
  return columns.map((column) => {
    const { name, kind, rows, missing, distinct, numeric, top } = column;
    return {
      name,
      kind,
      rows,
      missing,
      distinct,
      min: numeric?.min ?? null,
      max: numeric?.max ?? null,
      mean: numeric?.mean ?? null,
      top: top?.[0] ?? null,
      values: valuesOf(column),
      noticed: noticedOf(name),
    };
  });
}
