import type { KeySchema } from './keys.ts';
import { choice, key } from './keys.ts';

const name: KeySchema = { type: 'string', minLength: 1 };
const bound = (description: string): KeySchema => ({ type: ['number', 'string'], description });

const bounds: Readonly<Record<string, KeySchema>> = {
  between: {
    type: 'array',
    items: { type: ['number', 'string'] },
    minItems: 2,
    maxItems: 2,
    description: 'Smallest and largest value, both allowed; times as ISO 8601.',
    examples: [[0, 120]],
  },
  at_least: bound('Smallest value that is allowed.'),
  at_most: bound('Largest value that is allowed.'),
  above: bound('Every value lies above this.'),
  below: bound('Every value lies below this.'),
};

const bounded = (description: string, more: Readonly<Record<string, KeySchema>> = {}): KeySchema => ({
  type: 'object',
  description,
  properties: { ...more, ...bounds },
  additionalProperties: false,
});

const values = (description: string): KeySchema => ({
  type: 'array',
  minItems: 1,
  items: { type: ['string', 'number'] },
  description,
});

/** What one check is about, and what it expects of it. */
const properties: Readonly<Record<string, KeySchema>> = {
  column: { ...name, description: 'The column that the check is about.' },
  columns: {
    type: 'array',
    items: name,
    minItems: 1,
    uniqueItems: true,
    description: 'Columns that identify a row together (with unique).',
  },
  rows: bounded('How many rows the snapshot has.'),
  that: {
    type: 'string',
    minLength: 3,
    maxLength: 2000,
    description:
      "A comparison that holds in each row: columns, numbers, 'texts', + - * / and one of <= >= == != < >. Names that are no words stand in backticks.",
    examples: ['start <= end', 'net + tax == total'],
  },
  code: {
    ...name,
    description:
      "A file of a team's own checks, relative to the project's root: each `defineCheck` of it is one (docs/transforms.md). It stands alone; its path alone is enough: `- ./checks.ts`.",
    examples: ['./checks.ts'],
  },
  present: { type: 'boolean', enum: [true], description: 'The cell is not missing.' },
  type: {
    type: 'string',
    enum: ['integer', 'number', 'time', 'boolean'],
    description: 'What the cell reads as, by the grammar of all cells.',
  },
  unique: {
    type: 'boolean',
    enum: [true],
    description: 'No two rows have the same value, or the same values of all columns.',
  },
  in: values('The values that are allowed.'),
  not_in: values('Values that are not.'),
  ...bounds,
  matches: {
    type: 'string',
    minLength: 1,
    maxLength: 1000,
    description:
      'Regular expression in RE2 syntax, found anywhere in the text: `^` and `$` tie it to both ends. No look-around, no back references: its time is linear.',
    examples: ['^[^@]+@[^@]+$'],
  },
  length: bounded('How many characters a text has.'),
  increasing: {
    type: ['boolean', 'object'],
    description:
      'The value never falls as the column `by` (default: the time of the pipeline) grows; with `strictly` it rises.',
    properties: {
      by: { ...name, description: 'Column of times or numbers that orders the rows.' },
      strictly: { type: 'boolean', description: 'Equal values are refused too.' },
    },
    additionalProperties: false,
  },
  fresher_than: {
    type: 'string',
    description: 'The newest time is at most so old: minutes, hours, days or weeks (90m, 36h, 7d, 2w).',
    examples: ['7d'],
  },
  mean: bounded('Mean of a number.'),
  median: bounded('Median of a number.'),
  quantile: bounded('A quantile of a number.', {
    at: { type: 'number', minimum: 0, maximum: 1, description: 'Its probability.' },
  }),
  std: bounded('Standard deviation of a number.'),
  sum: bounded('Sum of a number.'),
  distinct: bounded('Number of different values.'),
  distance: {
    type: 'object',
    description:
      'How far the column may be from the snapshot before: population stability index, Jensen–Shannon distance (natural logarithm) or Kolmogorov–Smirnov distance, over the bins or words of that snapshot.',
    properties: {
      psi: { type: 'number', minimum: 0, description: 'Population stability index at most.' },
      jensen_shannon: { type: 'number', minimum: 0, description: 'Jensen–Shannon distance at most.' },
      ks: { type: 'number', minimum: 0, description: 'Kolmogorov–Smirnov distance at most.' },
    },
    minProperties: 1,
    additionalProperties: false,
    examples: [{ psi: 0.2 }],
  },
  tolerance: {
    type: 'number',
    minimum: 0,
    description: 'By how much the two sides of `that` may differ where they should be equal.',
  },
  mostly: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Share of the rows that must hold. Default 1. Rows with a missing cell are not judged.',
  },
  severity: choice(['error', 'warning'], 'error', 'An error ends the command with exit code 3.'),
  because: { type: 'string', maxLength: 300, description: 'Why it matters; stands in the message.' },
};

/** The keys of one check, by name. */
export const checkKeys: readonly string[] = Object.keys(properties);

export const checksSection: KeySchema = key(
  'array',
  [],
  "What the data must keep to, beside the row schema: a list of checks, each about a column, several columns, the number of rows or a comparison; or a file of a team's own.",
  {
    maxItems: 2000,
    items: {
      type: 'object',
      description: 'One of column, columns, rows, that and code; and what is expected of it.',
      additionalProperties: false,
      properties,
    },
    examples: [
      [
        { column: 'age', between: [0, 120], mostly: 0.999 },
        { column: 'email', matches: '^[^@]+@[^@]+$', severity: 'warning' },
        { columns: ['order_id', 'line'], unique: true },
        { column: 'price', mean: { between: [10, 20] } },
        { rows: { at_least: 1000 } },
        { column: 'created_at', fresher_than: '7d' },
        { that: 'start <= end' },
      ],
    ],
  },
);
