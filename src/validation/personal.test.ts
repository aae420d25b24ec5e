import { describe, expect, it } from 'vitest';
import type { RowSchema } from '../data/schema.ts';
import { withheld } from '../data/personal.ts';
import { declared, numbers, profileOf, texts, words } from './checks/snapshot.fixture.ts';
import type { Finding } from './finding.ts';
import { withoutPersonalExamples, withoutPersonalValues } from './personal.ts';

const schema: RowSchema = {
  missing: [''],
  columns: [
    declared('name', 'text', { pii: true }),
    declared('income', 'number', { pii: true }),
    declared('plan', 'category'),
  ],
};
const open: RowSchema = {
  ...schema,
  columns: schema.columns.map(({ pii: _pii, ...column }) => column),
};

describe('a profile', () => {
  const profile = profileOf({
    name: texts(['Ada', 'Ada', null]),
    income: numbers([1, 2, NaN]),
    plan: words(['pro', 'pro', 'basic']),
  });

  it('counts personal columns and shows nothing of what they hold', () => {
    const [name, income, plan] = withoutPersonalValues(profile, schema).columns;
    expect(name).toEqual({ name: 'name', kind: 'text', rows: 3, missing: 1, distinct: 1 });
    expect(income).toEqual({ name: 'income', kind: 'number', rows: 3, missing: 1, distinct: 2 });
    expect(plan).toEqual(profile.columns[2]);
    expect(plan?.top).toHaveLength(2);
    expect(withoutPersonalValues(profile, schema).rows).toBe(3);
  });

  it('without personal columns is as it was', () => {
    expect(withoutPersonalValues(profile, open)).toBe(profile);
  });
});

describe('findings', () => {
  const finding = (column: string | undefined): Finding => ({
    check: 'unexpected-value',
    ...(column === undefined ? {} : { column }),
    severity: 'warning',
    message: 'it is "Ada".',
    count: 2,
    examples: [
      { rowId: 'r1', value: 'Ada' },
      { rowId: 'r2', value: 'Bob' },
    ],
    fix: 'See.',
  });
  const shown = ({ message, examples }: Finding): unknown => [
    message,
    examples.map(({ rowId, value }) => `${rowId} ${value}`),
  ];
  const hidden = (names: string): string =>
    `unexpected-value in 2 rows; what ${names} holds is personal and not shown.`;

  it('of a personal column, alone or among others, tell how many and nothing that stands there', () => {
    const [of, pair, both, other, whole] = withoutPersonalExamples(
      [
        finding('name'),
        finding('plan, income'),
        finding('name, income'),
        finding('plan'),
        finding(undefined),
      ],
      schema,
      ['id'],
    ).map(shown);
    const examples = [`r1 ${withheld}`, `r2 ${withheld}`];
    expect(of).toEqual([hidden('name'), examples]);
    expect(pair).toEqual([hidden('income'), examples]);
    expect(both).toEqual([hidden('name, income'), examples]);
    expect(other).toEqual(['it is "Ada".', ['r1 Ada', 'r2 Bob']]);
    expect(whole).toEqual(['it is "Ada".', ['r1 Ada', 'r2 Bob']]);
    expect(shown(withoutPersonalExamples([finding('named')], schema, [])[0]!)).toEqual(other);
  });

  it('of a personal column whose name holds a comma tell nothing either', () => {
    const named = { ...schema, columns: [...schema.columns, declared('Name, first', 'text', { pii: true })] };
    const [alone, among, parts] = withoutPersonalExamples(
      ['Name, first', 'plan, Name, first', 'first, Name'].map(finding),
      named,
      [],
    ).map(({ message }) => message);
    expect([alone, among]).toEqual([hidden('Name, first'), hidden('Name, first')]);
    expect(parts).toBe('it is "Ada".');
  });

  it('tell no row ids where a personal column is one', () => {
    for (const rowId of [['name'], ['plan', 'income']]) {
      const [of, other] = withoutPersonalExamples([finding('name'), finding('plan')], schema, rowId).map(
        shown,
      );
      expect(of).toEqual([hidden('name'), [`${withheld} ${withheld}`, `${withheld} ${withheld}`]]);
      expect(other).toEqual(['it is "Ada".', [`${withheld} Ada`, `${withheld} Bob`]]);
    }
  });

  it('keep their check, severity and what to do', () => {
    const [told] = withoutPersonalExamples([finding('name')], schema, ['name']);
    expect(told).toMatchObject({
      check: 'unexpected-value',
      column: 'name',
      severity: 'warning',
      count: 2,
      fix: 'See.',
    });
  });

  it('without personal columns are as they were, in a list of their own', () => {
    const findings = [finding('name')];
    const same = withoutPersonalExamples(findings, open, ['name']);
    expect(same).toEqual(findings);
    expect(same).not.toBe(findings);
  });
});
