import type { KeySchema } from './keys.ts';
import { choice, key, section } from './keys.ts';

const column: KeySchema = { type: 'string', minLength: 1, description: 'The column that it looks at.' };
const as: KeySchema = {
  ...column,
  description: 'Name of the column that it makes; left out: one that says what it is.',
};

const listOf = (
  description: string,
  required: readonly string[],
  properties: Readonly<Record<string, KeySchema>>,
  example: object,
): KeySchema =>
  key('array', [], description, {
    maxItems: 200,
    items: {
      type: 'object',
      description: 'One column.',
      additionalProperties: false,
      required,
      properties: { ...properties, as },
    },
    examples: [[example]],
  });

/** What rows know of the rows before them. */
export const historySection: KeySchema = section(
  'Columns made of the rows before a row: strictly earlier ones of the same group, never of its own time or later (docs/transforms.md). A request brings them in its field `history`.',
  {
    by: key(
      ['string', 'null'],
      null,
      'Column whose values belong together; null = all rows are one series.',
      {
        minLength: 1,
      },
    ),
    time: key(['string', 'null'], null, 'Column of times; null = the time of the pipeline.', {
      minLength: 1,
    }),
    rows: key(
      'integer',
      100,
      'So many rows before a row are looked at, the newest; more a request must not bring.',
      {
        minimum: 1,
        maximum: 1000,
      },
    ),
    lag: listOf(
      'The cell of a row before: a number or a category.',
      ['column'],
      {
        column,
        rows: key('integer', 1, 'So many rows before.', { minimum: 1, maximum: 1000 }),
      },
      { column: 'spend', rows: 1 },
    ),
    rolling: listOf(
      'A figure over the time before a row. Rows that lack the cell do not count; without any, count is 0 and the others are missing.',
      ['column', 'window'],
      {
        column,
        window: {
          type: 'string',
          pattern: '^[1-9][0-9]{0,4}[mhdw]$',
          description: 'How far back: minutes, hours, days or weeks (90m, 36h, 7d, 2w).',
        },
        stat: choice(['mean', 'sum', 'min', 'max', 'count'], 'mean', 'Which figure; count also of words.'),
      },
      { column: 'spend', window: '7d', stat: 'mean' },
    ),
    since_last: listOf(
      'Days since the last row before, with a column that is not missing, or that has one value.',
      [],
      {
        column,
        equals: {
          type: ['string', 'number', 'boolean'],
          description: 'The value that the column has there.',
        },
      },
      { column: 'event', equals: 'purchase' },
    ),
  },
);
