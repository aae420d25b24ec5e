import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../schema.ts';
import { cellJsonSchema, exampleCell } from './jsonSchema.ts';
import type { CellGrammar } from './parser.ts';

const column = (overrides: Partial<ColumnSchema>): ColumnSchema => ({
  name: 'x',
  kind: 'number',
  type: 'number',
  nullable: false,
  required: true,
  closed: false,
  ...overrides,
});
const plain: CellGrammar = { missing: [''] };
const schemaOf = (overrides: Partial<ColumnSchema>, grammar = plain) =>
  cellJsonSchema(column(overrides), grammar);
const patternOf = (overrides: Partial<ColumnSchema>, grammar = plain): RegExp =>
  new RegExp(String(schemaOf(overrides, grammar)['pattern']), 'u');
const word = { kind: 'category', type: 'string' } as const;
const time = { kind: 'time', type: 'string' } as const;

describe('the form of a column of numbers', () => {
  it('has the borders of a closed range alone', () => {
    expect(schemaOf({ closed: true, minimum: 1 })).toEqual({ type: 'number', minimum: 1 });
    expect(schemaOf({ closed: true, maximum: 2 })).toEqual({ type: 'number', maximum: 2 });
    expect(schemaOf({ minimum: 1, maximum: 2 })).toEqual({ type: 'number' });
    expect(schemaOf({ type: 'integer', nullable: true })['type']).toEqual(['integer', 'string', 'null']);
  });

  it('leaves missing words out where a value must be, but for the first version', () => {
    expect(schemaOf({}, { missing: ['', '-1', 'NA'] })).toEqual({ type: 'number', not: { enum: [-1] } });
    expect(schemaOf({ nullable: true }, { missing: ['', '-1'] })).toEqual({
      type: ['number', 'string', 'null'],
      pattern: String(schemaOf({ nullable: true }, { missing: ['-1'] })['pattern']),
    });
    expect(schemaOf({}, { missing: ['', '-1'], cells: 1 })).toEqual({ type: 'number' });
    expect(schemaOf({}, { missing: ['', 'NA'] })).toEqual({ type: 'number' });
  });

  it('names what means missing where nothing may be: texts, and numbers that have no place else', () => {
    const pattern = patternOf({ nullable: true }, { missing: ['', 'NA', 'a+b'] });
    expect(['', ' ', 'NA', '\u00a0a+b\t'].every((text) => pattern.test(text))).toBe(true);
    expect(['1', 'na', 'NANA', 'NA a+b', 'aab'].some((text) => pattern.test(text))).toBe(false);
    expect(
      schemaOf({ nullable: true, closed: true, minimum: 0, maximum: 9 }, { missing: ['-1', '5', '99.0'] })[
        'anyOf'
      ],
    ).toEqual([expect.objectContaining({ minimum: 0, maximum: 9 }), { enum: [-1, 99] }]);
    expect(schemaOf({ nullable: true, type: 'integer' }, { missing: ['-0.5'] })['anyOf']).toEqual([
      expect.objectContaining({ type: ['integer', 'string', 'null'] }),
      { enum: [-0.5] },
    ]);
    expect(
      schemaOf({ ...time, nullable: true, timeFormat: { pattern: 'spreadsheet-days' } }, { missing: ['0'] })[
        'anyOf'
      ],
    ).toEqual([expect.objectContaining({ minimum: 61 }), { enum: [0] }]);
  });

  it('takes texts of a format where a range and missing words need not be told', () => {
    const numberFormat = { decimal: ',', thousands: '.' } as const;
    expect(schemaOf({ numberFormat })['type']).toEqual(['number', 'string']);
    expect(schemaOf({ numberFormat, type: 'integer' })['type']).toEqual(['integer', 'string']);
    expect(schemaOf({ numberFormat, closed: true, maximum: 5 })).toEqual({ type: 'number', maximum: 5 });
    expect(schemaOf({ numberFormat }, { missing: ['-1'] })).toEqual({ type: 'number', not: { enum: [-1] } });
    expect(schemaOf({ numberFormat, nullable: true }, { missing: ['-1'] })['type']).toEqual([
      'number',
      'string',
      'null',
    ]);
  });

  it.each([
    [
      { decimal: ',', thousands: '.' },
      ['1', '-1', '1.234', '123.456,789', '1.234.567.890', '999999999999', '1,5'],
      ['1.23', '0.123', '1234.567', '1,', '1,2345', '1.234.567.890.123', '1234567890123', '+1', '1.5'],
    ],
    [
      { thousands: ',', grouping: 'indian' },
      ['1,234', '12,34,567', '1,23,45,67,890', '12', '1.5'],
      ['123,456', '1,23', '12,34,56', '0,123', '1,23,45,67,89,012'],
    ],
    [{ thousands: "'" }, ["1'234.5"], ['1,234']],
    [{}, ['1234.567', '5'], ['1,234', '1.2345', '']],
  ] as const)('of %j documents texts of at most 15 digits', (numberFormat, some, others) => {
    const pattern = patternOf({ numberFormat });
    expect(some.filter((text) => !pattern.test(text))).toEqual([]);
    expect(others.filter((text) => pattern.test(text))).toEqual([]);
    expect(patternOf({ numberFormat, type: 'integer' }).test('1')).toBe(true);
    expect(
      patternOf({ numberFormat, type: 'integer' }).test(`1${'decimal' in numberFormat ? ',' : '.'}5`),
    ).toBe(false);
  });
});

describe('the form of a column of words', () => {
  it('takes every scalar, and no missing word where a value must be', () => {
    const grammar = { missing: ['', 'NA', '-1', 'true', 'a+b'] };
    const schema = schemaOf(word, grammar);
    expect(schema['type']).toEqual(['string', 'number', 'boolean']);
    expect(schema['not']).toEqual({ enum: [-1, true] });
    const pattern = patternOf(word, grammar);
    expect(['x', 'NAx', 'xNA', 'aab', '01'].filter((text) => !pattern.test(text))).toEqual([]);
    const spaces = [
      '',
      ' ',
      '\t\r\n',
      '\u00a0',
      '\u1680',
      '\u2000',
      '\u200a',
      '\u2028',
      '\u2029',
      '\u202f',
      '\u205f',
      '\u3000',
      '\ufeff',
    ];
    for (const space of spaces)
      for (const text of ['', 'NA', '-1', 'true', 'a+b'])
        expect([text, pattern.test(space + text + space)]).toEqual([text, false]);
    expect(['\u0000', 'a\ud800', 'x\u0000'].some((text) => pattern.test(text))).toBe(false);
    expect(schemaOf({ ...word, nullable: true }, grammar)).toEqual({
      type: ['string', 'number', 'boolean', 'null'],
      pattern: String(schemaOf({ ...word, nullable: true })['pattern']),
    });
    const open = patternOf({ ...word, nullable: true }, grammar);
    expect(['', 'NA', 'x'].every((text) => open.test(text))).toBe(true);
    expect(['\u0000', 'a\ud800'].some((text) => open.test(text))).toBe(false);
  });

  it('of text is the same', () => {
    expect(schemaOf({ kind: 'text', type: 'string' })).toEqual(schemaOf(word));
  });

  it('of a closed domain has its scalars, without what is missing', () => {
    expect(schemaOf({ ...word, closed: true, domain: ['a', '1', '1.0', 'false'] })).toEqual({
      enum: ['a', '1', 1, '1.0', 'false', false],
    });
    expect(schemaOf({ ...word, closed: true, domain: ['a', 'NA'] }, { missing: ['NA'] })).toEqual({
      enum: ['a'],
    });
    expect(schemaOf({ ...word, domain: ['a'] })).not.toHaveProperty('enum');
    expect(schemaOf({ ...word, closed: true, nullable: true, domain: ['a'] })).toEqual({
      enum: ['a', '', null],
    });
  });

  it('of numbers in the first version has their digits', () => {
    const first: CellGrammar = { missing: ['', '-1'], cells: 1 };
    const schema = schemaOf({ kind: 'category', type: 'integer' }, first);
    expect(schema).toMatchObject({ type: ['string', 'number'], not: { enum: [-1] } });
    const pattern = patternOf({ kind: 'category', type: 'integer' }, first);
    expect(['1', '+1', '-2', '1.50', '9'.repeat(300)].filter((text) => !pattern.test(text))).toEqual([]);
    expect(['', '-1', ' -1 ', '1.', '.5', 'x', '9'.repeat(301)].filter((text) => pattern.test(text))).toEqual(
      [],
    );
    expect(schemaOf(word, first)['type']).toEqual(['string', 'number', 'boolean']);
    expect(schemaOf({ kind: 'category', type: 'integer' })['type']).toEqual(['string', 'number', 'boolean']);
  });

  it('of booleans has their words', () => {
    expect(schemaOf({ kind: 'category', type: 'boolean' })).toEqual({ enum: [true, false, 'true', 'false'] });
    expect(schemaOf({ kind: 'category', type: 'boolean' }, { missing: ['', 'false'] })).toEqual({
      enum: [true, 'true'],
    });
  });
});

describe('the form of a column of times', () => {
  it('leaves the days beside a missing one out where a value must be', () => {
    expect(schemaOf(time)).not.toHaveProperty('not');
    expect(schemaOf({ ...time, nullable: true }, { missing: ['1900-01-01'] })).not.toHaveProperty('not');
    expect(schemaOf(time, { missing: ['1900-01-01', '1900-01-02'] })['not']).toEqual({
      pattern: '^(?:1899-12-31|1900-01-01|1900-01-02|1900-01-03)',
    });
    expect(
      schemaOf({ ...time, missing: ['1900-01-01'], timeFormat: { pattern: 'DD.MM.YYYY' } }),
    ).toMatchObject({
      type: 'string',
      not: { pattern: '^(?:1899-12-31|1900-01-01|1900-01-02)' },
    });
  });

  it('takes texts of its format, and numbers where it counts', () => {
    expect(schemaOf({ ...time, timeFormat: { pattern: 'DD.MM.YYYY' } })['type']).toBe('string');
    const dates = patternOf({ ...time, timeFormat: { pattern: 'DD.MM.YYYY' } });
    expect(['31.01.2024', '2024-01-31', '2024-01-31T10:00'].every((text) => dates.test(text))).toBe(true);
    expect(['31.02.2024', '31.01.2024x', 'x2024-01-31'].some((text) => dates.test(text))).toBe(false);
    const local = patternOf({ ...time, timeFormat: { pattern: 'ISO', zone: 'Europe/Berlin' } });
    expect([local.test('2024-01-31T10:00Z'), local.test('2024-01-31T10:00')]).toEqual([true, false]);
    expect(schemaOf({ ...time, timeFormat: { pattern: 'epoch-seconds' } })).toMatchObject({
      type: ['number', 'string'],
      minimum: -8.64e12,
      maximum: 8.64e12,
    });
    expect(schemaOf({ ...time, nullable: true, timeFormat: { pattern: 'spreadsheet-days' } })).toMatchObject({
      type: ['number', 'string', 'null'],
      minimum: 61,
      maximum: 2_958_465,
    });
  });
});

describe('an example', () => {
  it.each<[Partial<ColumnSchema>, unknown]>([
    [{}, 0.5],
    [{ type: 'integer' }, 1],
    [{ minimum: 10 }, 10],
    [{ minimum: 0.25, maximum: 0.75 }, 0.5],
    [{ maximum: -4 }, -4],
    [{ maximum: 4 }, 2],
    [{ minimum: -4 }, -1.5],
    [{ type: 'integer', minimum: 1, maximum: 2 }, 2],
    [{ type: 'integer', minimum: 1.6, maximum: 2.2 }, 2],
    [{ type: 'integer', minimum: 0.4, maximum: 1.4, closed: true }, 1],
    [{ kind: 'category', type: 'boolean' }, true],
    [{ ...word, domain: ['b', 'a'] }, 'b'],
    [word, 'text'],
    [{ kind: 'category', type: 'integer' }, 0],
    [{ kind: 'category', type: 'integer', domain: ['3', '4'] }, 3],
    [{ kind: 'category', type: 'number', domain: ['1.50'] }, '1.50'],
    [time, '2025-01-31T12:00:00Z'],
    [{ kind: 'text', type: 'string' }, 'text'],
  ])('of %j is %j', (overrides, example) => {
    expect(exampleCell(column(overrides), plain)).toBe(example);
  });

  it('is none that means missing, also where null may be', () => {
    expect(exampleCell(column({ ...word, nullable: true }), { missing: ['', 'text'] })).toBe('word');
    expect(exampleCell(column({ kind: 'text', type: 'string' }), { missing: ['', 'text'] })).toBe('a text');
    expect(exampleCell(column({ kind: 'category', type: 'boolean' }), { missing: ['', 'true'] })).toBe(false);
    expect(exampleCell(column({ kind: 'category', type: 'integer' }), { missing: ['', '0'] })).toBe(1);
    expect(exampleCell(column(time), { missing: ['', '2025-01-31T12:00Z'] })).toBe('2024-06-30T12:00:00Z');
    expect(exampleCell(column({ type: 'integer', minimum: 0, maximum: 9 }), { missing: ['', '5'] })).toBe(0);
    expect(exampleCell(column({ minimum: 0, maximum: 9 }), { missing: ['', '4.5', '0'] })).toBe(9);
    expect(exampleCell(column({ closed: true, minimum: 7, maximum: 7 }), { missing: ['', '7'] })).toBe(7);
  });
});
