import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import type { FitnessInput } from './fitness.ts';
import {
  clean,
  found,
  leaves,
  luckOf,
  numbers,
  rows,
  said,
  spends,
  texts,
  upTo,
  words,
  yesNo,
} from './planted.fixture.ts';

const day = 86_400_000;
const at = (iso: string): number => Date.parse(iso);
const byHash = { split: { strategy: 'hash', group: null } };

describe('groups over the split', () => {
  const somebody = (each: number): Column => texts(upTo(rows).map((row) => `C-${Math.floor(row / each)}`));

  it.each([2, 4, 40])('finds a customer with %d rows each', (each) => {
    const [finding] = found({ customer_id: somebody(each) });
    expect(finding).toMatchObject({
      check: 'groups-over-split',
      column: 'customer_id',
      severity: 'warning',
      count: rows,
      effect: { measure: 'share', value: 1 },
      line: 'split: { strategy: group, group: customer_id }',
    });
    expect(finding!.message).toContain(`customer_id stands for ${rows / each} that have ${each}.0 rows each`);
    const asNumber = numbers(upTo(rows).map((row) => 1000 + Math.floor(row / each)));
    expect(said(found({ patientId: asNumber }))).toEqual(['groups-over-split patientId']);
  });

  it('finds somebody whose name says nothing by what never changes', () => {
    const fixed = (of: number): Column => numbers(upTo(rows).map((row) => (Math.floor(row / 4) * 7) % of));
    expect(said(found({ who: somebody(4), height: fixed(17), shoes: fixed(11) }))).toEqual([
      'groups-over-split who',
    ]);
    expect(found({ who: somebody(4), height: fixed(17) })).toEqual([]);
  });

  it('says nothing where hardly anybody comes twice, where there are few, or where each has very many rows', () => {
    const twice = texts(upTo(rows).map((row) => `C-${row < 150 ? row % 75 : row}`));
    expect(found({ customer_id: twice })).toEqual([]);
    expect(found({ customer_id: somebody(80) })).toEqual([]);
    expect(found({ household_income: numbers(upTo(rows).map((row) => Math.floor(row / 4))) })).toEqual([]);
  });

  it('says nothing where the split heeds it', () => {
    for (const strategy of ['group', 'time'])
      expect(found({ customer_id: somebody(4) }, { split: { strategy, group: 'customer_id' } })).toEqual([]);
  });

  it('sees what the pipeline leaves out of the features, too', () => {
    expect(said(found({ customer_id: somebody(4) }, { drop: ['customer_id'] }))).toContain(
      'groups-over-split customer_id',
    );
  });
});

describe('a time, and a split at random', () => {
  const dates: Column = { kind: 'time', values: Float64Array.from(upTo(rows), (row) => row * day) };
  const later = yesNo(luckOf('later').map((luck, row) => luck < 0.1 + (0.5 * row) / rows));

  it('is a warning where the label changes with it, else for information', () => {
    expect(found({ seen_on: dates }, byHash, later)).toMatchObject([
      {
        check: 'time-not-split',
        column: 'seen_on',
        severity: 'warning',
        line: 'time: seen_on\nsplit: { strategy: time }',
      },
    ]);
    expect(found({ seen_on: dates }, byHash)).toMatchObject([{ check: 'time-not-split', severity: 'info' }]);
  });

  it('is no warning where the pipeline says that rows are dealt out at random, and still told', () => {
    const told = (split: FitnessInput['split']): unknown =>
      found({ seen_on: dates }, { split }, later).map(({ severity }) => severity);
    expect(told({ strategy: 'hash', group: null, isSaid: true })).toEqual(['info']);
    expect(told({ strategy: 'hash', group: null, isSaid: false })).toEqual(['warning']);
    expect(told({ strategy: 'stratified', group: null, isSaid: true })).toEqual(['warning']);
  });

  it('says nothing of a split by time, of a birthday, of a time that some do not have', () => {
    expect(
      found({ seen_on: dates }, { time: 'seen_on', split: { strategy: 'time', group: null } }, later),
    ).toEqual([]);
    expect(found({ birth_date: dates }, byHash, later)).toEqual([]);
    const some: Column = {
      kind: 'time',
      values: Float64Array.from(upTo(rows), (row) => (row % 20 === 0 ? NaN : row * day)),
    };
    expect(found({ seen_on: some }, byHash, later)).toEqual([]);
  });
});

describe('rows that stand there twice', () => {
  const ids = (count: number): Column => texts(upTo(count).map((row) => `r${row}`));
  /** The clean rows, of which the last are copies of the first. */
  const copied = (copies: number): Record<string, Column> =>
    Object.fromEntries(
      Object.entries(clean).map(([name, column]) => {
        const from = (row: number): number => (row >= rows - copies ? row - (rows - copies) : row);
        if (column.kind === 'number')
          return [name, numbers(upTo(rows).map((row) => column.values[from(row)]!))];
        if (column.kind !== 'category') return [name, column];
        return [name, words(upTo(rows).map((row) => column.dictionary[column.codes[from(row)]!]!))];
      }),
    );
  const of = (
    copies: number,
    label: Column = yesNo(
      upTo(rows).map((row) => leaves[row >= rows - copies ? row - (rows - copies) : row]!),
    ),
  ) => found({ ...copied(copies), id: ids(rows) }, { rowIdColumns: ['id'] }, label);

  it.each([
    [240, 'warning'],
    [12, 'warning'],
    [11, 'info'],
    [2, 'info'],
  ])('finds %d copies under ids of their own: %s', (copies, severity) => {
    expect(of(copies)).toMatchObject([{ check: 'copies-over-split', severity, count: copies }]);
  });

  it('takes one pair for chance, and twins of two short columns for natural', () => {
    expect(of(1)).toEqual([]);
    const few = { drop: ['age', 'income', 'tenure'], rowIdColumns: ['id'] };
    expect(said(found({ id: ids(rows) }, few)).filter((text) => text.startsWith('copies'))).toEqual([]);
  });

  it('tells twins of different classes, and the accuracy that is left', () => {
    const copies = 240;
    const opposite = yesNo(
      upTo(rows).map((row) => (row >= rows - copies ? !leaves[row - (rows - copies)]! : leaves[row]!)),
    );
    expect(of(copies, opposite)[0]).toMatchObject({
      check: 'label-conflict',
      column: 'churn',
      severity: 'warning',
      count: 480,
      effect: { measure: 'accuracy', value: 0.8 },
    });
  });

  it('tells them without ids, too: a warning from one row in a hundred on that no model can be right on', () => {
    const of = (copies: number): (string | undefined)[] =>
      found(
        copied(copies),
        {},
        yesNo(
          upTo(rows).map((row) => (row >= rows - copies ? !leaves[row - (rows - copies)]! : leaves[row]!)),
        ),
      ).map(({ check, severity }) => `${check} ${severity}`);
    expect(of(12)).toEqual(['label-conflict warning']);
    expect(of(11)).toEqual(['label-conflict info']);
  });
});

describe('values that stand for "not known"', () => {
  const luck = luckOf('sentinel');
  const ages = luck.map((value) => 18 + Math.floor(60 * value));
  const withValue = (value: number, count: number, from: readonly number[] = ages): Column =>
    numbers(from.map((each, row) => (row < count ? value : each)));
  const times = (iso: string, count: number): Column => ({
    kind: 'time',
    values: Float64Array.from(luck, (value, row) =>
      row < count ? at(iso) : at('2015-01-01') + value * 3000 * day,
    ),
  });
  const byTime = { split: { strategy: 'time', group: null } };

  it.each([-999, -99, 999, 9999, 99_999, -9999])('finds %d, repeated, and not once', (value) => {
    for (const count of [2, 12, 300])
      expect(found({ x: withValue(value, count) })).toMatchObject([
        { check: 'sentinel', column: 'x', severity: 'warning', count },
      ]);
    expect(found({ x: withValue(value, 1) })).toEqual([]);
  });

  it('finds what is no code where it is far away and frequent', () => {
    expect(said(found({ x: withValue(5000, 10) }))).toEqual(['sentinel x']);
    expect(found({ x: withValue(5000, 9) })).toEqual([]);
    expect(found({ x: withValue(77 + 3 * 58, 12) })).toEqual([]);
  });

  it('takes a far number among few others for a code, but for those that people write for "not known"', () => {
    const codes = (far: number, share: number, of: readonly number[]): Column =>
      numbers(luck.map((value, row) => (value < share ? far : of[row % of.length]!)));
    for (const [far, of] of [
      [205, [1, 2, 3, 4, 5, 6, 7, 8]],
      [6, [0, 1]],
      [900, [101, 102, 103, 104]],
    ] as const)
      for (const share of [0.02, 0.17]) expect(found({ branch: codes(far, share, of) })).toEqual([]);
    for (const far of [99, 999, -999, 8888])
      expect(said(found({ branch: codes(far, 0.17, [1, 2, 3, 4]) }))).toEqual(['sentinel branch']);
  });

  it('finds a negative number where all else is 0 or more', () => {
    const incomes = luck.map((value) => Math.round(200_000 * value));
    expect(said(found({ x: withValue(-1, 5) }))).toEqual(['sentinel x']);
    expect(found({ x: withValue(-1, 4) })).toEqual([]);
    expect(said(found({ x: withValue(-999, 12, incomes) }))).toEqual(['sentinel x']);
    expect(found({ x: numbers(luck.map((value) => Math.round(value * 4000) - 2000)) })).toEqual([]);
    expect(found({ x: numbers(luck.map((value) => Math.floor(value * 3) - 1)) })).toEqual([]);
  });

  it('finds two of them, one behind the other', () => {
    const two = numbers(
      ages.map((each, row) => (row < 12 ? -999 : row < 24 ? -9999 : row < 40 ? 9999 : each)),
    );
    expect(
      found({ x: two })
        .map(({ count }) => count)
        .sort(),
    ).toEqual([12, 12, 16]);
  });

  it.each(['1900-01-01', '9999-12-31', '1970-01-01', '2099-12-31T00:00:00Z'])('finds the day %s', (iso) => {
    expect(said(found({ when: times(iso, 3) }, byTime))).toEqual(['sentinel when']);
    expect(found({ when: times(iso, 1) }, byTime)).toEqual([]);
  });

  it('leaves the ends of honest columns alone', () => {
    expect(
      found({
        x: withValue(
          99,
          20,
          luck.map((value) => Math.floor(95 * value)),
        ),
      }),
    ).toEqual([]);
    expect(
      found({
        x: withValue(
          0,
          400,
          luck.map((value) => 5000 + 60_000 * value),
        ),
      }),
    ).toEqual([]);
    expect(found({ x: numbers(luck.map((value) => Math.exp(12 * value))) })).toEqual([]);
  });
});

describe('columns of one value, or of another one', () => {
  it('tells a value that nearly all rows have', () => {
    const all = (others: number): Column => words(upTo(rows).map((row) => (row < others ? 'USD' : 'EUR')));
    expect(found({ currency: all(12) })).toMatchObject([
      { check: 'near-constant', column: 'currency', severity: 'info', count: 12, effect: { value: 0.99 } },
    ]);
    expect(found({ currency: all(13) })).toEqual([]);
    expect(found({ currency: all(0) })).toEqual([]);
    const zeros = numbers(upTo(rows).map((row) => (row < 12 ? row + 1 : 0)));
    expect(said(found({ zeros }))).toEqual(['near-constant zeros']);
  });

  it('tells a number that follows another one, in any unit, with its missing cells', () => {
    const luck = luckOf('unit');
    const follows = (noise: number): Column =>
      numbers(spends.map((value, row) => 32 - 1.8 * value + noise * luck[row]!));
    const spent = numbers(spends);
    expect(found({ spent, follows: follows(0) })).toMatchObject([
      { check: 'collinear', column: 'follows', severity: 'info', effect: { measure: 'correlation' } },
    ]);
    expect(said(found({ spent, follows: follows(2) }))).toEqual(['collinear follows']);
    expect(found({ spent, follows: follows(30) })).toEqual([]);
    const gaps = (times: number): Column =>
      numbers(spends.map((value, row) => (row % 5 === 0 ? NaN : value * times)));
    expect(said(found({ spent: gaps(1), cents: gaps(100) }))).toEqual(['collinear cents']);
  });

  it('tells a category in other words, and not one that has one word more', () => {
    const names: Record<string, string> = { basic: 'B', plus: 'P', pro: 'X' };
    const plan = clean.plan as Extract<Column, { kind: 'category' }>;
    const coded = (also: number): Column =>
      words(Array.from(plan.codes, (code, row) => (row < also ? 'B2' : names[plan.dictionary[code]!]!)));
    expect(said(found({ code: coded(0) }))).toEqual(['collinear code']);
    expect(found({ code: coded(200) })).toEqual([]);
  });
});

describe('a label that is nearly always the same', () => {
  const rare = (count: number): Column =>
    yesNo(upTo(rows).map((row) => row % Math.floor(rows / count) === 0 && row < rows - 1));

  it('is told below one row in a hundred, with the metric that finds the rare class', () => {
    const [finding] = found({}, {}, yesNo(upTo(rows).map((row) => row < 11)));
    expect(finding).toMatchObject({
      check: 'imbalance',
      severity: 'warning',
      count: 11,
      line: 'evaluation: { metric: pr_auc }',
    });
    expect(said(found({}, {}, rare(12)))).toEqual([]);
    const three = words(upTo(rows).map((row) => (row < 5 ? 'a' : row < 10 ? 'b' : 'c')));
    expect(found({}, {}, three)[0]).toMatchObject({
      check: 'imbalance',
      line: 'evaluation: { metric: macro_f1 }',
    });
  });
});
