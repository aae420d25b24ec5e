import { Type } from '@sinclair/typebox';
import { count, figure, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { correlation, ranksOf } from '../statistics/rankCorrelation.ts';

/** Which columns of numbers go with the label, and with one another. */
export const correlationsShape = Type.Object(
  {
    rows: count('Training rows that were looked at, evenly chosen.'),
    columns: count('Columns of numbers that were looked at.'),
    left: count('Columns of numbers beyond those: not looked at.'),
    label: Type.Array(
      Type.Object({ column: text(), value: figure("Spearman's rank correlation, −1 to 1.") }),
      {
        description:
          'With the label (two classes: the positive one is 1), the strongest first. Empty for three classes or more.',
      },
    ),
    pairs: Type.Array(
      Type.Object({
        columns: Type.Tuple([text(), text()]),
        value: figure("Spearman's rank correlation, −1 to 1."),
      }),
      { description: 'Of one another, the strongest first.' },
    ),
  },
  { title: 'Correlations' },
);
export type Correlations = Shape<typeof correlationsShape>;

/** Pairs and columns that are told, and what is too weak to be told. */
const [mostTold, weakest] = [15, 0.1];

const pairOf = (one: string, other: string): [string, string] => [one, other];

const strongest = <Told extends { readonly value: number }>(told: readonly Told[]): Told[] =>
  told
    .filter(({ value }) => Math.abs(value) >= weakest)
    .sort((left, right) => Math.abs(right.value) - Math.abs(left.value))
    .slice(0, mostTold);

/**
 * Rank correlations of numbers with the label and with one another. Ranks are within all rows of a column that are there.
 *
 * @param label null where it has no order
 * @param left columns that were not handed over
 */
export function correlations(
  columns: readonly { readonly name: string; readonly values: Float64Array }[],
  label: Float64Array | null,
  left: number,
): Correlations {
  const ranked = columns.map(({ name, values }) => ({ name, ranks: ranksOf(values) }));
  const ofLabel = label === null ? null : ranksOf(label);
  const pairs = ranked.flatMap((one, at) =>
    ranked.slice(at + 1).map((other) => ({
      columns: pairOf(one.name, other.name),
      value: correlation(one.ranks, other.ranks),
    })),
  );
  return {
    rows: columns[0]?.values.length ?? 0,
    columns: columns.length,
    left,
    label: strongest(
      ofLabel === null
        ? []
        : ranked.map(({ name, ranks }) => ({ column: name, value: correlation(ranks, ofLabel) })),
    ),
    pairs: strongest(pairs),
  };
}
