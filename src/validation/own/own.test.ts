import { describe, expect, it } from 'vitest';
import type { RowSchema } from '../../data/schema.ts';
import { tableOfRows } from '../../ownCells.ts';
import { finish } from '../../work.ts';
import { withoutPersonalExamples } from '../personal.ts';
import { defineCheck } from './definition.ts';
import { judgingOwn } from './judging.ts';
import { checksOf } from './loaded.ts';
import { testCheck } from './testCheck.ts';

const inputs = { total: 'number', month: 'number' } as const;
const rows = [
  { total: 10, month: 5 },
  { total: 4, month: 5 },
  { total: null, month: 5 },
  { total: 1, month: 2 },
];
const fits = defineCheck({
  name: 'total-fits',
  inputs,
  expected: 'total is at least one month',
  because: 'invoices',
  holds: ({ total, month }) => (total === null || month === null ? null : total >= month),
});

describe("a team's own check of rows", () => {
  it('counts the rows that are not as expected, with examples', () => {
    expect(testCheck(fits, rows)).toEqual([
      {
        check: 'own-total-fits',
        column: 'total, month',
        severity: 'error',
        message: '2 rows of 3 (66.7 %) are not as expected: total is at least one month (invoices).',
        count: 2,
        fix: 'Correct the source, or the check in testCheck.',
        examples: [
          { rowId: '1', value: 'total 4, month 5' },
          { rowId: '3', value: 'total 1, month 2' },
        ],
        record: 1,
      },
    ]);
    expect(testCheck(fits, rows.slice(0, 1))).toEqual([]);
    expect(testCheck(fits, [])).toEqual([]);
  });

  it('lets the share be that may be so, and says that it did', () => {
    const most = (mostly: number): unknown =>
      testCheck({ ...fits, mostly, severity: 'warning' }, rows).map(({ severity }) => severity);
    expect([most(1 / 3), most(0.34)]).toEqual([['info'], ['warning']]);
  });
});

describe("a team's own check of all rows", () => {
  const found = (check: () => unknown): readonly { readonly message: string; readonly severity: string }[] =>
    testCheck(defineCheck({ name: 'whole', inputs, check: check as () => [] }), rows);

  it('sees them as often as it likes, and tells of columns and rows', () => {
    const sums = defineCheck({
      name: 'sums',
      inputs,
      severity: 'warning',
      check: (all) => {
        let sum = 0;
        for (const { total } of all) sum += total ?? 0;
        return [...all].length === all.length && sum !== 16
          ? [{ message: `the sum is ${sum}, expected 16`, column: 'total', rows: [3, 1, 3] }]
          : [];
      },
    });
    const [finding] = testCheck(sums, rows);
    expect(finding).toMatchObject({ check: 'own-sums', column: 'total', severity: 'warning', count: 2 });
    expect(finding).toMatchObject({ message: 'the sum is 15, expected 16.', record: 1 });
    expect(finding?.examples.map(({ rowId }) => rowId)).toEqual(['1', '3']);
  });

  it.each([
    [() => null, 'check gave null'],
    [() => ['x'], 'check gave "x" without a message'],
    [() => [{ message: 'm', severity: 'fatal' }], 'the severity "fatal"'],
    [() => [{ message: 'm', column: 'other' }], 'the column "other", which it does not read'],
    [() => [{ message: 'm', rows: [4] }], 'the row 4, of rows 0 to 3'],
    [() => [{ message: 'm', rows: 1 }], 'rows as 1'],
    [
      () => {
        throw new TypeError('no luck');
      },
      'The check whole failed (testCheck): no luck.',
    ],
  ])('has failed where it gives what is no list of findings: %s', (check, message) => {
    const [finding, ...more] = found(check);
    expect(more).toEqual([]);
    expect(finding?.message).toContain(message);
    expect(finding?.severity).toBe('error');
  });

  it('that finds too much is cut off and counted', () => {
    const many = found(() => Array.from({ length: 60 }, () => ({ message: 'm' })));
    expect([many.length, many.at(-1)?.message]).toEqual([51, '10 more findings of whole are not listed.']);
  });
});

describe('own checks', () => {
  const judged = (check: object, given = rows): ReturnType<typeof testCheck> =>
    finish(
      judgingOwn(
        {
          checks: checksOf({ 'c.ts': { check, fits } }),
          within: (call) => call(),
          placeOf: () => ({ file: 'c.ts', line: 7 }),
        },
        { table: tableOfRows(inputs, given), rowIds: { length: given.length, at: String } },
      ),
    );

  it.each([
    [{ ...fits, name: 'odd', holds: () => 1 }, 'holds gave 1'],
    [{ ...fits, name: 'odd', inputs: { gone: 'number' } }, 'which the snapshot does not have'],
    [{ ...fits, name: 'odd', inputs: { total: 'text' } }, 'the row schema has it as number'],
  ])('that fail say where, and the others are judged all the same: %j', (check, message) => {
    const [failed, ...more] = judged(check);
    expect(failed).toMatchObject({ check: 'own-odd', severity: 'error', at: { file: 'c.ts', line: 7 } });
    expect(failed?.message).toContain('(c.ts:7)');
    expect(failed?.message).toContain(message);
    expect(more.map(({ check: name }) => name)).toEqual(['own-total-fits']);
  });

  it('show nothing of a personal column', () => {
    const column = { nullable: true, required: true, closed: false, type: 'number', kind: 'number' } as const;
    const schema: RowSchema = {
      missing: [''],
      columns: [
        { name: 'total', pii: true, ...column },
        { name: 'month', ...column },
      ],
    };
    const [finding] = withoutPersonalExamples(testCheck(fits, rows), schema, []);
    expect(JSON.stringify(finding)).not.toContain('month 5');
  });

  it.each([
    [{ 'aieng:check': true }, 'has no name'],
    [{ ...fits, name: 'Total fits' }, 'has the name "Total fits"'],
    [{ ...fits, inputs: {} }, 'reads no column'],
    [{ ...fits, severity: 'fatal' }, 'severity is "fatal"'],
    [{ ...fits, holds: 3 }, 'neither holds nor check'],
    [{ ...fits, check: () => [] }, 'both holds and check'],
    [{ ...fits, expected: '' }, 'does not say what is expected'],
    [{ ...fits, mostly: 0 }, 'mostly is 0'],
    [{ name: 'unmarked' }, 'exports no check'],
  ])('are told from what is none: %j', (one, message) => {
    expect(() => checksOf({ 'c.ts': { one } })).toThrow(message);
  });

  it('have names of their own', () => {
    expect(() => checksOf({ 'c.ts': { fits, again: fits } })).toThrow('two checks are called total-fits');
  });
});
