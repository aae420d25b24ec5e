import { describe, expect, it } from 'vitest';
import { finish } from '../../work.ts';
import { snapshot } from '../checks/snapshot.fixture.ts';
import type { Finding } from '../finding.ts';
import { judgingFitness } from './index.ts';
import type { Lookalike } from './lookalikes.fixture.ts';
import { bankMarketing, bikeHours, hotelBookings, lendingClub, titanic } from './lookalikes.fixture.ts';

function leaksIn({ columns, label }: Lookalike, drop: readonly string[]): Finding[] {
  const labelIs = label === 'count' ? 'number' : 'classes';
  const split = { strategy: 'time', group: null };
  const input = { ...snapshot(columns, { label }), labelIs, drop, time: null, split } as const;
  return finish(judgingFitness(input)).findings.filter(({ check }) => check.startsWith('leak'));
}

const columnsOf = (findings: readonly Finding[]): Set<string> =>
  new Set(findings.flatMap(({ column }) => column?.split(', ') ?? []));

/** Found beside the leaks, each with what is true of it. */
const also: Readonly<Record<string, readonly string[]>> = {
  // What was paid in all follows what was paid back.
  'lending club': ['total_pymnt'],
};

describe.each([hotelBookings(), bankMarketing(), titanic(), lendingClub(), bikeHours()])(
  'data of the shape of $name',
  (set) => {
    const { leaks, name } = set;

    it('shows every column that is known only afterwards, and no other', () => {
      const found = columnsOf(leaksIn(set, []));
      expect([...leaks].filter((leak) => !found.has(leak))).toEqual([]);
      const others = [...found].filter((column) => !leaks.includes(column));
      expect(others.filter((column) => also[name]?.includes(column) !== true)).toEqual([]);
    });

    it.each(leaks)('shows the others where %s was left out after the first look', (dropped) => {
      // Of a sum, the smaller part that is left looks like any other column.
      if (dropped === 'registered') return;
      const found = columnsOf(leaksIn(set, [dropped]));
      expect(leaks.filter((leak) => leak !== dropped && !found.has(leak))).toEqual([]);
    });

    it('shows nothing once they are all left out', () => {
      const left = [...columnsOf(leaksIn(set, leaks))];
      expect(left.filter((column) => also[name]?.includes(column) !== true)).toEqual([]);
    });
  },
);

describe('what a finding says', () => {
  const of = (set: Lookalike, column: string, drop: readonly string[] = []): string =>
    leaksIn(set, drop).find((finding) => finding.column === column)?.message ?? '';

  it('of a date: how long after another one it is; of a word: which one', () => {
    expect(of(lendingClub(), 'last_pymnt_d')).toMatch(
      /as the time since issue_d: area under the ROC curve 0\.\d{3}/,
    );
    expect(of(lendingClub(), 'debt_settlement_flag')).toContain('rows with "Y" are of one class');
  });

  it('of a column named after one that was left out: which one', () => {
    expect(of(hotelBookings(), 'reservation_status_date', ['reservation_status'])).toContain(
      'it is named after reservation_status, which tells is_canceled',
    );
  });
});
