import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { createRandom } from '../../random.ts';
import { finish } from '../../work.ts';
import { numbers, snapshot, upTo, words } from '../checks/snapshot.fixture.ts';
import { lookingAt } from './fitness.ts';
import type { LeakFound } from './fitness.ts';
import { leakByName } from './leakByName.ts';

const rows = 1000;
const random = createRandom('by name');
const luck = upTo(rows).map(() => random.next());
const noise = upTo(rows).map(() => random.next());
const yes = luck.map((value) => value < 0.5);
const yesNo = words(yes.map((value) => (value ? 'yes' : 'no')));
const quantity = numbers(luck);
/** A copy of the classes of which a share is wrong: the area under its curve is the rest. */
const right = (share: number): Column =>
  words(yes.map((value, row) => (value === noise[row]! < share ? 'a' : 'b')));
/** A number of which R² with the quantity is the share squared. */
const close = (share: number): Column =>
  numbers(luck.map((value, row) => share * value + Math.sqrt(1 - share ** 2) * noise[row]!));
const time = (of: (row: number) => number): Column => ({
  kind: 'time',
  values: Float64Array.from(upTo(rows), of),
});

interface Asked {
  readonly label?: string;
  readonly of?: Column;
  readonly leaks?: readonly string[];
  readonly drop?: readonly string[];
}

function found(
  columns: Readonly<Record<string, Column>>,
  { label = 'churn', of = yesNo, leaks = [], drop = [] }: Asked = {},
): LeakFound[] {
  const given = snapshot({ ...columns, [label]: of }, { label });
  const split = { strategy: 'hash', group: null };
  return leakByName(finish(lookingAt({ ...given, drop, time: null, split })), new Set(leaks));
}
const names = (columns: Readonly<Record<string, Column>>, asked: Asked = {}): string[] =>
  found(columns, asked).flatMap(({ columns: all }) => all);
/** Is a column of this name asked about? */
const isAsked = (name: string, column: Column, asked: Asked = {}): boolean =>
  names({ [name]: column }, asked).length === 1;

describe('a name of what is known afterwards', () => {
  it('is asked about from an area of .75 on, and of a number from R² of .45 on', () => {
    expect([isAsked('outcome', right(0.78)), isAsked('outcome', right(0.72))]).toEqual([true, false]);
    const asked = { of: quantity };
    expect([isAsked('outcome', close(0.71), asked), isAsked('outcome', close(0.62), asked)]).toEqual([
      true,
      false,
    ]);
  });

  it.each(['final_grade', 'finalGrade', 'Final grade', 'is-final', 'x.final.1', 'order2Final'])(
    'is one word of %s',
    (name) => expect(isAsked(name, right(0.85))).toBe(true),
  );

  it.each(['finally', 'semifinal', 'grade', 'unfinal2', 'previous_final', 'final_before', 'lagFinal'])(
    'is none of %s',
    (name) => expect(isAsked(name, right(0.85))).toBe(false),
  );

  it.each(['last_pymnt_final', 'last_payment_final', 'prior_prncp'])(
    'is that of a payment, the last one too: %s',
    (name) => expect(isAsked(name, right(0.85))).toBe(true),
  );

  it('is said with the word and the score', () => {
    const [one] = found({ resolution_code: right(0.85) });
    expect(one).toMatchObject({
      columns: ['resolution_code'],
      finding: { effect: { measure: 'auc' }, column: 'resolution_code', count: rows },
    });
    expect(one!.finding.message).toMatch(
      /its name \("resolution"\) is of what is known afterwards \(area under the ROC curve 0\.8\d\d\)\.$/,
    );
    const [other] = found({ payout: close(0.9) }, { of: quantity });
    expect(other!.finding.effect).toMatchObject({ measure: 'r2' });
    expect(other!.finding.message).toMatch(/\(R² of ranks 0\.\d{3}\)\.$/);
  });

  it('is asked about with one word that only one class has, where it has two or more', () => {
    // The first rows of one class say it, and nobody else.
    const settled = (count: number, others: number): Column => {
      let left = count;
      return words(yes.map((value, row) => (value && left-- > 0 ? 'settled' : `w${row % others}`)));
    };
    expect(isAsked('settlement', settled(40, 2))).toBe(true);
    expect(isAsked('settlement', settled(15, 2))).toBe(false);
    expect(isAsked('status', settled(40, 2))).toBe(false);
    expect(found({ settlement: settled(40, 2) })[0]!.finding.message).toMatch(
      /rows with "settled" are of one class; area under the ROC curve 0\.5\d\d\)/,
    );
    // What tells enough by itself needs no such word.
    const enough = words(
      yes.map((value, row) => (value ? (row % 9 < 8 ? 'y' : 'x') : row % 9 < 2 ? 'y' : 'n')),
    );
    expect(found({ settlement: enough })[0]!.finding.message).not.toContain('rows with');
    // Thirty words are looked at one by one.
    expect([isAsked('settlement', settled(40, 29)), isAsked('settlement', settled(40, 30))]).toEqual([
      true,
      false,
    ]);
  });

  it('is asked about as the time since another one, and by itself where that tells more', () => {
    const started = time((row) => 1e6 * noise[row]!);
    const columns = {
      started,
      ended: time((row) => 1e6 * noise[row]! + 1000 * luck[row]!),
      other: time((row) => row),
    };
    const [one, ...more] = found(columns);
    expect(more).toEqual([]);
    expect(one!.finding.message).toMatch(/\(as the time since started: area under the ROC curve [^;]*\)\.$/);
    expect(one!.finding.effect!.value).toBeGreaterThan(0.95);
    expect(found({ ended: columns.ended, other: columns.other })).toEqual([]);
    const own = found({ started, ended: time((row) => 1e9 * luck[row]!) });
    expect(own[0]!.finding.message).not.toContain('since');
  });
});

describe('a name made of another one', () => {
  it('is asked about where that is the label: from .65 on, of a number from .3 on', () => {
    expect([isAsked('churn_x', right(0.68)), isAsked('churn_x', right(0.62))]).toEqual([true, false]);
    const asked = { of: quantity };
    expect([isAsked('churn_x', close(0.6), asked), isAsked('churn_x', close(0.47), asked)]).toEqual([
      true,
      false,
    ]);
  });

  it('has all words of it and more, three letters at least', () => {
    const label = 'is_late';
    expect(isAsked('late_is_2', right(0.7), { label })).toBe(true);
    expect(isAsked('late_2', right(0.7), { label })).toBe(false);
    expect(isAsked('IsLate', right(0.7), { label })).toBe(false);
    expect(isAsked('abc_x', right(0.7), { label: 'abc' })).toBe(true);
    expect(isAsked('ab_x', right(0.7), { label: 'ab' })).toBe(false);
    expect(isAsked('last_abc', right(0.7), { label: 'abc' })).toBe(false);
  });

  it('is asked about where that is a leak, from .65 on, and a time whatever it tells', () => {
    const leaks = ['state'];
    const state = right(1);
    expect(names({ state, state_by: right(0.68) }, { leaks })).toEqual(['state_by']);
    expect(names({ state, state_by: right(0.62) }, { leaks })).toEqual([]);
    expect(names({ state, state_by: right(0.68) })).toEqual([]);
    const at = time((row) => row);
    expect(names({ state, state_at: at }, { leaks })).toEqual(['state_at']);
    expect(names({ state, set_at: at }, { leaks })).toEqual([]);
    expect(found({ state, state_at: at }, { leaks })[0]!.finding.message).toContain(
      'it is named after state, which tells churn',
    );
  });

  it('is asked about where that was left out and tells nine tenths, and not where it tells less', () => {
    const after = (state: Column, asked: Asked = {}): string[] =>
      names({ state, state_by: time((row) => row) }, { drop: ['gone', 'state'], ...asked });
    expect([after(right(0.94)), after(right(0.86))]).toEqual([['state_by'], []]);
    expect(after(close(0.98), { of: quantity })).toEqual(['state_by']);
    expect(after(close(0.93), { of: quantity })).toEqual([]);
    expect(after(right(0.94), { drop: [] })).toEqual([]);
  });
});

describe('a word that a name shares with the label', () => {
  const label = 'claim_status';
  const asked = { label };

  it('is asked about from .85 on, among classes', () => {
    expect([isAsked('claimant claim', right(0.88), asked), isAsked('my claim', right(0.82), asked)]).toEqual([
      true,
      false,
    ]);
    expect(isAsked('my claim', close(0.95), { label, of: quantity })).toBe(false);
    expect(found({ 'my claim': right(0.88) }, asked)[0]!.finding.message).toContain(
      'it has the word "claim" of claim_status in its name',
    );
  });

  it('has more than three letters, and is none that any column may have', () => {
    const shares = (of: string, name: string): boolean => isAsked(name, right(0.88), { label: `${of}_q7` });
    expect([shares('loan', 'loan x'), shares('car', 'car x')]).toEqual([true, false]);
    for (const general of ['class', 'label', 'target', 'value', 'status', 'total', 'median', 'index'])
      expect(shares(general, `${general} x`)).toBe(false);
    expect(shares('loan', 'previous loan')).toBe(false);
  });
});

describe('what is not asked about', () => {
  it('is a leak that was told, and anything where there is no label', () => {
    expect(names({ outcome: right(0.9) }, { leaks: ['outcome'] })).toEqual([]);
    const few = words(yes.map((value, row) => (row < 49 ? (value ? 'yes' : 'no') : null)));
    expect(names({ outcome: right(1) }, { of: few })).toEqual([]);
  });
});
