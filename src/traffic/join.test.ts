import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Task } from '../data/task.ts';
import { noLabels } from './account.ts';
import type { LabelAccount } from './account.ts';
import { joiningLabels, joinLabels } from './join.ts';
import { pieceRows } from '../work.ts';
import type { Beyond, GivenLabel, Joinable, Joined, LabelDoor } from './join.ts';
import { outcomeReader } from './outcome.ts';

const binary: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const nowhere: Beyond = { from: -Infinity, expiredBefore: null, held: new Set() };
const door = (labels: readonly GivenLabel[], more: Partial<LabelDoor> = {}): LabelDoor => ({
  door: 'feedback',
  source: null,
  labels,
  unusable: [],
  blank: 0,
  ...more,
});
const label = (id: string, value: string | number = 'Yes', at = 100, time?: number): GivenLabel => ({
  id,
  label: value,
  at,
  ...(time === undefined ? {} : { time }),
});
const made = (id: string, rowId: string, at: number): Joinable => ({ id, rowId, at });
const join = (
  predictions: readonly Joinable[],
  labels: readonly GivenLabel[],
  beyond: Beyond = nowhere,
  task: Task = binary,
): Joined => joinLabels(predictions, [door(labels)], outcomeReader(task), beyond);
const values = ({ labels }: Joined): unknown[] => labels.map((each) => each?.value ?? null);
const sum = (of: Omit<LabelAccount, 'doors'> | LabelAccount['doors'][number]): number =>
  of.used + of.superseded + of.unmatched + of.ambiguous + of.outside + of.expired + of.unusable;

/** 2025-01-01, and an hour before and after it. */
const ulid = '01JGFJJZ000000000000000001';
const ulidTime = 1_735_689_600_000;

describe('the join', () => {
  it('is by prediction id, else by row id', () => {
    const joined = join(
      [made('p1', 'r1', 1), made('p2', 'r2', 2), made('r1', 'r3', 3)],
      [label('p2'), label('r1', 'No')],
    );
    // `r1` is a prediction's own id: that comes first.
    expect(values(joined)).toEqual([null, 'Yes', 'No']);
    expect(joined.account).toMatchObject({ given: 2, used: 2 });
  });

  it('takes a name that every object has for an id like any other', () => {
    const joined = join([made('__proto__', 'constructor', 1)], [label('constructor'), label('toString')]);
    expect(values(joined)).toEqual(['Yes']);
    expect(joined.account).toMatchObject({ used: 1, unmatched: 1 });
  });

  it.each([
    [49, null],
    [50, 0],
    [59, 0],
    [60, 1],
    [69, 1],
    [70, 2],
  ])('by row with a time of %i goes to prediction %s: the newest that is not later', (time, place) => {
    const predictions = [made('a', 'r', 50), made('b', 'r', 60), made('c', 'r', 70)];
    const joined = join(predictions, [label('r', 'Yes', 1000, time)]);
    expect(values(joined)).toEqual([0, 1, 2].map((at) => (at === place ? 'Yes' : null)));
    expect(joined.account[place === null ? 'unmatched' : 'used']).toBe(1);
    // Without a time of its own, what counts is when it came: a row that is asked again later is another question.
    expect(values(join(predictions, [label('r', 'Yes', time)]))).toEqual(values(joined));
  });

  it('says ambiguous where a row was asked twice at one moment, and only then', () => {
    const twice = [made('a', 'r', 50), made('b', 'r', 60), made('c', 'r', 60)];
    expect(join(twice, [label('r', 'Yes', 60)])).toMatchObject({
      labels: [null, null, null],
      account: { given: 1, ambiguous: 1, used: 0 },
      undecided: new Set(),
    });
    expect(join(twice.slice(1), [label('r', 'Yes', 60)]).account).toMatchObject({ ambiguous: 1, used: 0 });
    expect(values(join(twice, [label('r', 'Yes', 59)]))).toEqual(['Yes', null, null]);
    expect(values(join(twice, [label('c')]))).toEqual([null, null, 'Yes']);
  });

  it('keeps the newest label: by its own time, else by when it came, of equal ones the later to come', () => {
    const one = [made('p', 'r', 1)];
    for (const [first, second, kept] of [
      [label('p', 'No', 10), label('p', 'Yes', 11), 'Yes'],
      [label('p', 'No', 11), label('p', 'Yes', 10), 'No'],
      [label('p', 'No', 10), label('p', 'Yes', 10), 'Yes'],
      [label('p', 'No', 20, 5), label('p', 'Yes', 10, 6), 'Yes'],
      [label('p', 'No', 20, 6), label('p', 'Yes', 30, 5), 'No'],
      [label('p', 'No', 20, 5), label('p', 'Yes', 10, 5), 'No'],
      [label('p', 'No', 20), label('r', 'Yes', 30), 'Yes'],
    ] as const) {
      const joined = join(one, [first, second]);
      expect(values(joined), JSON.stringify([first, second])).toEqual([kept]);
      expect(joined.account).toMatchObject({ given: 2, used: 1, superseded: 1 });
    }
  });

  it('says which door a superseded label came by', () => {
    const file = door([label('p', 'No', 50)], { door: 'file', source: 'l.csv' });
    const { account } = joinLabels(
      [made('p', 'r', 1)],
      [door([label('p', 'Yes', 20)]), file],
      outcomeReader(binary),
      nowhere,
    );
    expect(account.doors).toMatchObject([
      { door: 'feedback', source: null, given: 1, used: 0, superseded: 1 },
      { door: 'file', source: 'l.csv', given: 1, used: 1, superseded: 0 },
    ]);
  });
});

describe('a label of a prediction that is not looked at', () => {
  it.each<[string, GivenLabel, Partial<Beyond>, keyof LabelAccount]>([
    ['by id, before the window', label(ulid), { from: ulidTime + 1 }, 'outside'],
    ['by id, of the first moment of the window', label(ulid), { from: ulidTime }, 'unmatched'],
    ['by id, which has expired', label(ulid), { from: ulidTime + 9, expiredBefore: ulidTime + 1 }, 'expired'],
    [
      'by id, the first that has not',
      label(ulid),
      { from: ulidTime + 9, expiredBefore: ulidTime },
      'outside',
    ],
    ['by row, before the window by its own time', label('r', 'Yes', 99, 10), { from: 11 }, 'outside'],
    ['by row, in the window by its own time', label('r', 'Yes', 99, 11), { from: 11 }, 'unmatched'],
    [
      'by row, expired by its own time',
      label('r', 'Yes', 99, 10),
      { from: 50, expiredBefore: 11 },
      'expired',
    ],
    [
      'by row, which came in the window',
      label('r', 'Yes', 99),
      { from: 100, expiredBefore: 100 },
      'unmatched',
    ],
    ['by row, found elsewhere in the log', label('r'), { held: new Set(['r']) }, 'outside'],
    ['by an id of the window, found elsewhere', label(ulid), { held: new Set([ulid]) }, 'outside'],
    ['in an empty window', label(ulid), { from: Infinity }, 'outside'],
  ])('%s', (_what, given, beyond, fate) => {
    const { account, undecided } = join([made('p', 'other', ulidTime + 5)], [given], {
      ...nowhere,
      ...beyond,
    });
    expect(account).toMatchObject({ given: 1, [fate]: 1 });
    expect(sum(account)).toBe(1);
    expect([...undecided]).toEqual(fate === 'unmatched' ? [given.id] : []);
  });
});

describe('outcomes', () => {
  it('that fit no class are counted with reason and example, most frequent first', () => {
    const { account, labels } = join(
      [made('a', 'a', 1), made('b', 'b', 1), made('c', 'c', 1)],
      [label('a', 'maybe'), label('b', 'YES'), label('c', 'maybe'), label('c', ' Yes ')],
    );
    expect(account).toMatchObject({ given: 4, used: 1, unusable: 3 });
    expect(account.reasons).toEqual([
      {
        reason: 'no class of the model: expected one of "No", "Yes", got "maybe"',
        count: 2,
        example: { door: 'feedback', id: 'a' },
      },
      {
        reason: 'no class of the model: expected one of "No", "Yes", got "YES"',
        count: 1,
        example: { door: 'feedback', id: 'b' },
      },
    ]);
    expect(labels[2]).toMatchObject({ value: 'Yes', respelled: false });
  });

  it('that are spelled otherwise than their class are used, and counted', () => {
    const task: Task = { kind: 'binary', classes: ['0', '1'], positive: '1' };
    const joined = join(
      ['a', 'b', 'c', 'd'].map((id) => made(id, id, 1)),
      [label('a', 1), label('b', '1.0'), label('c', '0'), label('d', 'true')],
      nowhere,
      task,
    );
    expect(values(joined)).toEqual(['1', '1', '0', null]);
    expect(joined.account).toMatchObject({ used: 3, respelled: 1, unusable: 1 });
  });

  it('are numbers where a number is predicted', () => {
    const joined = join(
      ['a', 'b', 'c'].map((id) => made(id, id, 1)),
      [label('a', 2.5), label('b', ' 1e3 '), label('c', 'much')],
      nowhere,
      { kind: 'regression' },
    );
    expect(values(joined)).toEqual([2.5, 1000, null]);
    expect(joined.account.reasons).toMatchObject([{ reason: 'expected a number, got "much"' }]);
  });

  it('of more kinds than anybody reads are summed up', () => {
    const many = (kinds: number): LabelAccount =>
      join(
        [],
        Array.from({ length: kinds }, (_, at) => label('x', `w${at}`)),
      ).account;
    expect(many(10).reasons).toHaveLength(10);
    expect(many(11).reasons.at(-1)).toMatchObject({ count: 1, reason: expect.stringMatching(/got "w10"$/) });
    const { reasons } = many(14);
    expect(reasons).toHaveLength(11);
    expect(reasons.at(-1)).toMatchObject({
      count: 4,
      reason: expect.stringMatching(/^4 other reasons, such as/),
    });
    expect(reasons.reduce((all, { count }) => all + count, 0)).toBe(14);
  });
});

describe('the account', () => {
  it('of no label is that of nothing', () => {
    expect(joinLabels([], [], outcomeReader(binary), nowhere).account).toEqual(noLabels);
    expect(join([], []).account).toEqual(noLabels);
  });

  it('shows how ids look where nothing matched: of a row, or of a prediction', () => {
    const predictions = [made('p1', 'r1', 1), made('p2', 'r2', 2)];
    const example = (id: string): unknown => join(predictions, [label(id)]).account.doors[0]?.example;
    expect(example('9000.0')).toEqual({ given: '9000.0', logged: 'r2' });
    expect(example(ulid)).toEqual({ given: ulid, logged: 'p2' });
    expect(example('p1')).toBeNull();
    expect(join([], [label('x')]).account.doors[0]?.example).toBeNull();
  });

  it('says of every label what became of it, once', () => {
    const ids = fc.constantFrom('p0', 'p1', 'p2', 'r0', 'r1', 'r2', 'lost', 'elsewhere', ulid);
    const times = fc.integer({ min: 0, max: 8 });
    const anyLabel = fc
      .record({
        id: ids,
        label: fc.constantFrom<(string | number)[]>('Yes', 'No', 'maybe', 1),
        at: times,
        time: fc.option(times, { nil: undefined }),
      })
      .map(({ time, ...rest }): GivenLabel => (time === undefined ? rest : { ...rest, time }));
    const anyDoor = fc
      .record({
        door: fc.constantFrom('feedback' as const, 'file' as const),
        labels: fc.array(anyLabel, { maxLength: 12 }),
        unusable: fc.array(fc.constant({ reason: 'no id', id: '' }), { maxLength: 2 }),
        blank: fc.nat({ max: 2 }),
      })
      .map((given): LabelDoor => ({ source: null, ...given }));
    const anyPrediction = fc.record({ row: fc.nat({ max: 2 }), at: times });
    fc.assert(
      fc.property(
        fc.array(anyPrediction, { maxLength: 5 }),
        fc.array(anyDoor, { maxLength: 3 }),
        fc.integer({ min: -1, max: 6 }),
        fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }),
        (asked, doors, from, expiredBefore) => {
          const predictions = asked
            .map(({ row, at }, n) => made(`p${n}`, `r${row}`, at))
            .sort((a, b) => a.at - b.at);
          const beyond = { from, expiredBefore, held: new Set(['elsewhere']) };
          const { account, labels } = joinLabels(predictions, doors, outcomeReader(binary), beyond);
          expect(account.given).toBe(
            doors.reduce((all, each) => all + each.labels.length + each.unusable.length, 0),
          );
          expect(sum(account)).toBe(account.given);
          for (const each of account.doors) expect(sum(each)).toBe(each.given);
          for (const fate of ['given', 'used', 'superseded', 'unmatched', 'unusable'] as const)
            expect(account.doors.reduce((all, each) => all + each[fate], 0)).toBe(account[fate]);
          expect(account.used).toBe(labels.filter((each) => each !== null).length);
          expect(account.blank).toBe(doors.reduce((all, each) => all + each.blank, 0));
          expect(account.reasons.reduce((all, { count }) => all + count, 0)).toBe(account.unusable);
          labels.forEach((each, place) => {
            if (each === null) return;
            const { id, rowId, at } = predictions[place]!;
            expect(each.given.id === id || each.given.id === rowId).toBe(true);
            if (each.given.id !== id) expect(at).toBeLessThanOrEqual(each.given.time ?? each.given.at);
          });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('stops after every piece of the labels', () => {
    const given = Array.from({ length: pieceRows + 1 }, (_, n) => label(`r${n}`));
    const work = joiningLabels([made('p', 'r0', 0)], [door(given)], outcomeReader(binary), nowhere);
    const pieces: number[] = [];
    let step = work.next();
    for (; step.done !== true; step = work.next()) pieces.push(step.value);
    expect(pieces).toEqual([1, pieceRows, 1]);
    expect(step.value.account).toMatchObject({ given: pieceRows + 1, used: 1, unmatched: pieceRows });
  });

  it('is the same in whatever order predictions of other rows stand', () => {
    const predictions = [made('a', 'r', 5), made('b', 'r', 3), made('c', 'q', 4)];
    const labels = [label('r', 'Yes', 4), label('r', 'No', 9)];
    const byId = ({ labels: joined }: Joined, order: readonly Joinable[]): unknown =>
      Object.fromEntries(order.map(({ id }, place) => [id, joined[place]?.value ?? null]));
    const turned = predictions.toReversed();
    expect(byId(join(turned, labels), turned)).toEqual(byId(join(predictions, labels), predictions));
    expect(byId(join(predictions, labels), predictions)).toEqual({ a: 'No', b: 'Yes', c: null });
  });
});
