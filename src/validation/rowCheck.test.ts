import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableFromRows } from '../data/rows.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { parseTime } from '../data/cells/times.ts';
import { evenly } from '../statistics/evenly.fixture.ts';
import { checkClosed } from './closed.ts';
import { compileRowCheck } from './rowCheck.ts';

const column = (name: string, rest: Partial<ColumnSchema>): ColumnSchema => ({
  name,
  kind: 'number',
  type: 'number',
  nullable: false,
  required: true,
  closed: false,
  ...rest,
});
const schema: RowSchema = {
  missing: ['', 'NA'],
  columns: [
    column('tenure', { type: 'integer', minimum: 0, maximum: 72 }),
    column('charges', { nullable: true, required: false }),
    column('score', { closed: true, minimum: 0, maximum: 1, nullable: true, required: false }),
    column('contract', { kind: 'category', type: 'string', domain: ['Month', 'Year'] }),
    column('plan', {
      kind: 'category',
      type: 'string',
      domain: ['0', '1', 'pro'],
      closed: true,
      required: false,
      nullable: true,
    }),
    column('active', {
      kind: 'category',
      type: 'boolean',
      domain: ['false', 'true'],
      required: false,
      nullable: true,
    }),
    column('since', { kind: 'time', type: 'string', nullable: true, required: false }),
    column('note', { kind: 'text', type: 'string', nullable: true, required: false }),
    column('churn', { kind: 'category', type: 'string', domain: ['No', 'Yes'] }),
    column('constructor', { nullable: true, required: false }),
    column('a/b~c', { nullable: true, required: false }),
  ],
};
const check = await compileRowCheck(schema, {
  ignore: ['churn'],
  isTime: (text) => !Number.isNaN(parseTime(text)),
});
const good = { tenure: 5, contract: 'Year' };
const issues = (row: unknown) => check(row, '/features').map(({ path, message }) => `${path}: ${message}`);
const json = (text: string): unknown => JSON.parse(text);

describe('compileRowCheck', () => {
  it('passes rows of the right types, with and without what is optional', () => {
    expect(issues(good)).toEqual([]);
    expect(
      issues({
        ...good,
        charges: null,
        plan: 0,
        active: true,
        since: '2024-01-31',
        note: 'x',
        churn: 17,
        constructor: 1,
        'a/b~c': 2,
      }),
    ).toEqual([]);
    expect(issues({ ...good, contract: 'never seen', plan: '0', active: 'false', tenure: 9000 })).toEqual([]);
  });

  it('says in plain words what is wrong, by JSON pointer', () => {
    expect(issues({ ...good, tenure: '5' })).toEqual([
      '/features/tenure: expected a whole number, got the text "5"',
    ]);
    expect(issues({ ...good, tenure: 1.5 })).toEqual([
      '/features/tenure: expected a whole number, got the number 1.5',
    ]);
    expect(issues({ ...good, tenure: null })).toEqual([
      '/features/tenure: expected a whole number, got null',
    ]);
    expect(issues({ ...good, charges: [1] })).toEqual([
      '/features/charges: expected a number or null, got a list',
    ]);
    expect(issues({ ...good, contract: {} })).toEqual([
      '/features/contract: expected a category (a text, number or boolean), got an object',
    ]);
    expect(issues({ ...good, contract: ' NA ' })).toEqual([
      '/features/contract: expected a category (a text, number or boolean), got the text " NA "',
    ]);
    expect(issues({ ...good, active: 'perhaps' })).toEqual([
      '/features/active: expected true or false or null, got the text "perhaps"',
    ]);
    expect(issues({ ...good, since: 'yesterday' })).toEqual([
      '/features/since: expected an ISO 8601 time as text or null, got the text "yesterday"',
    ]);
    expect(issues({ ...good, 'a/b~c': 'x' })).toEqual([
      '/features/a~1b~0c: expected a number or null, got the text "x"',
    ]);
    expect(issues({ contract: 'Year' })).toEqual(['/features/tenure: expected a whole number, got nothing']);
  });

  it('refuses what is outside a closed domain or range', () => {
    expect(issues({ ...good, plan: 'basic' })).toEqual([
      '/features/plan: expected one of "0", "1", "pro", got the text "basic"',
    ]);
    expect(issues({ ...good, plan: 2 })).toEqual([
      '/features/plan: expected one of "0", "1", "pro", got the number 2',
    ]);
    expect(issues({ ...good, score: 1.01 })).toEqual([
      '/features/score: expected a number from 0 to 1, got the number 1.01',
    ]);
  });

  it('refuses unknown fields and says which one is meant', () => {
    expect(issues({ ...good, tenur: 1 })).toEqual([
      '/features/tenur: unknown field "tenur": did you mean "tenure"?',
    ]);
    expect(issues({ ...good, zzzzzzz: 1 })).toEqual([
      '/features/zzzzzzz: unknown field "zzzzzzz": the model has no such input',
    ]);
    expect(issues(json('{"tenure":1,"contract":"Year","__proto__":{"x":1}}'))).toHaveLength(1);
    expect(issues(json('{"tenure":1,"contract":"Year","__proto__":{"x":1}}'))[0]).toContain(
      '/features/__proto__: unknown field',
    );
    expect(issues({ ...good, toString: 1 })[0]).toContain('/features/toString: unknown field');
  });

  it('refuses what is not a row, and numbers that are none', () => {
    for (const [row, got] of [
      [null, 'null'],
      [[], 'a list'],
      ['x', 'the text "x"'],
      [5, 'the number 5'],
    ] as const)
      expect(issues(row)).toEqual([`/features: expected an object of fields, got ${got}`]);
    expect(issues(json('{"tenure":1e400,"contract":"Year"}'))[0]).toContain('too large');
    expect(issues({ ...good, charges: NaN })).toHaveLength(1);
  });

  it('does not inherit what a row does not have', async () => {
    const strict = await compileRowCheck(
      { missing: [''], columns: [column('constructor', {})] },
      { ignore: [] },
    );
    expect(strict({}, '')).toEqual([{ path: '/constructor', message: 'expected a number, got nothing' }]);
  });

  it('says a little about a row full of mistakes', () => {
    const row = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, i]));
    expect(issues(row).length).toBe(20);
  });

  const anyCell = fc.oneof(
    fc.constantFrom(
      null,
      0,
      1,
      -1,
      0.5,
      72,
      1.5,
      'Year',
      'Month',
      'pro',
      '0',
      'NA',
      '',
      ' 1 ',
      true,
      false,
      'true',
      '2024-01-31',
    ),
    fc.string(),
    fc.double(),
    evenly(-1, 2),
  );
  const anyRow = fc.dictionary(fc.constantFrom(...schema.columns.map(({ name }) => name)), anyCell);
  const inputs = schema.columns.map(({ name }) => name).filter((name) => name !== 'churn');

  it('agrees with the parser that types rows: what it passes can be typed, what it refuses cannot', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const typed = tableFromRows([row], schema, inputs).issues.filter(
          ({ message }) => !message.includes('Unicode'),
        );
        expect(new Set(issues(row).map((issue) => issue.split(': ')[0]))).toEqual(
          new Set(
            typed.map((issue) => `/features/${issue.column.replaceAll('~', '~0').replaceAll('/', '~1')}`),
          ),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with the check of whole columns', () => {
    // Types and presence let through, as a file's reader does; then rows and columns must say the same.
    const loose: RowSchema = {
      ...schema,
      columns: schema.columns.map((one) => ({
        ...one,
        nullable: true,
        closed: false,
        required: false,
        type: one.type === 'integer' ? 'number' : one.type,
      })),
    };
    const nothingRequired: RowSchema = {
      ...schema,
      columns: schema.columns.map((one) => ({ ...one, required: false })),
    };
    return compileRowCheck(nothingRequired, { ignore: ['churn'] }).then((rowWise) => {
      fc.assert(
        fc.property(fc.array(anyRow), (rows) => {
          const typed = tableFromRows(rows, loose, inputs);
          const bad = new Set(typed.issues.map((issue) => `${issue.row} ${issue.column}`));
          const columnWise = checkClosed(typed.table, schema).map((one) => `${one.row} ${one.column}`);
          const expected = rows.flatMap((row, at) => {
            const full = Object.fromEntries(
              inputs.map((name) => [name, Object.hasOwn(row, name) ? row[name] : null]),
            );
            return rowWise(full, '').map(
              ({ path }) => `${at} ${path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')}`,
            );
          });
          const known = (one: string) => !bad.has(one);
          expect(new Set(columnWise.filter(known))).toEqual(new Set(expected.filter(known)));
        }),
        { numRuns: 300 },
      );
    });
  });
});
