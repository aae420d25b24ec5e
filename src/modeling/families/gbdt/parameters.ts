import { Type } from '@sinclair/typebox';
import type { SearchSpace } from '../../search/space.ts';
import type { Shape } from '../../../shape.ts';
import { numberObjectives } from './objectives.ts';

/** Section `model.gbdt` of a pipeline: every key with its default. Names are LightGBM's where it has one that speaks. */
export const gbdtParametersShape = Type.Object(
  {
    objective: Type.Unsafe<'auto' | (typeof numberObjectives)[number]>({
      type: 'string',
      enum: ['auto', ...numberObjectives],
      default: 'auto',
      description:
        'What is minimised for numbers; auto = squared. poisson and tweedie take labels from 0 on and answer their mean. Classes always take the log loss.',
    }),
    trees: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 3000,
      description: 'At most this many rounds of trees (a tree a class where there are three or more).',
    }),
    max_row_visits: Type.Integer({
      minimum: 1,
      maximum: 1e12,
      default: 200_000_000,
      description:
        'At most so many rows are shown to all trees together (50 rounds at least): a large training part gets fewer rounds.',
    }),
    learning_rate: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.05,
      description: 'Share of each tree that is taken.',
    }),
    patience: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 50,
      description: 'Stop after this many rounds without improvement on the validation part.',
    }),
    leaves: Type.Integer({ minimum: 2, maximum: 65_536, default: 31, description: 'Leaves of a tree.' }),
    min_data_in_leaf: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 20,
      description: 'No leaf has fewer rows.',
    }),
    lambda: Type.Number({
      minimum: 0,
      maximum: 1e6,
      default: 1,
      description: 'Ridge on the values of leaves.',
    }),
    rows: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.8,
      description: 'Share of the rows that a tree is grown on, drawn anew for each.',
    }),
    columns: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.8,
      description: 'Share of the columns that a tree may split on, drawn anew for each.',
    }),
    max_bins: Type.Integer({
      minimum: 2,
      maximum: 255,
      default: 255,
      description: 'Bins of a number, by quantiles of its different values.',
    }),
    max_cat_to_onehot: Type.Integer({
      minimum: 1,
      maximum: 65_536,
      default: 4,
      description: 'Up to so many categories each is split off alone; more are sorted by what they tell.',
    }),
    max_cat_threshold: Type.Integer({
      minimum: 1,
      maximum: 65_536,
      default: 32,
      description: 'Categories on the smaller side of a split.',
    }),
    cat_smooth: Type.Number({
      minimum: 0,
      maximum: 1e6,
      default: 10,
      description: 'Rows that a category needs to be sorted, and how much it is drawn to the middle.',
    }),
    cat_l2: Type.Number({
      minimum: 0,
      maximum: 1e6,
      default: 10,
      description: 'Ridge in splits of sorted categories, on top of lambda.',
    }),
    quantile: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.5,
      description: 'Which quantile (objective quantile).',
    }),
    tweedie_power: Type.Number({
      exclusiveMinimum: 1,
      exclusiveMaximum: 2,
      default: 1.5,
      description: 'Power of the variance (objective tweedie): nearer to 1 is Poisson, to 2 gamma.',
    }),
    monotone: Type.Unsafe<Readonly<Record<string, 1 | -1>>>({
      type: 'object',
      additionalProperties: { type: 'integer', enum: [1, -1] },
      default: {},
      description:
        'Number column → 1 (the answer never falls as it grows) or -1 (never rises). Not for three or more classes.',
      examples: [{ tenure: -1 }],
    }),
  },
  { description: 'Gradient-boosted trees (family gbdt).' },
);

/** Fewer rounds than this are no model. */
const fewestRounds = 50;

/** How many rounds the parameters allow over so many training rows, one tree an output each. */
export const roundsWithin = (
  { trees, max_row_visits }: Pick<GbdtParameters, 'trees' | 'max_row_visits'>,
  rows: number,
  outputs: number,
): number => Math.min(trees, Math.max(fewestRounds, Math.floor(max_row_visits / (rows * outputs))));

export type GbdtParameters = Shape<typeof gbdtParametersShape>;

/** A shorter fit tells ways to learn the same labels apart. */
const short = { trees: 150, learning_rate: 0.1, patience: 15 } as const;

export const shortenedTrees = (own: GbdtParameters): GbdtParameters => ({
  ...own,
  trees: Math.min(own.trees, short.trees),
  patience: Math.min(own.patience, short.patience),
  learning_rate: Math.max(own.learning_rate, short.learning_rate),
});

/** Of trees that got better up to the last round that they were allowed; null where patience ended them. */
export function treesCutShort(
  parameters: GbdtParameters,
  rows: number,
  outputs: number,
  bestRound: number,
): string | null {
  const rounds = roundsWithin(parameters, rows, outputs);
  if (bestRound < rounds) return null;
  const key = rounds < parameters.trees ? 'max_row_visits' : 'trees';
  return `gbdt was still getting better after ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of trees, the most that model.gbdt.${key} allows; raise it, or model.gbdt.learning_rate.`;
}

/** What a search changes: how large and how careful trees are. Their number is found by stopping. */
export const gbdtSpace: SearchSpace = {
  'gbdt.learning_rate': { kind: 'number', low: 0.01, high: 0.3, log: true },
  'gbdt.leaves': { kind: 'number', low: 4, high: 256, log: true, whole: true },
  'gbdt.min_data_in_leaf': { kind: 'number', low: 1, high: 200, log: true, whole: true },
  'gbdt.lambda': { kind: 'number', low: 0.001, high: 100, log: true },
  'gbdt.rows': { kind: 'number', low: 0.5, high: 1 },
  'gbdt.columns': { kind: 'number', low: 0.3, high: 1 },
};
