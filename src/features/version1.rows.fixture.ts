import type { Column, Table } from '../data/columns.ts';

const day = 86_400_000;
const words = ['word 0', 'word 3', 'word 29', 'never seen', '', 'text 1'];

/** Ordinary and awkward rows that the features of 0.1 were asked; what they answered stands in the fixture. */
export const asked: Table = {
  rows: 10,
  columns: new Map<string, Column>([
    [
      'number',
      {
        kind: 'number',
        values: Float64Array.of(1.25, -3, 0, -0, NaN, 1e300, -1e17, Infinity, -Infinity, 9.99),
      },
    ],
    [
      'time',
      {
        kind: 'time',
        values: Float64Array.of(
          1.55e12,
          1.5e12 + 0.5,
          0,
          -1,
          NaN,
          8.64e15,
          -8.64e15,
          Infinity,
          951_782_400_000,
          1.58e12 + day,
        ),
      },
    ],
    [
      'category',
      { kind: 'category', codes: Int32Array.of(0, 1, 2, 3, -1, 4, 5, 1, 0, 3), dictionary: words },
    ],
    [
      'text',
      {
        kind: 'text',
        values: ['text 1', 'text 7', null, '', 'never seen', 'text 1', 'é', 'text 2', 'x', 'text 3'],
      },
    ],
    [
      'two',
      {
        kind: 'category',
        codes: Int32Array.of(0, 1, -1, 2, 0, 1, 1, 0, 2, -1),
        dictionary: ['Yes', 'No', 'Maybe'],
      },
    ],
    ['bit', { kind: 'number', values: Float64Array.of(0, 1, NaN, 2, -1, 0.5, 0, 1, Infinity, 1) }],
    [
      'crowd',
      {
        kind: 'category',
        codes: Int32Array.of(0, 1, -1, 2, 1, 0, 0, 1, 2, -1),
        dictionary: ['c4', 'c100', 'c9999'],
      },
    ],
    ['constant', { kind: 'number', values: Float64Array.of(7, 8, NaN, 7, 7, 7, 7, 7, 7, 7) }],
  ]),
};
