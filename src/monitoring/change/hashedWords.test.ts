import { expect, it } from 'vitest';
import type { Table } from '../../data/columns.ts';
import { profileReference } from '../profileReference.ts';
import { inWordsOf, withHashedWords } from './hashedWords.ts';

const table = (words: readonly string[]): Table => ({
  rows: words.length,
  columns: new Map([
    ['city', { kind: 'category', codes: Int32Array.from(words.keys()), dictionary: [...words] }],
  ]),
});
const personal = new Set(['city']);
const predictions: Table = { rows: 0, columns: new Map() };
const performance = { metric: 'log_loss', rows: 0, metrics: {} };
const referenceOf = (population: Table) => profileReference({ population, predictions, performance });

it('words of a personal column are compared by their hash, and those of an older bundle as they stand there', () => {
  const before = table(['Oslo', 'Lima']);
  const now = { table: table(['Lima']), predictions };
  const dictionary = (current: typeof now): unknown => {
    const column = current.table.columns.get('city');
    return column?.kind === 'category' ? column.dictionary : null;
  };
  const hashed = referenceOf(withHashedWords(before, personal));
  expect(JSON.stringify(hashed)).not.toMatch(/Oslo|Lima/);
  const known = hashed.columns[0]?.counts?.map(([word]) => word) ?? [];
  expect(known).toContain(String(dictionary(inWordsOf(hashed, now, personal))));
  expect(dictionary(inWordsOf(referenceOf(before), now, personal))).toEqual(['Lima']);
  expect(dictionary(inWordsOf(hashed, now, new Set()))).toEqual(['Lima']);
});
