import { describe, expect, it } from 'vitest';
import { numbers, profileOf, texts, words } from './checks/snapshot.fixture.ts';
import { summarize } from './columnSummary.ts';
import type { Finding } from './finding.ts';

const finding = (check: string, column: string, severity: Finding['severity']): Finding => ({
  check,
  column,
  severity,
  message: '',
  count: 1,
  examples: [],
  fix: '',
});

describe('a column in one line', () => {
  const days = (...dates: readonly string[]) => ({
    kind: 'time' as const,
    values: Float64Array.from(dates, (date) => Date.parse(date)),
  });
  const profile = profileOf({
    age: numbers([18, NaN, 60, 30]),
    one: numbers([7, 7, 7, 7]),
    plan: words(['a', 'a', 'b', null]),
    land: words(['NO', 'NO', 'NO', 'NO']),
    seen: days('2024-01-01', '2024-03-01', '2024-02-01', '2024-02-01'),
    hour: days('2024-01-01T08:00Z', '2024-01-01T09:30Z', '2024-01-01T09:00Z', '2024-01-01T09:00Z'),
    none: texts([null, null, null, null]),
  });

  it('says what it holds, with the figures', () => {
    const [age, one, plan, land, seen, hour, none] = summarize(profile, []);
    expect(age).toMatchObject({ missing: 1, distinct: 3, min: 18, max: 60, mean: 36, top: null });
    expect([age, one, plan, land, seen, hour, none].map((column) => column!.values)).toEqual([
      '18 to 60, mean 36',
      'always 7',
      'a (50 %)',
      'always NO',
      '2024-01-01 to 2024-03-01',
      '2024-01-01 08:00 UTC to 2024-01-01 09:30 UTC',
      '',
    ]);
    expect(plan!.top).toEqual({ value: 'a', count: 2 });
  });

  it('cuts a word after forty characters, and counts its share of all rows', () => {
    const of = (length: number): string =>
      summarize(profileOf({ x: words(['w'.repeat(length), null]) }), [])[0]!.values;
    expect(of(40)).toBe(`${'w'.repeat(40)} (50 %)`);
    expect(of(41)).toBe(`${'w'.repeat(40)}… (50 %)`);
    expect(summarize(profileOf({ x: texts(['a', 'a']) }), [])[0]!.values).toBe('always a');
  });

  it('tells the hour below three days, and one time as such', () => {
    const of = (...dates: readonly string[]): string =>
      summarize(profileOf({ x: days(...dates) }), [])[0]!.values;
    expect(of('2024-01-01T06:00Z', '2024-01-04T06:00Z')).toBe('2024-01-01 to 2024-01-04');
    expect(of('2024-01-01T06:00Z', '2024-01-04T05:59Z')).toBe('2024-01-01 06:00 UTC to 2024-01-04 05:59 UTC');
    expect(of('2024-01-01T06:00Z', '2024-01-01T06:00Z')).toBe('always 2024-01-01 06:00 UTC');
  });

  it('says each check that noticed something once, the gravest first, also of several columns', () => {
    const columns = summarize(profile, [
      finding('collinear', 'age', 'info'),
      finding('leak-pair', 'plan, age', 'warning'),
      finding('leak-pair', 'one, age', 'warning'),
      finding('out-of-range', 'age', 'error'),
      finding('row-count-change', '', 'warning'),
    ]);
    expect(columns.map(({ noticed }) => noticed)).toEqual([
      ['out-of-range', 'leak-pair', 'collinear'],
      ['leak-pair'],
      ['leak-pair'],
      [],
      [],
      [],
      [],
    ]);
  });
});
