import { expect, it } from 'vitest';
import type { Column } from '../data/columns.ts';
import { cellText, codeCounts, missingRows } from './cells.ts';
import { numbers, texts, words } from './checks/snapshot.fixture.ts';

const times = (...values: number[]): Column => ({ kind: 'time', values: Float64Array.from(values) });

it('a cell is told as a person reads it', () => {
  const told = (column: Column, rows: number): string[] =>
    Array.from({ length: rows }, (_, row) => cellText(column, row));
  expect(told(numbers([1.5, NaN, 1e21, 0]), 4)).toEqual(['1.5', 'missing', '1e+21', '0']);
  expect(told(times(0, NaN, 8.64e15, 8.64e15 + 1), 4)).toEqual([
    '1970-01-01T00:00:00.000Z',
    'missing',
    '+275760-09-13T00:00:00.000Z',
    '8640000000000001',
  ]);
  expect(told(words(['a', null, 'b']), 3)).toEqual(['a', 'missing', 'b']);
  expect(told(texts(['x', null, '']), 3)).toEqual(['x', 'missing', '']);
});

it('missing rows are told in order, and words are counted by their code', () => {
  expect(missingRows(numbers([NaN, 1, NaN, 2]), 4)).toEqual([0, 2]);
  expect(missingRows(numbers([NaN, 1, NaN, 2]), 2)).toEqual([0]);
  expect(missingRows(words(['a', null]), 2)).toEqual([1]);
  const column = words(['a', 'b', null, 'b'], ['unused']);
  expect([...codeCounts(column as Extract<Column, { kind: 'category' }>)]).toEqual([0, 1, 2]);
});
