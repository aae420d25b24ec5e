import { describe, expect, it } from 'vitest';
import type { Table } from '../data/columns.ts';
import { parseTime } from '../data/cells/times.ts';
import { parseNumber } from '../data/cells/numbers.ts';
import { AiengError } from '../errors.ts';
import type { InferredSchema } from './infer.ts';
import { inferSchema } from './infer.ts';

const parsers = { number: parseNumber, time: parseTime };
function infer(columns: Record<string, readonly string[]>, label?: string): InferredSchema {
  const entries = Object.entries(columns).map(
    ([name, values]) => [name, { kind: 'text' as const, values }] as const,
  );
  const table: Table = { rows: entries[0]?.[1].values.length ?? 0, columns: new Map(entries) };
  return inferSchema(table, { parsers, ...(label === undefined ? {} : { label }) });
}
const one = (values: readonly string[], label?: string) => infer({ x: values }, label).schema.columns[0];
const about = (result: InferredSchema) => result.notes.map((note) => [note.column, note.about]);

describe('inferSchema', () => {
  it('tells whole numbers, numbers, words, booleans and times apart', () => {
    expect(one(['1', '0', '-7'])).toEqual({
      name: 'x',
      kind: 'number',
      type: 'integer',
      nullable: false,
      required: true,
      closed: false,
      minimum: -7,
      maximum: 1,
    });
    expect(one(['1', '2.0', '1e3'])).toMatchObject({
      kind: 'number',
      type: 'number',
      minimum: 1,
      maximum: 1000,
    });
    expect(one(['b', 'a', 'b'])).toMatchObject({ kind: 'category', type: 'string', domain: ['a', 'b'] });
    expect(one(['Yes', 'no'])).toMatchObject({ kind: 'category', type: 'string', domain: ['Yes', 'no'] });
    expect(one(['TRUE', 'false'])).toMatchObject({
      kind: 'category',
      type: 'boolean',
      domain: ['false', 'true'],
      trueWords: ['true'],
      falseWords: ['false'],
    });
    expect(one(['2024-01-31', '2024-02-01T10:00:00Z'])).toMatchObject({ kind: 'time', type: 'string' });
  });

  it('finds missing words and makes only their columns nullable', () => {
    const whole = Object.fromEntries(
      ['c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => [name, ['1', '2', '3']]),
    );
    const { schema, notes } = infer({ a: ['1', 'NA', ''], b: ['x', 'y', '?'], ...whole });
    expect(schema.missing).toEqual(['']);
    expect(schema.columns.slice(0, 3).map(({ missing }) => missing)).toEqual([['NA'], ['?'], undefined]);
    expect(schema.columns.map((column) => column.nullable)).toEqual([
      true,
      true,
      ...Object.keys(whole).map(() => false),
    ]);
    expect(schema.columns[0]).toMatchObject({ kind: 'number', type: 'integer' });
    expect(notes.map((note) => note.about)).toEqual(['missing-words', 'missing-words', 'optional']);
  });

  it('takes a gap anywhere but in the label and in ids where gaps are usual, and says so', () => {
    const rows = Array.from({ length: 30 }, (_, at) => at);
    const some = (missing: number): string[] => rows.map((at) => (at === missing ? '' : String(at % 5)));
    const { schema, notes } = infer(
      {
        a: some(3),
        b: some(4),
        c: some(-1),
        id: rows.map((at) => `k${at}`),
        y: rows.map((at) => String(at % 2)),
      },
      'y',
    );
    expect(schema.columns.map(({ name, nullable, required }) => [name, nullable, required])).toEqual([
      ['a', true, false],
      ['b', true, false],
      ['c', true, true],
      ['id', false, true],
      ['y', false, true],
    ]);
    expect(notes.filter(({ about }) => about === 'optional').map(({ message }) => message)).toEqual([
      expect.stringContaining('A row may leave out a, b,'),
      expect.stringContaining('A row without a value for c is taken'),
    ]);
    // One column with gaps says nothing of the others.
    expect(infer({ a: some(3), c: some(-1), y: some(-1) }, 'y').schema.columns[1]!.nullable).toBe(false);
  });

  it('takes None for missing between numbers, for an answer between words', () => {
    expect(infer({ a: ['1', 'None', '3'] }).schema).toMatchObject({
      missing: [''],
      columns: [{ kind: 'number', nullable: true, missing: ['None'] }],
    });
    expect(infer({ a: ['None', 'Partial', 'Full'] }).schema).toMatchObject({
      missing: [''],
      columns: [{ nullable: false, domain: ['Full', 'None', 'Partial'] }],
    });
  });

  it('takes doubtful words for answers where there is nothing else', () => {
    expect(infer({ a: ['None', '-', 'None'] }).schema).toMatchObject({
      missing: [''],
      columns: [{ nullable: false }],
    });
    expect(one(['None', '-', ''])).not.toHaveProperty('missing');
    expect(one(['None', '-', '2024-01-31'])).toMatchObject({ kind: 'time', missing: ['-', 'None'] });
  });

  it('takes the few whole numbers of a label for classes, of a feature for numbers', () => {
    expect(one(['0', '1', '1'], 'x')).toMatchObject({
      kind: 'category',
      type: 'integer',
      domain: ['0', '1'],
    });
    expect(one(['0', '1', '1'])).toMatchObject({ kind: 'number', type: 'integer' });
    const counts = Array.from({ length: 30 }, (_, i) => String(i));
    expect(one([...counts, ...counts], 'x')).toMatchObject({ kind: 'number', type: 'integer' });
    expect(one(['0.5', '1.5', '0.5'], 'x')).toMatchObject({ kind: 'number', type: 'number' });
    expect(about(infer({ x: ['0', '1'] }, 'x'))).toEqual([['x', 'label']]);
  });

  it('says what looks like an id, a code, a constant, or nothing at all', () => {
    const many = Array.from({ length: 40 }, (_, i) => i);
    const result = infer({
      id: many.map((i) => `C-${i}`),
      nr: many.map((i) => String(1000 + i)),
      zip: many.map((i) => `0${1000 + (i % 5)}`),
      same: many.map(() => 'x'),
      none: many.map(() => ''),
      amount: many.map((i) => String(i * i)),
      account: many.map((i) => `1234567890123456789${i % 4}`),
    });
    expect(about(result)).toEqual([
      ['id', 'identifier'],
      ['nr', 'identifier'],
      ['zip', 'code'],
      ['same', 'constant'],
      ['none', 'all-missing'],
      ['account', 'code'],
    ]);
    expect(result.schema.columns.map((column) => column.kind)).toEqual([
      'text',
      'text',
      'category',
      'category',
      'text',
      'number',
      'category',
    ]);
    expect(result.schema.columns[4]?.nullable).toBe(true);
  });

  it('takes a column with a few bad words for numbers and says which rows are lost', () => {
    const values = Array.from({ length: 300 }, (_, i) => (i === 7 ? 'abc' : String(i % 50)));
    const result = infer({ x: values });
    expect(result.schema.columns[0]).toMatchObject({ kind: 'number', type: 'integer', maximum: 49 });
    expect(result.notes[0]?.message).toContain('1 of 300 rows ("abc")');
    expect(infer({ x: values.slice(0, 50) }).schema.columns[0]?.kind).toBe('text');
  });

  it('leaves out a field that is null wherever it stands, in the place of the members of objects', () => {
    const names = (person: readonly string[]): string[] =>
      infer({ person, 'person.age': ['1', '2'], empty: ['', ''] }).schema.columns.map(({ name }) => name);
    expect(names(['', ''])).toEqual(['person.age', 'empty']);
    expect(names(['', 'x'])).toEqual(['person', 'person.age', 'empty']);
    expect(names(['', 'NULL'])).toEqual(['person', 'person.age', 'empty']);
    expect(names(['', '-'])).toEqual(['person', 'person.age', 'empty']);
  });

  it('names at most five of the words that would be missing between numbers', () => {
    const said = (odd: number): string | undefined => {
      const values = Array.from({ length: 40 }, (_, row) => (row < odd ? `odd${row}` : String(row)));
      return infer({ x: [...values, ...values] }).notes.find(({ about: what }) => what === 'mixed')?.message;
    };
    expect(said(5)).toContain('"odd0", "odd1", "odd2", "odd3", "odd4"]');
    expect(said(6)).toContain('"odd0", "odd1", "odd2", "odd3", "odd4"]');
  });

  it('takes free text for text and long lists of codes for categories without a domain', () => {
    const text = Array.from({ length: 300 }, (_, i) => `note number ${i % 200}`);
    expect(one(text)).toMatchObject({ kind: 'text' });
    const codes = Array.from({ length: 24_000 }, (_, i) => `c${i % 1200}`);
    expect(one(codes)).toEqual({
      name: 'x',
      kind: 'category',
      type: 'string',
      nullable: false,
      required: true,
      closed: false,
    });
  });

  it('trims, reads a null as missing, and does without rows', () => {
    expect(one([' 5 ', '6'])).toMatchObject({ kind: 'number', nullable: false });
    const table: Table = { rows: 2, columns: new Map([['x', { kind: 'text', values: ['1', null] }]]) };
    expect(inferSchema(table, { parsers }).schema.columns[0]).toMatchObject({
      kind: 'number',
      nullable: true,
    });
    expect(one([])).toMatchObject({ kind: 'text', nullable: true });
  });

  it('names the label that is meant, and refuses a column called __proto__', () => {
    expect(() => infer({ churn: ['a'] }, 'chrun')).toThrow(AiengError);
    try {
      infer({ churn: ['a'] }, 'chrun');
    } catch (error) {
      expect(error).toMatchObject({ code: 'label-not-found', hint: 'Did you mean "churn"?', exitCode: 2 });
    }
    const table: Table = { rows: 0, columns: new Map([['__proto__', { kind: 'text', values: [] }]]) };
    expect(() => inferSchema(table, { parsers })).toThrow(/__proto__/);
  });
});
