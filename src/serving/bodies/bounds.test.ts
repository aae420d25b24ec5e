import { describe, expect, it } from 'vitest';
import { checkCsvBounds, checkJsonBounds, mostKeys } from './bounds.ts';

const bounds = { rows: 1000, fields: 6 };
const json = (text: string): void => checkJsonBounds(Buffer.from(text), bounds);
const large = 64 * 1024;

describe('checkJsonBounds', () => {
  it('lets a full request pass: as many rows as are allowed, all fields, spaces and quotes within texts', () => {
    const row = { a: 1, b: 'x,[{:"\\', c: null, d: true, e: -1.5e3, f: '' };
    json(JSON.stringify({ features: Array.from({ length: 1000 }, () => row) }, null, 2));
  });

  it.each([
    ['empty objects', `[${'{},'.repeat(large)}{}]`, /more than 10000 values/],
    ['empty lists', `[${'[],'.repeat(large)}[]]`, /more than 10000 values/],
    ['commas that are no JSON', ','.repeat(large), /more than 10000 values/],
    [
      'unknown keys',
      `{${Array.from({ length: 5000 }, (_, i) => `"k${i}":1`).join(',')}}`,
      /more than 1000 keys/,
    ],
    ['levels', '['.repeat(large), /deeper than 32 levels/],
    ['levels of objects', '{"a":'.repeat(large), /deeper than 32 levels/],
    ['one text', `"${'x'.repeat(300_000)}"`, /text at offset 0 has more than 262144 bytes/],
    ['one text without an end', `"${'x'.repeat(300_000)}`, /text at offset 0/],
  ])('refuses %s', (_name, text, message) => {
    expect(() => json(text)).toThrow(message);
  });

  it('counts at the border exactly', () => {
    const values = (count: number): string => `[${'11111111,'.repeat(count - 3)}1]`;
    expect(() => json(values(10_000))).not.toThrow();
    expect(() => json(values(10_002))).toThrow(/values/);
    const keys = (count: number): string =>
      `{${Array.from({ length: count }, (_, i) => `"${'k'.repeat(20)}${i}":1`).join(',')}}`;
    expect(() => json(keys(mostKeys(bounds)))).not.toThrow();
    expect(() => json(keys(mostKeys(bounds) + 1))).toThrow(/keys/);
  });

  it('counts keys of each object by itself', () => {
    const row = JSON.stringify(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, 1])));
    json(`[${Array.from({ length: 500 }, () => row).join(',')}]`);
  });

  it('leaves what is small, and what is no JSON, to the parser', () => {
    json('['.repeat(1000));
    json(']'.repeat(large));
    json(`${' '.repeat(large)}"a\\`);
  });
});

it('bounds a CSV body by its cells', () => {
  const csv = (text: string): void => checkCsvBounds(Buffer.from(text), bounds);
  expect(() => csv(','.repeat(large))).toThrow(/more than 10000 values/);
  expect(() => csv('\n'.repeat(large))).toThrow(/more than 10000 values/);
  csv('some text of a cell,1\n'.repeat(1000));
});
