import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../columns.ts';
import { cellValue } from '../../columns.ts';
import type { ColumnSchema } from '../../schema.ts';
import { isIssue } from '../../cells/cell.ts';
import { cellParser } from '../../cells/parser.ts';
import { ByteWords } from './byteWords.ts';
import { cellReader } from './csvCells.ts';
import { readPlainDecimal } from '../../cells/plainBytes.ts';

const missing = ['', 'NA', '-999', 'пусто'];

describe('the fast paths agree with the parser of values', () => {
  const decimal = fc
    .tuple(
      fc.constantFrom('', '-', '+', ' '),
      fc.nat(),
      fc.constantFrom('', '.', '.5', '.000', '.123456789', 'e3', '0000000000'),
    )
    .map((parts) => parts.join(''));
  const anyText = fc.oneof(
    decimal,
    fc.double().map(String),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value.toFixed(14)),
    fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => `${date.toISOString().slice(0, 19)}Z`),
    fc.constantFrom(
      ...missing,
      '-0',
      '0',
      ' 5 ',
      '1e400',
      'true',
      'yes',
      '2024-02-29',
      '2024-02-30',
      '0x1',
      '123456789012345',
      '1234567890123456',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !text.includes('\0')),
  );
  const kinds = fc.constantFrom<ColumnSchema['kind'][]>('number', 'category', 'time', 'text');
  const types = fc.constantFrom<ColumnSchema['type'][]>('number', 'integer', 'boolean', 'string');

  it('cell for cell, for every kind and type', () => {
    fc.assert(
      fc.property(
        kinds,
        types,
        fc.boolean(),
        fc.array(anyText, { minLength: 1, maxLength: 20 }),
        (kind, type, closed, texts) => {
          const schema: ColumnSchema = {
            name: 'x',
            kind,
            type,
            nullable: !closed,
            required: true,
            closed,
            minimum: 0,
            maximum: 1000,
            trueWords: ['yes'],
          };
          const parser = cellParser(schema, { missing });
          const reader = cellReader(schema, { missing }, texts.length);
          const expected: (string | number | null)[] = [];
          for (const text of texts) {
            const bytes = Buffer.from(`__${text}__`);
            const wanted = parser.text(text);
            const issue = reader.read(bytes, 2, bytes.length - 2, expected.length);
            if (isIssue(wanted)) expect(issue).toEqual(wanted);
            else {
              expect(issue).toBeUndefined();
              expected.push(wanted);
            }
          }
          const column: Column = reader.take(expected.length);
          const cells = expected.map((_, row) => cellValue(column, row));
          expect(cells).toEqual(
            kind === 'time'
              ? expected.map((at) => (typeof at === 'number' ? new Date(at).toISOString() : null))
              : expected,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads plain decimals to the last bit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }),
        fc.integer({ min: 0, max: 14 }),
        (digits, scale) => {
          const text = String(Math.abs(digits)).padStart(scale + 1, '0');
          const decimal = `${digits < 0 ? '-' : ''}${text.slice(0, text.length - scale)}.${text.slice(text.length - scale)}`;
          const value = new Float64Array(1);
          expect(readPlainDecimal(Buffer.from(decimal), 0, decimal.length, value, 0)).toBe(true);
          expect(value[0]).toBe(Number(decimal) + 0);
        },
      ),
    );
  });
});

describe('ByteWords', () => {
  it('is a map over byte strings', () => {
    const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('', 'a', 'aa')), { maxLength: 3000 });
    fc.assert(
      fc.property(words, (texts) => {
        const table = new ByteWords();
        // What it held before it was cleared is gone.
        for (let i = 0; i < texts.length; i += 2) {
          const bytes = Buffer.from(`«${texts[i]!}»`);
          if (table.get(bytes, 0, bytes.length) === undefined) table.set(bytes, 0, bytes.length, i);
        }
        table.clear();
        const map = new Map<string, number>();
        texts.forEach((text, i) => {
          const bytes = Buffer.from(`«${text}»`);
          expect(table.get(bytes, 0, bytes.length)).toBeUndefined();
          expect(table.get(bytes, 2, bytes.length - 2)).toBe(map.get(text));
          if (map.has(text)) return;
          table.set(bytes, 2, bytes.length - 2, i - 1);
          map.set(text, i - 1);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('holds many words', () => {
    const table = new ByteWords();
    const word = (i: number): Buffer => Buffer.from(`word ${i}`);
    for (let i = 0; i < 20_000; i += 1) table.set(word(i), 0, word(i).length, i);
    for (let i = 0; i < 20_000; i += 1) expect(table.get(word(i), 0, word(i).length)).toBe(i);
    expect(table.get(word(20_000), 0, 10)).toBeUndefined();
  });
});
