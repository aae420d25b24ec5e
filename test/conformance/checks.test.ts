import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../src/data/columns.ts';
import type { ColumnSchema, RowSchema } from '../../src/data/schema.ts';
import { check, checks, profile } from '../../src/validation/index.ts';
import type { CheckInput } from '../../src/validation/index.ts';

const n = 400;
const each = <T>(make: (row: number) => T): T[] => Array.from({ length: n }, (_, row) => make(row));
const numbers = (make: (row: number) => number): Column => ({
  kind: 'number',
  values: Float64Array.from(each(make)),
});
const words = (make: (row: number) => string | null): Column => {
  const cells = each(make);
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))].sort();
  return {
    kind: 'category',
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell))),
    dictionary,
  };
};
const column = (name: string, rest: Partial<ColumnSchema> = {}): ColumnSchema => ({
  name,
  kind: 'number',
  type: 'number',
  nullable: true,
  required: true,
  closed: false,
  ...rest,
});

const age = numbers((row) => (row * 7) % 60);
const plan = words((row) => (row % 3 === 0 ? 'pro' : 'basic'));
const label = words((row) => (row % 4 === 0 ? 'Yes' : 'No'));
const sound = { age, plan, label };
const schema: RowSchema = {
  missing: [''],
  columns: [
    column('age', { minimum: 0, maximum: 59 }),
    column('plan', { kind: 'category', type: 'string', domain: ['basic', 'pro'] }),
    column('label', { kind: 'category', type: 'string', domain: ['No', 'Yes'] }),
  ],
};

function table(columns: Readonly<Record<string, Column>>, rows = n): Table {
  return { rows, columns: new Map(Object.entries(columns)) };
}
const before = profile(table(sound));

function input(
  change: Partial<CheckInput> = {},
  columns: Readonly<Record<string, Column>> = sound,
): CheckInput {
  const used = change.table ?? table(columns);
  return {
    table: used,
    rowIds: Array.from({ length: used.rows }, (_, row) => `id-${row}`),
    schema,
    profile: profile(used),
    previous: before,
    label: 'label',
    rowIdColumns: [],
    unknownColumns: [],
    quarantined: [],
    ...change,
  };
}
const withColumn = (name: string, cells: Column, declared: Partial<ColumnSchema> = {}): CheckInput =>
  input(
    {
      schema: {
        ...schema,
        columns: [...schema.columns.filter((one) => one.name !== name), column(name, declared)],
      },
    },
    { ...sound, [name]: cells },
  );

/** For each check: a snapshot that it must find fault with, and what the finding must say. */
const triggers: Readonly<
  Record<string, { readonly input: CheckInput; readonly says: Readonly<Record<string, unknown>> }>
> = {
  'missing-column': {
    input: input({
      schema: { ...schema, columns: [...schema.columns, column('tenure')] },
      unknownColumns: [{ name: 'tenur', records: 9 }],
    }),
    says: { column: 'tenure', severity: 'error', count: n, fix: expect.stringContaining('Rename "tenur"') },
  },
  'new-column': {
    input: input({ unknownColumns: [{ name: 'mood', records: 400 }] }),
    says: { column: 'mood', severity: 'warning', count: n },
  },
  'uneven-files': {
    input: input({ uneven: [{ file: 'data/2.csv', records: 12, lacks: ['plan'] }] }),
    says: { column: 'plan', severity: 'warning', count: 12, message: expect.stringContaining('data/2.csv') },
  },
  'column-added': {
    input: input({ previous: { ...before, columns: before.columns.filter(({ name }) => name !== 'plan') } }),
    says: { column: 'plan', severity: 'warning', count: n },
  },
  'type-mismatch': {
    input: input({
      quarantined: [{ file: 'x.csv', line: 7, column: 'age', reason: 'expected a number, got "old"' }],
    }),
    says: {
      column: 'age',
      count: 1,
      at: { file: 'x.csv', line: 7 },
      examples: [{ rowId: 'x.csv:7', value: 'expected a number, got "old"' }],
    },
  },
  'unexpected-value': {
    input: input(
      {},
      { ...sound, plan: words((row) => (row === 5 ? 'gold' : row % 3 === 0 ? 'pro' : 'basic')) },
    ),
    says: { column: 'plan', severity: 'warning', count: 1, examples: [{ rowId: 'id-5', value: 'gold' }] },
  },
  'out-of-range': {
    input: input({}, { ...sound, age: numbers((row) => (row === 9 ? 60 : (row * 7) % 60)) }),
    says: { column: 'age', severity: 'warning', count: 1, examples: [{ rowId: 'id-9', value: '60' }] },
  },
  'low-presence': {
    input: withColumn(
      'age',
      numbers((row) => (row === 3 ? NaN : row % 50)),
      { nullable: false },
    ),
    says: { column: 'age', severity: 'error', count: 1, examples: [{ rowId: 'id-3', value: 'missing' }] },
  },
  'all-missing': {
    input: withColumn(
      'empty',
      numbers(() => NaN),
    ),
    says: { column: 'empty', severity: 'warning', count: n },
  },
  constant: {
    input: withColumn(
      'same',
      numbers(() => 4),
    ),
    says: { column: 'same', severity: 'warning', message: expect.stringContaining('is 4') },
  },
  'label-missing': {
    input: input({}, { ...sound, label: words((row) => (row < 2 ? null : row % 4 === 0 ? 'Yes' : 'No')) }),
    says: {
      column: 'label',
      severity: 'info',
      count: 2,
      examples: [
        { rowId: 'id-0', value: 'missing' },
        { rowId: 'id-1', value: 'missing' },
      ],
    },
  },
  'label-one-class': {
    input: input({}, { ...sound, label: words(() => 'No') }),
    says: { column: 'label', severity: 'error', count: n },
  },
  'too-few-rows': {
    input: input({
      table: {
        rows: 3,
        columns: new Map<string, Column>([['age', { kind: 'number', values: Float64Array.of(1, 2, 3) }]]),
      },
    }),
    says: { severity: 'error', count: 3 },
  },
  'duplicate-rows': {
    input: input({ rowIds: each((row) => (row < 3 ? 'twin' : `id-${row}`)), rowIdColumns: ['age'] }),
    says: { severity: 'warning', count: 2, examples: [{ rowId: 'twin', value: '3 times' }] },
  },
  'id-like': {
    input: withColumn(
      'customer',
      { kind: 'text', values: each((row) => `c${row}`) },
      { kind: 'text', type: 'string' },
    ),
    says: { column: 'customer', severity: 'info' },
  },
  'row-count-change': {
    input: input({ previous: { ...before, rows: 5 * n } }),
    says: { severity: 'warning', count: 4 * n },
  },
  'missing-share-change': {
    input: input({}, { ...sound, age: numbers((row) => (row % 5 === 0 ? NaN : (row * 7) % 60)) }),
    says: { column: 'age', severity: 'warning', count: n / 5 },
  },
  'distribution-change': {
    input: input({}, { ...sound, plan: words((row) => (row % 3 === 0 ? 'basic' : 'pro')) }),
    says: { column: 'plan', severity: 'warning', message: expect.stringContaining('in the snapshot before') },
  },
};

describe.each(checks.map((one) => [one.name, one] as const))('check %s', (name, one) => {
  it('has a table that triggers it and says which rows, how many, and what to do', () => {
    const trigger = triggers[name];
    expect(trigger, `add a case for ${name} to this file`).toBeDefined();
    const found = one.run(trigger!.input);
    expect(found[0]).toMatchObject({ check: name, ...trigger!.says });
    for (const finding of found) {
      expect(finding.message).toMatch(/\.$/);
      expect(finding.fix).toMatch(/\.$/);
      expect(finding.examples.length).toBeLessThanOrEqual(5);
      expect(JSON.parse(JSON.stringify(finding))).toEqual(finding);
    }
  });

  it('finds nothing in a sound table, nor in an empty one', () => {
    expect(one.run(input())).toEqual([]);
    const { previous: _, ...first } = input({ table: table({}, 0), schema: { missing: [''], columns: [] } });
    expect(name === 'too-few-rows' ? [] : one.run(first)).toEqual([]);
  });

  it('says what it looks for', () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(one.description).toMatch(/\.$/);
  });
});

describe('checks together', () => {
  it('say nothing of a sound table and put errors first', () => {
    expect(check(input())).toEqual([]);
    const found = check(
      input({ unknownColumns: [{ name: 'mood', records: 400 }] }, { ...sound, label: words(() => 'No') }),
    );
    expect(found.map(({ severity }) => severity)).toEqual([...found.map(({ severity }) => severity)].sort());
    expect(found[0]?.check).toBe('label-one-class');
  });

  it('make closed columns errors', () => {
    const closed = { ...schema, columns: schema.columns.map((one) => ({ ...one, closed: true })) };
    const odd = { ...sound, age: numbers(() => 61), plan: words(() => 'gold') };
    const found = check(input({ schema: closed }, odd)).filter(({ severity }) => severity === 'error');
    expect(found.map((one) => [one.check, one.column, one.count])).toEqual([
      ['unexpected-value', 'plan', n],
      ['out-of-range', 'age', n],
    ]);
  });

  it('see a shift of numbers, and no shift where only the sample is another', () => {
    const shifted = check(input({}, { ...sound, age: numbers((row) => ((row * 7) % 60) / 2) }));
    expect(shifted.map(({ check: name, column: of }) => [name, of])).toEqual([
      ['distribution-change', 'age'],
    ]);
    const resampled = check(input({}, { ...sound, age: numbers((row) => (row * 13 + 5) % 60) }));
    expect(resampled).toEqual([]);
  });
});
