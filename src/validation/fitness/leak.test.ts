import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { createRandom } from '../../random.ts';
import { finish } from '../../work.ts';
import { numbers, snapshot, upTo, words } from '../checks/snapshot.fixture.ts';
import { lookingAt } from './fitness.ts';
import type { Feature } from './fitness.ts';
import { bestOthers, leak } from './leak.ts';
import { pureClass } from './leakWhenFilled.ts';

const rows = 2000;
const random = createRandom('leak');
const luck = upTo(rows).map(() => random.next());
const answer = words(upTo(rows).map((row) => (row % 2 === 0 ? 'yes' : 'no')));

function names(
  columns: Readonly<Record<string, Column>>,
  { label = answer, told = [] }: { label?: Column; told?: readonly string[] } = {},
): string[] {
  const given = snapshot({ ...columns, y: label }, { label: 'y' });
  const split = { strategy: 'hash', group: null };
  const looked = finish(lookingAt({ ...given, drop: [], time: null, split }));
  return leak(looked, new Set(told)).flatMap((found) => found.columns);
}

/** A copy of the classes that is wrong in one of so many rows of each: the area under its curve is the rest. */
const wrongIn = (every: number, from = 1): Column =>
  words(
    upTo(rows).map((row) => ((row % 2 === 0) === (Math.floor(row / 2) % every === from % every) ? 'n' : 'y')),
  );
/** A number of which R² with the luck is the share squared. */
const close = (share: number): Column => {
  const own = createRandom(`close ${share}`);
  return numbers(luck.map((value) => share * value + Math.sqrt(1 - share ** 2) * own.next()));
};

describe('a column that tells the label', () => {
  it('says which columns of free text the others were judged without', () => {
    const texts: Column = { kind: 'text', values: upTo(rows).map((row) => `no. ${row}`) };
    const told = (columns: Readonly<Record<string, Column>>): string => {
      const given = snapshot({ ...columns, y: answer }, { label: 'y' });
      const split = { strategy: 'hash', group: null };
      const looked = finish(lookingAt({ ...given, drop: [], time: null, split }));
      return leak(looked, new Set())[0]!.finding.message;
    };
    expect(told({ a: wrongIn(170), body: texts })).toMatch(/ together 0\.\d{3}, words of body not read\)/);
    expect(told({ a: wrongIn(170) })).not.toContain('not read');
  });

  it('does so from .99 on whatever the others do, and their like is no other', () => {
    expect(names({ a: wrongIn(125), b: wrongIn(170, 60) })).toEqual(['b', 'a']);
    expect(names({ a: wrongIn(80), b: wrongIn(85, 40) })).toEqual([]);
  });

  it('does so from .9 on where the others leave three times as much untold', () => {
    expect([names({ a: wrongIn(11) }), names({ a: wrongIn(9) })]).toEqual([['a'], []]);
    const beside = (every: number): string[] => names({ a: wrongIn(20), b: wrongIn(every, 3) });
    expect([beside(5), beside(9)]).toEqual([['a'], []]);
  });

  it('is compared with what was not told already', () => {
    const columns = { a: wrongIn(20), b: wrongIn(22, 3) };
    expect(names(columns)).toEqual([]);
    expect(names(columns, { told: ['b'] })).toEqual(['a']);
    expect(names(columns, { told: ['a', 'b'] })).toEqual([]);
  });

  it('of numbers does so from an R² of .98 on, or .9 where it is far ahead', () => {
    const label = numbers(luck);
    expect(names({ a: close(0.9985), b: close(0.998) }, { label })).toEqual(['a', 'b']);
    expect(names({ a: close(0.985), b: close(0.984) }, { label })).toEqual([]);
    expect([names({ a: close(0.97) }, { label }), names({ a: close(0.93) }, { label })]).toEqual([['a'], []]);
  });

  it('has the forty that tell most alone for others, but for some', () => {
    const features = upTo(50).map((at) => ({ name: `c${at}`, score: at === 7 ? NaN : at / 50 }) as Feature);
    const best = bestOthers(features, new Set(['c49', 'c20'])).map(({ name }) => name);
    expect(best).toEqual(
      upTo(50)
        .reverse()
        .filter((at) => ![49, 20, 7].includes(at))
        .slice(0, 40)
        .map((at) => `c${at}`),
    );
  });
});

describe('marked rows of one class', () => {
  /** So many rows in all, so many of the first class, the others of the second; of them so many marked. */
  function pure(
    all: number,
    first: number,
    [marked, wrong]: readonly [marked: number, wrong: number],
    named: readonly string[] = ['a', 'b'],
  ): unknown {
    const classes = Uint16Array.from(upTo(all), (row) => (row < first ? 0 : 1));
    const target = { kind: 'classes', names: named, counts: [first, all - first], classes } as const;
    return pureClass(
      Int32Array.from(upTo(all), (row) => 10 + row),
      target,
      (at) => at - 10 < marked - wrong || at - 10 >= all - wrong,
    );
  }

  it('are twenty or more', () => {
    expect(pure(1000, 200, [20, 0])).toEqual({ at: 0, share: 1, marked: 20 });
    expect(pure(1000, 200, [19, 0])).toBeUndefined();
  });

  it('are of it in 98 of a hundred', () => {
    expect(pure(1000, 200, [100, 2])).toEqual({ at: 0, share: 0.98, marked: 100 });
    expect(pure(1000, 200, [100, 3])).toBeUndefined();
  });

  it('are so by no chance', () => {
    // ln 2 · 30 is more than ln 10⁹, and ln 2 · 29 is less.
    expect(pure(1000, 500, [30, 0])).toMatchObject({ marked: 30 });
    expect(pure(1000, 500, [29, 0])).toBeUndefined();
  });

  it('are of a class that at most nine tenths of the rows have anyway, and that has a name', () => {
    expect(pure(1000, 900, [500, 0])).toMatchObject({ at: 0 });
    expect(pure(1000, 901, [500, 0])).toBeUndefined();
    expect(pure(1000, 300, [100, 0], [])).toBeUndefined();
  });
});
