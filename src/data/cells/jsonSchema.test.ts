import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../schema.ts';
import { isIssue } from './cell.ts';
import { parseJson } from './json.ts';
import { cellJsonSchema, exampleCell } from './jsonSchema.ts';
import type { CellGrammar } from './parser.ts';
import { cellParser } from './parser.ts';
import { parseTime, timeGrammar } from './times.ts';

const ajv = new Ajv2020({ strict: false });
const column = (overrides: Partial<ColumnSchema>): ColumnSchema => ({
  name: 'x',
  kind: 'number',
  type: 'number',
  nullable: true,
  required: true,
  closed: false,
  ...overrides,
});
const word = { kind: 'category', type: 'string' } as const;

const compiled = new Map<string, (value: unknown) => boolean>();
function isValid(one: ColumnSchema, grammar: CellGrammar, value: unknown): boolean {
  const key = JSON.stringify([one, grammar]);
  let check = compiled.get(key);
  if (check === undefined) compiled.set(key, (check = ajv.compile(cellJsonSchema(one, grammar))));
  return check(value);
}

/** Is the JSON text accepted by the parser, and is its value valid by the schema? */
function judge(one: ColumnSchema, grammar: CellGrammar, text: string): { accepted: boolean; valid: boolean } {
  const parsed = parseJson(text);
  const accepted = 'value' in parsed && !isIssue(cellParser(one, grammar).json(parsed.value));
  return { accepted, valid: isValid(one, grammar, JSON.parse(text)) };
}

const space = '[\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]*';
/** Nothing, or NA, and spaces. */
const absent = `^${space}(?:(?:NA)${space})?$`;

describe('the documented values of a column', () => {
  it.each([
    [{}, { type: ['number', 'string', 'null'], pattern: absent }],
    [{ nullable: false, type: 'integer' }, { type: 'integer' }],
    [
      { minimum: 0, maximum: 5 },
      { type: ['number', 'string', 'null'], pattern: absent },
    ],
    [
      { minimum: 0, maximum: 5, closed: true },
      { type: ['number', 'string', 'null'], pattern: absent, minimum: 0, maximum: 5 },
    ],
    [
      { ...word, domain: ['a', '1', 'true', '01'], closed: true },
      { enum: ['a', '1', 1, 'true', true, '01', '', 'NA', null] },
    ],
    [{ ...word, domain: ['a', 'NA'], closed: true, nullable: false }, { enum: ['a'] }],
    [
      { kind: 'category', type: 'boolean', trueWords: ['yes', '1'], falseWords: ['no'], nullable: false },
      { enum: [true, false, 'true', 'yes', '1', 1, 'false', 'no'] },
    ],
  ] as const)('of %j are %j', (overrides, schema) => {
    expect(cellJsonSchema(column(overrides), { missing: ['', 'NA'] })).toEqual(schema);
  });

  const kinds = fc.constantFrom<Partial<ColumnSchema>[]>(
    {},
    { type: 'integer' },
    { minimum: -1, maximum: 5 },
    word,
    { ...word, domain: ['a', '1', '01', '1.5', 'true', 'NA', 'x y'] },
    { kind: 'category', type: 'integer', domain: ['0', '1'] },
    { kind: 'category', type: 'boolean' },
    { kind: 'category', type: 'boolean', trueWords: ['yes', '1'], falseWords: ['no', '0.5'] },
    { kind: 'time', type: 'string' },
    { kind: 'text', type: 'string' },
  );
  const grammars = fc.constantFrom<CellGrammar[]>(
    { missing: [''] },
    { missing: ['', 'NA', '-1', 'true', '?', 'a+b'] },
    { missing: ['', '2024-02-29', '-1.0', 'n/a', '6', '1.5'] },
    { missing: ['', 'NA', '-1'], cells: 1 },
  );
  const columns = fc
    .tuple(kinds, fc.boolean(), fc.boolean())
    .map(([kind, nullable, closed]) => column({ ...kind, nullable, closed }));
  const time = fc
    .tuple(
      fc.stringMatching(new RegExp(`^${timeGrammar}$`)),
      fc.nat(),
      fc.constantFrom(...Array.from('0123459-:TZ+ .')),
    )
    .map(([text, at, char]) => text.slice(0, at % text.length) + char + text.slice((at % text.length) + 1));
  const values = fc
    .oneof(
      fc.constantFrom(null, true, false, 0, 1, -1, 1.5, 2, 5, 6, 1e300, 2 ** 53),
      fc.constantFrom(
        '',
        ' ',
        'NA',
        ' NA ',
        'a',
        '1',
        '01',
        'true',
        'TRUE',
        'yes',
        'no',
        '-1',
        'a+b',
        '?',
        'n/a',
      ),
      fc.constantFrom(
        '\u0000',
        'a\ud800',
        '\udc00\ud800',
        '😀',
        '\ufeff',
        '\u00a0',
        '\u0085',
        'x y',
        '2024-02-29',
      ),
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.stringMatching(new RegExp(`^${timeGrammar}$`)),
      time,
      fc.constant([]),
      fc.constant({ a: 1 }),
    )
    .map((value) => JSON.stringify(value));

  it('are all accepted: what is refused is not valid', () => {
    fc.assert(
      fc.property(columns, grammars, values, (one, grammar, text) => {
        const { accepted, valid } = judge(one, grammar, text);
        if (valid) expect(accepted).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('are all there are, but for what nobody should write', () => {
    fc.assert(
      fc.property(columns, grammars, values, (one, grammar, text) => {
        const value: unknown = JSON.parse(text);
        const { accepted, valid } = judge(one, grammar, text);
        const trimmed = typeof value === 'string' ? value.trim() : value;
        const tolerated =
          trimmed !== value ||
          (one.type === 'boolean' && typeof value === 'string' && value !== value.toLowerCase()) ||
          // A day beside a missing time is left out rather than its hours worked out.
          (one.kind === 'time' && !one.nullable && grammar.missing.includes('2024-02-29')) ||
          (grammar.cells === 1 && one.kind === 'category' && one.type === 'integer');
        if (accepted && !tolerated) expect(valid).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('have an example that is one of them', () => {
    fc.assert(
      fc.property(columns, grammars, (one, grammar) => {
        const example = exampleCell(one, grammar);
        expect(judge(one, grammar, JSON.stringify(example))).toEqual({ accepted: true, valid: true });
      }),
    );
    expect(exampleCell(column({ minimum: 10, maximum: 20 }), { missing: [''] })).toBe(15);
    expect(exampleCell(column({ minimum: 10, maximum: 20 }), { missing: ['', '15'] })).toBe(10);
    expect(exampleCell(column({ ...word, domain: ['b', 'c'] }), { missing: [''] })).toBe('b');
    expect(
      exampleCell(column({ kind: 'category', type: 'integer', domain: ['0', '1'] }), { missing: [''] }),
    ).toBe(0);
  });
});

describe('the documented texts of a column with a format', () => {
  const formats = fc.constantFrom<Partial<ColumnSchema>[]>(
    { numberFormat: { decimal: ',', thousands: '.', currency: '€' } },
    { numberFormat: { thousands: ',', grouping: 'indian' }, type: 'integer' },
    { numberFormat: { thousands: "'", percent: true }, missing: ['-'] },
    { numberFormat: { negative: 'parentheses' }, missing: ['-1'] },
    { numberFormat: { decimal: ',' }, closed: true, minimum: 0, maximum: 5 },
    { kind: 'time', type: 'string', timeFormat: { pattern: 'DD.MM.YYYY[ HH:mm]', zone: '+02:00' } },
    { kind: 'time', type: 'string', timeFormat: { pattern: 'MMM DD, YYYY hh:mm A' }, missing: ['never'] },
    { kind: 'time', type: 'string', timeFormat: { pattern: 'epoch-seconds' } },
    { kind: 'time', type: 'string', timeFormat: { pattern: 'spreadsheet-days' } },
    { kind: 'time', type: 'string', timeFormat: { pattern: 'DD.MM.YYYY[ HH:mm]', zone: 'Europe/Berlin' } },
    { kind: 'time', type: 'string', timeFormat: { pattern: 'YYYYMMDD' }, missing: ['19000101'] },
  );
  const columns = fc.tuple(formats, fc.boolean()).map(([each, nullable]) => column({ ...each, nullable }));
  const texts = fc.oneof(
    fc.stringMatching(/^-?[0-9]{1,3}([.,'][0-9]{2,3}){0,3}$/),
    fc.stringMatching(/^(0[1-9]|[12][0-9]|3[01])[.](0[1-9]|1[0-2])[.]20[0-9]{2}( [0-2][0-9]:[0-5][0-9])?$/),
    fc.stringMatching(/^(Feb|May|April) (0[1-9]|[12][0-9]|3[01]), 20[0-9]{2} (0[1-9]|1[0-2]):[0-5][0-9] AM$/),
    fc.stringMatching(/^(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/),
    fc.constantFrom('-1', '19000101', '-', '2024-01-31', 'never', '1,5', '31.01.2024'),
  );
  const values = fc.oneof(texts, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));

  it('are all accepted', () => {
    fc.assert(
      fc.property(columns, values, (one, value) => {
        const { accepted, valid } = judge(one, { missing: [''] }, JSON.stringify(value));
        if (valid) expect([value, accepted]).toEqual([value, true]);
      }),
      { numRuns: 2500 },
    );
  });

  it('are those that the format is for, and the example is one', () => {
    const euros = column({ numberFormat: { decimal: ',', thousands: '.' } });
    const days = column({ kind: 'time', type: 'string', timeFormat: { pattern: 'DD.MM.YYYY' } });
    expect(judge(euros, { missing: [''] }, '"1.234,5"')).toEqual({ accepted: true, valid: true });
    expect(judge(euros, { missing: [''] }, '1234.5')).toEqual({ accepted: true, valid: true });
    expect(judge(euros, { missing: [''] }, '"1234.5"')).toEqual({ accepted: false, valid: false });
    expect(judge(days, { missing: [''] }, '"31.01.2024"')).toEqual({ accepted: true, valid: true });
    expect(judge(days, { missing: [''] }, '"31.02.2024"')).toEqual({ accepted: false, valid: false });
    fc.assert(
      fc.property(columns, (one) => {
        const example = JSON.stringify(exampleCell(one, { missing: [''] }));
        expect(judge(one, { missing: [''] }, example)).toEqual({ accepted: true, valid: true });
      }),
    );
  });
});

describe('timeGrammar', () => {
  it('is what parseTime reads of four-digit years, calendar and all', () => {
    const grammar = new RegExp(`^${timeGrammar}$`);
    const part = fc.nat({ max: 61 }).map((value) => String(value).padStart(2, '0'));
    const text = fc
      .tuple(fc.nat({ max: 9999 }), part, part, fc.constantFrom('', 'T', ' '), part, part, part)
      .map(([year, month, day, separator, ...clock]) => {
        const date = `${String(year).padStart(4, '0')}-${month}-${day}`;
        return separator === '' ? date : `${date}${separator}${clock.join(':')}`;
      });
    const check = (each: string): void => {
      expect([each, grammar.test(each)]).toEqual([
        each,
        !Number.isNaN(parseTime(each)) && /^\d{4}-/.test(each),
      ]);
    };
    fc.assert(fc.property(text, check), { numRuns: 5000 });
    const year = fc.nat({ max: 2500 }).map((each) => `${String(each).padStart(4, '0')}-02-29`);
    fc.assert(fc.property(year, check), { numRuns: 2500 });
    for (const each of [
      '2024-01-01T10:00:00 Z',
      '2024-01-01T10:00 +0100',
      '2024-01-01T10:00z',
      '2024-01-01T10:00+24',
    ])
      check(each);
  });
});
