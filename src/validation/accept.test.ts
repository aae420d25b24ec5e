import { describe, expect, it } from 'vitest';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { acceptableNames, acceptFindings, findingName, needsPresent } from './accept.ts';
import type { AcceptInput } from './accept.ts';
import { declared, numbers, tableOf, words } from './checks/snapshot.fixture.ts';

const plan = declared('plan', 'category', { domain: ['basic'], nullable: false });
const fee = declared('fee', 'number', { minimum: 0, maximum: 10, nullable: false });
const schema: RowSchema = { missing: [''], columns: [plan, fee] };
const table = tableOf({ plan: words(['basic', 'gold', 'pro']), fee: numbers([-1, 5, 99]) });
const present: RowSchema = {
  missing: ['', 'NA'],
  columns: [
    declared('plan', 'text', { nullable: false }),
    declared('fee', 'category', { nullable: true, domain: ['1', 'x'] }),
    declared('mood', 'category', { nullable: false, required: true, domain: ['good'] }),
  ],
};
const found = [
  { check: 'unexpected-value', column: 'plan' },
  { check: 'out-of-range', column: 'fee' },
  { check: 'low-presence', column: 'fee' },
  { check: 'missing-column', column: 'plan' },
  { check: 'new-column', column: 'mood' },
  { check: 'type-mismatch', column: 'fee' },
  { check: 'type-mismatch', column: 'plan' },
  { check: 'duplicate-rows' },
  { check: 'constant', column: 'fee' },
];

/** The columns after these findings were accepted. */
const after = (names: readonly string[], change: Partial<AcceptInput> = {}): readonly ColumnSchema[] =>
  acceptFindings({ schema, findings: found, table, present, ...change }, names).columns;

describe('a finding', () => {
  it('is named by its check and column', () => {
    expect(found.map(findingName).slice(0, 1)).toEqual(['unexpected-value:plan']);
    expect(findingName({ check: 'duplicate-rows' })).toBe('duplicate-rows');
  });

  it('can be accepted where a change of the schema takes it in, each name once', () => {
    expect(acceptableNames([...found, ...found])).toEqual([
      'unexpected-value:plan',
      'out-of-range:fee',
      'low-presence:fee',
      'missing-column:plan',
      'new-column:mood',
      'type-mismatch:fee',
      'type-mismatch:plan',
    ]);
    expect(acceptableNames([{ check: 'new-column' }, { check: 'constant', column: 'x' }])).toEqual([]);
  });

  it('takes a look at the source where a column is to be as it is now', () => {
    for (const name of ['type-mismatch:fee', 'new-column:mood']) expect(needsPresent([name])).toBe(true);
    for (const name of ['unexpected-value:plan', 'out-of-range:fee', 'low-presence:fee', 'missing-column:x'])
      expect(needsPresent([name])).toBe(false);
    expect(needsPresent(['unexpected-value:plan', 'type-mismatch:fee'])).toBe(true);
    expect([needsPresent([]), needsPresent(['duplicate-rows']), needsPresent(['new-column'])]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('an accepted finding', () => {
  it('changes its own column in its own way, and nothing else', () => {
    expect(after(['unexpected-value:plan'])).toEqual([{ ...plan, domain: ['basic', 'gold', 'pro'] }, fee]);
    expect(after(['out-of-range:fee'])).toEqual([plan, { ...fee, minimum: -1, maximum: 99 }]);
    expect(after(['low-presence:fee'])).toEqual([plan, { ...fee, nullable: true }]);
    expect(after(['missing-column:plan'])).toEqual([{ ...plan, nullable: true, required: false }, fee]);
    expect(after([])).toEqual([plan, fee]);
    expect(after(['unexpected-value:fee', 'out-of-range', 'duplicate-rows'])).toEqual([plan, fee]);
    expect(acceptFindings({ schema, findings: found, table, present }, ['low-presence:fee']).missing).toEqual(
      [''],
    );
  });

  it('of a type takes the column as it would be inferred now; what could be missing still can', () => {
    expect(after(['type-mismatch:fee'])[1]).toEqual(present.columns[1]);
    expect(after(['type-mismatch:plan'])[0]).toEqual(present.columns[0]);
    const nullable = { ...schema, columns: [{ ...plan, nullable: true }, fee] };
    expect(after(['type-mismatch:plan'], { schema: nullable })[0]).toEqual({
      ...present.columns[0],
      nullable: true,
    });
  });

  it('of a new column adds it, and no row has to have it', () => {
    expect(after(['new-column:mood'])).toEqual([
      plan,
      fee,
      { ...present.columns[2], nullable: true, required: false },
    ]);
    const known = { ...schema, columns: [...schema.columns, declared('mood', 'text', { nullable: false })] };
    expect(after(['new-column:mood'], { schema: known })[2]).toEqual({
      ...present.columns[2],
      nullable: true,
      required: false,
    });
  });

  it('may widen a column that is closed, which it stays', () => {
    const closed = {
      ...schema,
      columns: [
        { ...plan, closed: true },
        { ...fee, closed: true },
      ],
    };
    expect(after(['unexpected-value:plan', 'out-of-range:fee'], { schema: closed })).toEqual([
      { ...plan, closed: true, domain: ['basic', 'gold', 'pro'] },
      { ...fee, closed: true, minimum: -1, maximum: 99 },
    ]);
  });

  it('of one column after another builds on what was accepted before', () => {
    expect(after(['out-of-range:fee', 'low-presence:fee'])[1]).toEqual({
      ...fee,
      minimum: -1,
      maximum: 99,
      nullable: true,
    });
  });

  it('of what neither schema nor data has changes nothing', () => {
    const findings = [
      'unexpected-value',
      'low-presence',
      'missing-column',
      'new-column',
      'type-mismatch',
    ].map((check) => ({ check, column: 'gone' }));
    expect(after(findings.map(findingName), { findings })).toEqual([plan, fee]);
  });
});
