import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import {
  found,
  leaves,
  luckOf,
  numbers,
  said,
  spends,
  texts,
  upTo,
  words,
  yesNo,
} from './planted.fixture.ts';

/** A copy of the label of which a share is wrong. */
const copy = (wrong: number, luck = luckOf('copy')): boolean[] =>
  leaves.map((value, row) => (luck[row]! < wrong ? !value : value));
const quantity = numbers(spends);
const day = 86_400_000;

describe('nothing planted', () => {
  it('finds nothing, for classes and for a number', () => {
    expect(found({})).toEqual([]);
    expect(found({}, {}, quantity)).toEqual([]);
  });

  it('says nothing of a label that is not there, or of fewer than 50 rows', () => {
    expect(found({}, { label: 'other' })).toEqual([]);
    const few = words(leaves.map((value, row) => (row < 49 ? (value ? 'yes' : 'no') : null)));
    expect(found({ outcome: yesNo(leaves) }, {}, few)).toEqual([]);
    const enough = words(leaves.map((value, row) => (row < 60 ? (value ? 'yes' : 'no') : null)));
    expect(said(found({ copied: yesNo(leaves) }, {}, enough))).toEqual(['leak copied']);
  });
});

describe('one column that tells the label', () => {
  it.each([0, 0.02, 0.05])('is found where it is a copy of which %d are wrong', (wrong) => {
    expect(said(found({ copied: yesNo(copy(wrong)) }))).toEqual(['leak copied']);
    expect(said(found({ copied: numbers(copy(wrong).map((value) => (value ? 1 : 0))) }))).toEqual([
      'leak copied',
    ]);
    const inWords = words(copy(wrong).map((value, row) => (value ? `C${row % 3}` : `A${row % 5}`)));
    expect(said(found({ copied: inWords }))).toEqual(['leak copied']);
  });

  it('is not found where it is no better than an honest column may be', () => {
    expect(found({ copied: yesNo(copy(0.15)) })).toEqual([]);
  });

  it('is found as a number that lies apart for either class, and not as one that overlaps', () => {
    const luck = luckOf('score');
    const score = (apart: number): Column =>
      numbers(leaves.map((value, row) => (value ? apart : 0) + luck[row]!));
    expect(said(found({ score: score(1) }))).toEqual(['leak score']);
    expect(said(found({ score: score(0.8) }))).toEqual(['leak score']);
    expect(found({ score: score(0.4) })).toEqual([]);
  });

  it('is found by its missing cells, and by one text a class', () => {
    const luck = luckOf('missing');
    expect(said(found({ paid: numbers(leaves.map((value, row) => (value ? NaN : luck[row]!))) }))).toEqual([
      'leak paid',
    ]);
    const note = texts(leaves.map((value, row) => (value ? `moved away, case ${row}` : null)));
    expect(said(found({ note }))).toEqual(['leak note']);
  });

  it('is found for a number, as another unit of it or with noise, and not as a good honest column', () => {
    const luck = luckOf('unit');
    const with_ = (noise: number): Column =>
      numbers(spends.map((value, row) => value * 1.1 + noise * (luck[row]! - 0.5)));
    expect(said(found({ euros: with_(0) }, {}, quantity))).toEqual(['leak euros']);
    expect(said(found({ euros: with_(20) }, {}, quantity))).toEqual(['leak euros']);
    expect(found({ euros: with_(250) }, {}, quantity)).toEqual([]);
  });

  it('tells three classes, or one of them that nothing else tells', () => {
    const three = words(leaves.map((value, row) => (value ? 'left' : row % 3 === 0 ? 'paused' : 'stays')));
    const told = words(leaves.map((value, row) => (value ? 'L' : row % 3 === 0 ? 'P' : 'S')));
    expect(said(found({ told }, {}, three))).toEqual(['leak told']);
    const [one] = found({ told: yesNo(leaves) }, {}, three);
    expect(one).toMatchObject({ check: 'leak', column: 'told' });
    expect(one!.message).toContain('told alone tells which churn is left');
  });

  it('says how well, with rows of either class, and the line that leaves it out beside what is left out', () => {
    const [finding] = found({ 'out come': yesNo(leaves) }, { drop: ['city'] });
    expect(finding).toMatchObject({
      check: 'leak',
      column: 'out come',
      severity: 'warning',
      count: 1200,
      effect: { measure: 'auc', value: 1 },
      line: 'features: { drop: [city, "out come"] }',
    });
    expect(finding!.message).toMatch(
      /^out come alone tells churn \(area under the ROC curve 1\.000; all other columns together 0\.\d{3}\): is it known when you predict\?$/,
    );
    expect(finding!.examples).toHaveLength(4);
    expect(new Set(finding!.examples.map(({ value }) => value))).toEqual(
      new Set(['out come yes, churn yes', 'out come no, churn no']),
    );
  });

  it.each([2, 5, 10])('is found also where the labels take turns: one of %d rows', (turn) => {
    // As matched cases and controls stand in order of their ids.
    const turns = leaves.map((_, row) => row % turn === 0);
    const luck = luckOf('turns');
    const copied = yesNo(turns.map((value, row) => (luck[row]! < 0.02 ? !value : value)));
    const [finding, ...more] = found({ copied }, {}, yesNo(turns));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ check: 'leak', column: 'copied' });
    expect(finding!.message).not.toContain('NaN');
  });

  it('is silent about what the pipeline leaves out already', () => {
    expect(found({ copied: yesNo(leaves) }, { drop: ['copied'] })).toEqual([]);
  });
});

describe('a column that is filled in after the event', () => {
  /** Filled in for a share of those who leave. */
  const cancelled = (share: number): Column => {
    const luck = luckOf('filled');
    return {
      kind: 'time',
      values: Float64Array.from(leaves, (value, row) => (value && luck[row]! < share ? row * day : NaN)),
    };
  };

  it.each([0.6, 0.3, 0.1])('is found where it is filled in for %d of one class', (share) => {
    expect(said(found({ ended_on: cancelled(share) }))).toEqual(['leak-when-filled ended_on']);
  });

  it('is not found where so few are filled in that it may be chance, or where some of the others are', () => {
    expect(found({ ended_on: cancelled(0.03) })).toEqual([]);
    const luck = luckOf('both');
    const both = numbers(leaves.map((value, row) => (luck[row]! < (value ? 0.5 : 0.05) ? row : NaN)));
    expect(found({ ended_on: both })).toEqual([]);
  });

  it('is found as an amount that is 0 for all others', () => {
    const luck = luckOf('recovered');
    const recovered = numbers(leaves.map((value, row) => (value && luck[row]! < 0.4 ? 100 * luck[row]! : 0)));
    const [finding] = found({ got_back: recovered });
    expect(finding).toMatchObject({ check: 'leak-when-filled', effect: { measure: 'share', value: 1 } });
    expect(finding!.message).toContain('Where got_back is not 0');
  });
});

describe('columns that are worked into the label', () => {
  const luck = luckOf('part');
  const part = spends.map((value, row) => Math.round(value * luck[row]! * 100) / 100);
  const rest = spends.map((value, row) => Math.round((value - part[row]!) * 100) / 100);
  const derived = (columns: Record<string, Column>): string[] => said(found(columns, {}, quantity));

  it('are found as a sum, a difference, a product, a ratio, a mean, a sum of three', () => {
    expect(derived({ part: numbers(part), rest: numbers(rest) })).toEqual([
      expect.stringMatching(/^leak-derived (part, rest|rest, part)$/),
    ]);
    const more = spends.map((value, row) => value + part[row]!);
    expect(derived({ part: numbers(part), more: numbers(more) })[0]).toMatch(/^leak-derived/);
    const pieces = luck.map((value) => 1 + Math.floor(value * 9));
    const price = spends.map((value, row) => value / pieces[row]!);
    expect(derived({ price: numbers(price), pieces: numbers(pieces) })[0]).toMatch(/^leak-derived/);
    const times = spends.map((value, row) => value * pieces[row]!);
    expect(derived({ times: numbers(times), pieces: numbers(pieces) })[0]).toMatch(/^leak-derived/);
    const other = luckOf('third').map((value) => Math.round(value * 4000) / 100);
    const third = rest.map((value, row) => Math.round((value - other[row]!) * 100) / 100);
    expect(derived({ part: numbers(part), other: numbers(other), third: numbers(third) })[0]).toMatch(
      /^leak-derived/,
    );
  });

  it('are found as a product or a ratio times a factor that no column holds', () => {
    const hours = luck.map((value) => 0.5 + Math.round(value * 80) / 10);
    const rate = luckOf('rate').map((value) => [55, 70, 95][Math.floor(value * 3)]!);
    const bill = (factor: number): Column =>
      numbers(hours.map((value, row) => Math.round(value * rate[row]! * factor * 100) / 100));
    const parts = { hours: numbers(hours), rate: numbers(rate) };
    for (const factor of [1.19, 0.01, 60]) {
      const [finding] = found(parts, {}, bill(factor));
      expect(finding).toMatchObject({ check: 'leak-derived' });
      expect(finding!.message).toMatch(new RegExp(`^churn is (hours × rate|rate × hours) × ${factor} in `));
    }
    const perHour = numbers(hours.map((value, row) => Math.round((rate[row]! / value) * 1.19 * 1000) / 1000));
    expect(found(parts, {}, perHour)[0]!.message).toContain('rate / hours × 1.19');
  });

  it('are found where one row in twenty is mended by hand, and as about that where every fourth is', () => {
    const mended = (every: number): Column =>
      numbers(rest.map((value, row) => (row % every === 0 ? value + 7.5 : value)));
    expect(derived({ part: numbers(part), rest: mended(25) })[0]).toMatch(/^leak-derived/);
    const [about] = found({ part: numbers(part), rest: mended(4) }, {}, quantity);
    expect(about).toMatchObject({ check: 'leak-derived', effect: { measure: 'r2' } });
  });

  it('says the formula and how often it fits', () => {
    const [finding] = found({ part: numbers(part), rest: numbers(rest) }, {}, quantity);
    expect(finding!.message).toMatch(/^churn is (part \+ rest|rest \+ part) in 100\.0 % of the rows/);
    expect(finding!.line).toMatch(/^features: \{ drop: \[(part, rest|rest, part)\] \}$/);
  });
});

describe('two columns that tell the label together', () => {
  const luck = luckOf('pair');
  const due = luck.map((value) => Math.round(1000 + 9000 * value));

  it('are found as what is missing of the one in the other, and as their ratio', () => {
    const short = luckOf('short');
    const paid = due.map((value, row) => (leaves[row]! ? Math.round(value * 0.9 * short[row]!) : value));
    expect(said(found({ due: numbers(due), paid: numbers(paid) }))).toEqual([
      expect.stringMatching(/^leak-pair (due, paid|paid, due)$/),
    ]);
    const from = (row: number): number => row * day + luck[row]! * day;
    const opened: Column = { kind: 'time', values: Float64Array.from(upTo(1200), from) };
    const stopped: Column = {
      kind: 'time',
      values: Float64Array.from(
        upTo(1200),
        (row) => from(row) + (leaves[row]! ? -1 : 1) * (1 + short[row]! * 300) * day,
      ),
    };
    expect(said(found({ opened, stopped }, { split: { strategy: 'time', group: null } }))).toContainEqual(
      expect.stringMatching(/^leak-pair (opened, stopped|stopped, opened)$/),
    );
  });

  it('are found as two codes neither of which tells a thing', () => {
    const left = luck.map((value) => value < 0.5);
    const right = left.map((value, row) => value !== leaves[row]!);
    expect(said(found({ left: yesNo(left), right: yesNo(right) }))).toEqual([
      expect.stringMatching(/^leak-pair (left, right|right, left)$/),
    ]);
  });

  it('are not found where one in ten rows says otherwise', () => {
    const left = luck.map((value) => value < 0.5);
    const wrong = luckOf('wrong');
    const right = left.map((value, row) => (value !== leaves[row]!) !== wrong[row]! < 0.1);
    expect(found({ left: yesNo(left), right: yesNo(right) })).toEqual([]);
  });
});

describe('a name that says that the column is of the outcome', () => {
  const luck = luckOf('call');
  /** A number with which one class is likelier: area under the curve of about 0.8. */
  const telling = (strength: number): Column =>
    numbers(leaves.map((value, row) => luck[row]! + (value ? strength : 0)));

  it('is asked about where the column tells something, and not where it tells little or has another name', () => {
    expect(said(found({ duration: telling(0.4) }))).toEqual(['leak-by-name duration']);
    expect(found({ duration: telling(0.1) })).toEqual([]);
    expect(found({ length: telling(0.4) })).toEqual([]);
    expect(found({ previous_outcome: telling(0.4) })).toEqual([]);
    expect(said(found({ last_pymnt_amnt: telling(0.4) }))).toEqual(['leak-by-name last_pymnt_amnt']);
  });

  it('is asked about where it is named after a column that tells the label, or after the label', () => {
    const date: Column = { kind: 'time', values: Float64Array.from(upTo(1200), (row) => row * day) };
    const split = { strategy: 'time', group: null };
    expect(said(found({ booking_state: yesNo(leaves), booking_state_date: date }, { split }))).toEqual([
      'leak booking_state',
      'leak-by-name booking_state_date',
    ]);
    expect(said(found({ churn_score: telling(0.3) }))).toEqual(['leak-by-name churn_score']);
    expect(found({ churn_score: telling(0.05) })).toEqual([]);
    expect(found({ last_churn_score: telling(0.3) })).toEqual([]);
  });
});
