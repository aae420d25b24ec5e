import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../schema.ts';
import { isIssue } from './cell.ts';
import { numberGrammar, parseNumber } from './numbers.ts';
import { cellParser } from './parser.ts';

const column = (overrides: Partial<ColumnSchema>): ColumnSchema => ({
  name: 'x',
  kind: 'number',
  type: 'number',
  nullable: true,
  required: true,
  closed: false,
  ...overrides,
});
const missing = ['', 'NA', '?'];
const text = (overrides: Partial<ColumnSchema>, raw: string) =>
  cellParser(column(overrides), missing).text(raw);
const json = (overrides: Partial<ColumnSchema>, value: unknown) =>
  cellParser(column(overrides), missing).json(value);

describe('numbers', () => {
  it.each([
    ['5', 5],
    [' 5 ', 5],
    ['+5', 5],
    ['-5.25', -5.25],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['-0', 0],
    ['0.1', 0.1],
    ['123456789012345678', 123456789012345680],
    ['4.9e-324', 5e-324],
  ])('text %j', (raw, value) => {
    expect(text({}, raw)).toBe(value);
  });

  it.each([
    '0x10',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    '-inf',
    '1e400',
    '5 6',
    'abc',
    '1e',
    '.',
    '+',
    '--1',
    '１',
  ])('text %j is refused', (raw) => {
    expect(text({}, raw)).toHaveProperty('issue');
  });

  it('says why', () => {
    expect(text({}, 'abc')).toEqual({ issue: 'expected a number, got "abc"' });
    expect(text({}, '1e400')).toEqual({ issue: 'expected a finite number, got "1e400", which is too large' });
    expect(text({}, '1,5')).toEqual({
      issue: 'expected a number, got "1,5" (a decimal comma? numbers use a point)',
    });
    expect(json({}, '5')).toEqual({ issue: 'expected a number, got the text "5"' });
    expect(json({}, true)).toEqual({ issue: 'expected a number, got true' });
    expect(json({}, [5])).toEqual({ issue: 'expected a number, got a list' });
    expect(json({}, { a: 1 })).toEqual({ issue: 'expected a number, got an object' });
    expect(json({}, JSON.parse('1e400'))).toEqual({
      issue: 'expected a finite number, got the number Infinity',
    });
    expect(json({ type: 'integer' }, 5.5)).toEqual({ issue: 'expected a whole number, got 5.5' });
    expect(json({}, 'NA')).toEqual({ issue: 'expected a number, got the text "NA"' });
  });

  it('knows missing words, also when they look like numbers', () => {
    expect(text({}, ' NA ')).toBeNull();
    expect(text({}, '')).toBeNull();
    expect(cellParser(column({}), ['-999', 'NaN']).text('-999')).toBeNull();
    expect(cellParser(column({}), ['-999', 'NaN']).text('NaN')).toBeNull();
    expect(json({}, null)).toBeNull();
    expect(text({ nullable: false }, '?')).toEqual({ issue: 'expected a value, got nothing' });
    expect(json({ nullable: false }, null)).toEqual({ issue: 'expected a value, got nothing' });
  });

  it('takes whole numbers however they are written', () => {
    expect(text({ type: 'integer' }, '5.0')).toBe(5);
    expect(text({ type: 'integer' }, '5.5')).toHaveProperty('issue');
  });

  it('refuses what is out of a closed range only', () => {
    expect(text({ minimum: 0, maximum: 9 }, '10')).toBe(10);
    expect(text({ minimum: 0, maximum: 9, closed: true }, '10')).toEqual({
      issue: 'expected a number from 0 to 9, got 10',
    });
    expect(json({ maximum: 9, closed: true }, 9)).toBe(9);
  });

  it('parses every finite double that JavaScript writes, and the grammar says so too', () => {
    const grammar = new RegExp(`^${numberGrammar}$`);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value))).toBe(value === 0 ? 0 : value);
        expect(grammar.test(String(value))).toBe(true);
      }),
    );
  });
});

describe('categories', () => {
  const category = { kind: 'category', type: 'string' } as const;
  it('is the same from CSV, JSON number and JSON text', () => {
    for (const type of ['string', 'integer', 'number'] as const) {
      expect(text({ ...category, type }, '0')).toBe('0');
      expect(json({ ...category, type }, 0)).toBe('0');
      expect(json({ ...category, type }, '0')).toBe('0');
      expect(json({ ...category, type }, -0)).toBe('0');
    }
    expect(text({ ...category, type: 'integer' }, '0.0')).toBe('0');
    expect(text({ ...category, type: 'integer' }, '12345678901234567890')).toBe('12345678901234567890');
    expect(json(category, true)).toBe('true');
    expect(text(category, ' a b ')).toBe('a b');
    expect(json(category, 'NA')).toBeNull();
    expect(json(category, '')).toBeNull();
    expect(json(category, {})).toEqual({ issue: 'expected a category, got an object' });
  });

  it('has booleans by true, false and declared words only', () => {
    const boolean = { kind: 'category', type: 'boolean' } as const;
    expect(text(boolean, 'TRUE')).toBe('true');
    expect(json(boolean, false)).toBe('false');
    expect(text(boolean, 'yes')).toEqual({ issue: 'expected one of "true", "false", got "yes"' });
    expect(json(boolean, 1)).toEqual({ issue: 'expected one of "true", "false", got the number 1' });
    const declared = { ...boolean, trueWords: ['yes', '1'], falseWords: ['no', '0'] };
    expect([text(declared, 'Yes'), json(declared, 1), json(declared, 'no'), text(declared, '0')]).toEqual([
      'true',
      'true',
      'false',
      'false',
    ]);
  });

  it('refuses words outside of a closed domain', () => {
    expect(text({ ...category, domain: ['a', 'b'], closed: true }, 'c')).toEqual({
      issue: 'expected one of "a", "b", got "c"',
    });
    expect(text({ ...category, domain: ['a', 'b'] }, 'c')).toBe('c');
  });

  it('refuses characters that cannot be stored', () => {
    expect(json(category, 'a\ud800')).toHaveProperty('issue');
    expect(json(category, 'a\u0000b')).toHaveProperty('issue');
    expect(json(category, '😀')).toBe('😀');
  });
});

describe('times and text', () => {
  it('reads times from text only', () => {
    expect(text({ kind: 'time', type: 'string' }, '1970-01-02')).toBe(86_400_000);
    expect(json({ kind: 'time', type: 'string' }, '1970-01-02')).toBe(86_400_000);
    expect(json({ kind: 'time', type: 'string' }, 5)).toEqual({
      issue: 'expected a time as ISO 8601 (2024-12-31 or 2024-12-31T23:59:00Z), got the number 5',
    });
  });
  it('keeps text as it stands', () => {
    expect(text({ kind: 'text', type: 'string' }, ' a ')).toBe(' a ');
    expect(text({ kind: 'text', type: 'string' }, '  ')).toBeNull();
    expect(json({ kind: 'text', type: 'string' }, 12)).toBe('12');
  });
});

it('never throws, and agrees between text and JSON for words', () => {
  const kinds = fc.constantFrom<ColumnSchema['kind'][]>('number', 'category', 'time', 'text');
  const types = fc.constantFrom<ColumnSchema['type'][]>('number', 'integer', 'boolean', 'string');
  fc.assert(
    fc.property(kinds, types, fc.anything(), fc.string(), (kind, type, value, word) => {
      const parser = cellParser(column({ kind, type, closed: true, domain: ['a'] }), missing);
      parser.json(value);
      const fromText = parser.text(word);
      const fromJson = parser.json(word);
      if (kind === 'number') return;
      expect(isIssue(fromJson)).toBe(isIssue(fromText));
      if (!isIssue(fromJson)) expect(fromJson).toBe(fromText);
    }),
  );
});
