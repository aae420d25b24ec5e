import { Type } from '@sinclair/typebox';
import { count, figure, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { fairnessMeasures } from '../statistics/fairnessMeasures.ts';

/** What is asked of groups. */
export type FairnessMeasure = (typeof fairnessMeasures)[number];

const shareShape = Type.Object(
  { hits: count(), rows: count(), value: figure(), low: figure(), high: figure() },
  { title: 'Share', description: 'A share of rows with its 95 % interval (Wilson).' },
);
export type Share = Shape<typeof shareShape>;

const fairnessGroupShape = Type.Object({
  group: text('`sex = F`, `age in [18, 35)`, `sex missing`.'),
  rows: count(),
  selection: orNull(shareShape, 'Rows that are answered with the positive class.'),
  truePositiveRate: orNull(shareShape, 'Of the positives, those that are answered as such.'),
  falsePositiveRate: orNull(shareShape, 'Of the others, those that are answered as positives.'),
});
export type FairnessGroup = Shape<typeof fairnessGroupShape>;

const fairnessGapShape = Type.Object({
  measure: oneOf(fairnessMeasures, 'equalised_odds: the larger gap of the two rates.'),
  difference: orNull(
    Type.Object({ value: figure(), low: figure(), high: figure() }),
    'Largest share less smallest, with the 95 % interval of these two groups (Newcombe); null with fewer than two groups to judge.',
  ),
  ratio: orNull(figure('Smallest share ÷ largest.')),
  least: orNull(text('The group of the smallest share.')),
  most: orNull(text()),
  fewest: orNull(count('Rows that the share of the smaller of the two groups is of.')),
  tooSmall: Type.Array(text(), { description: 'Groups with too few rows to be judged.' }),
});
export type FairnessGap = Shape<typeof fairnessGapShape>;

/** How the groups of one declared column are answered. */
export const fairnessShape = Type.Object(
  {
    column: text(),
    minRows: count('Shares of fewer rows are shown and not judged.'),
    groups: Type.Array(fairnessGroupShape),
    gaps: Type.Array(fairnessGapShape),
  },
  { title: 'Fairness' },
);
export type Fairness = Shape<typeof fairnessShape>;
