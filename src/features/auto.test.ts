import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../data/columns.ts';
import { auto, autoChoice, isWide } from './auto.ts';

const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
const names = (column: Column): string[][] =>
  autoChoice(column).chains.map((chain) => chain.map((s) => s.transform));
function categories(rows: number, distinct: number, missing = 0): Column {
  const dictionary = Array.from({ length: distinct }, (_, i) => `c${i}`);
  const codes = Int32Array.from({ length: rows }, (_, i) => (i < missing ? -1 : i % distinct));
  return { kind: 'category', codes, dictionary };
}
const hours = (step: number, rows: number): Column => ({
  kind: 'time',
  values: Float64Array.from({ length: rows }, (_, i) => i * step * 3_600_000),
});

describe('auto on numbers', () => {
  it('standardises within the training range and encodes piecewise linearly', () => {
    expect(names(numbers(1, 2, 3))).toEqual([['clip', 'standard'], ['piecewise_linear']]);
  });
  it('adds a missing indicator only where values are missing', () => {
    expect(names(numbers(1, 2, 3, NaN))).toEqual([
      ['clip', 'standard'],
      ['piecewise_linear'],
      ['missing_indicator'],
    ]);
  });
  it('makes two values one column', () => {
    expect(names(numbers(0, 1, 1))).toEqual([['min_max']]);
    expect(names(numbers(0, 1, NaN))).toEqual([['min_max'], ['missing_indicator']]);
  });
  it('leaves what is mostly zero one column where there are many', () => {
    const rare = numbers(0, 0, 0, 0, 0, 0, 0, 0, 3, 5);
    const wide = (column: Column): string[][] =>
      autoChoice(column, false, true).chains.map((chain) => chain.map((s) => s.transform));
    expect(wide(rare)).toEqual([['clip', 'min_max']]);
    expect(wide(numbers(0, 0, 0, 0, 0, 0, 0, 2, 3, 5))).toEqual(names(numbers(1, 2, 3)));
    expect(wide(numbers(NaN, ...Array<number>(9).fill(0), 1, 2))).toEqual([
      ['clip', 'min_max'],
      ['missing_indicator'],
    ]);
    expect(names(rare)).toEqual(names(numbers(1, 2, 3)));
    const table = (count: number): Table => ({
      rows: 10,
      columns: new Map(Array.from({ length: count }, (_, i) => [`n${i}`, rare])),
    });
    expect([isWide(table(299)), isWide(table(300))]).toEqual([false, true]);
    expect(auto(table(300))).toHaveLength(300);
  });
  it('gives nothing for a constant, for all missing, for all infinite, and says why', () => {
    expect(autoChoice(numbers(3, 3))).toEqual({ chains: [], because: 'the value is always the same' });
    expect(autoChoice(numbers(NaN)).because).toBe('all values are missing');
    expect(names(numbers(Infinity, -Infinity))).toEqual([]);
    expect(names(numbers(3, NaN))).toEqual([['missing_indicator']]);
  });
});

describe('auto on categories', () => {
  it('gives each its column up to 100', () => {
    expect(autoChoice(categories(500, 100)).chains).toEqual([[{ transform: 'one_hot', params: {} }]]);
  });
  it('keeps the frequent ones of up to 1,000', () => {
    expect(autoChoice(categories(20_000, 101)).chains).toEqual([
      [{ transform: 'one_hot', params: { min_count: 20, max_categories: 200 } }],
    ]);
  });
  it('hashes more, or many for few rows, with an indicator for missing cells', () => {
    expect(autoChoice(categories(20_000, 1001)).chains).toEqual([
      [{ transform: 'hashing', params: { buckets: 200 } }],
    ]);
    expect(names(categories(300, 160, 1))).toEqual([['hashing'], ['missing_indicator']]);
  });
  it('takes the mean label and the frequency of many, once rows are labelled', () => {
    const statistics = (column: Column): string[][] =>
      autoChoice(column, true).chains.map((chain) => chain.map((s) => s.transform));
    expect(statistics(categories(500, 100))).toEqual([['one_hot']]);
    expect(statistics(categories(20_000, 101))).toEqual([
      ['one_hot'],
      ['target_mean', 'standard'],
      ['frequency', 'standard'],
    ]);
    expect(statistics(categories(3000, 1500, 1))).toEqual([
      ['target_mean', 'standard'],
      ['frequency', 'standard'],
      ['missing_indicator'],
    ]);
    expect(statistics(categories(300, 300))).toEqual([]);
  });
  it('gives nothing for identifiers and constants', () => {
    expect(autoChoice(categories(300, 300)).because).toContain('identifier');
    expect(names(categories(300, 1))).toEqual([]);
    expect(names(categories(300, 1, 3))).toEqual([['missing_indicator']]);
  });
});

describe('auto on times and texts', () => {
  it('encodes only the cycles that the data shows', () => {
    const parts = (column: Column): unknown[] =>
      autoChoice(column)
        .chains.slice(1)
        .map((chain) => chain[0]?.params['part']);
    expect(parts(hours(1, 20))).toEqual(['hour']);
    expect(parts(hours(24, 20))).toEqual(['weekday']);
    expect(parts(hours(7, 500))).toEqual(['hour', 'weekday', 'day_of_year']);
  });
  it('takes words and characters of a text, and its length', () => {
    expect(names({ kind: 'text', values: ['a b c', 'b c d', null] })).toEqual([
      ['tfidf', 'most_filled'],
      ['tfidf', 'most_filled'],
      ['text_length', 'clip', 'standard'],
      ['missing_indicator'],
    ]);
    expect(autoChoice({ kind: 'text', values: ['a', 'a'] }).chains).toEqual([]);
  });
  it('takes texts that are no sentences for categories, and for an identifier where none comes twice', () => {
    expect(names({ kind: 'text', values: ['x', 'y', 'y'] })).toEqual([['one_hot']]);
    const ids = Array.from({ length: 200 }, (_, i) => `C${i}`);
    expect(autoChoice({ kind: 'text', values: ids }).because).toContain('identifier');
  });
  it('lists the features of a table by column', () => {
    const columns = new Map([
      ['n', numbers(0, 1)],
      ['k', numbers(5, 5)],
    ]);
    expect(auto({ rows: 2, columns })).toEqual([
      { column: 'n', steps: [{ transform: 'min_max', params: {} }] },
    ]);
  });
});
