import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { numbers, upTo, words } from '../checks/snapshot.fixture.ts';
import { binColumn } from './bins.ts';
import { judgedClasses, scoreOf, scoreTogether } from './score.ts';
import { targetAt } from './target.ts';
import type { Target } from './target.ts';

const rows = 2000;
const all = Int32Array.from(upTo(rows));
const random = createRandom('scores');
const luck = upTo(rows).map(() => random.next());
const other = upTo(rows).map(() => random.next());
const ofClasses = (of: (row: number) => string): Target =>
  targetAt(words(upTo(rows).map(of)), all, 'classes');
const ofNumber = (of: (row: number) => number): Target =>
  targetAt(numbers(upTo(rows).map(of)), all, 'number');
const number = (of: (row: number) => number) => binColumn(numbers(upTo(rows).map(of)), all);
const nothing = number((row) => other[row]!);

describe('classes that are judged', () => {
  const of = (...counts: number[]) =>
    judgedClasses({ kind: 'classes', names: counts.map(String), counts, classes: new Uint16Array(0) });

  it('have ten rows or more; of two, one stands for both', () => {
    expect(of(50, 10)).toEqual([1]);
    expect(of(50, 9)).toEqual([]);
    expect(of(50, 20, 10)).toEqual([0, 1, 2]);
    expect(of(50, 20, 9)).toEqual([0, 1]);
    expect(of(50, 9, 9)).toEqual([]);
    expect(of(50)).toEqual([]);
    expect(of()).toEqual([]);
  });
});

describe('how well a column tells classes', () => {
  it('is 1 where it tells them, .5 where it tells nothing, and between them as the area under its curve', () => {
    const half = ofClasses((row) => (luck[row]! < 0.5 ? 'a' : 'b'));
    expect(
      scoreOf(
        number((row) => luck[row]!),
        half,
      ),
    ).toBeGreaterThan(0.999);
    expect(
      scoreOf(
        number((row) => -luck[row]!),
        half,
      ),
    ).toBeGreaterThan(0.999);
    expect(Math.abs(scoreOf(nothing, half) - 0.5)).toBeLessThan(0.05);
    // A copy of which a fifth is turned round: area .8, whichever way.
    const copy = binColumn(
      words(upTo(rows).map((row) => (luck[row]! < 0.5 === other[row]! >= 0.2 ? 'x' : 'y'))),
      all,
    );
    expect(scoreOf(copy, half)).toBeCloseTo(0.8, 1);
    // One value: no row is above another.
    expect(
      scoreOf(
        number(() => 1),
        half,
      ),
    ).toBe(0.5);
  });

  it('does not call known by heart what was not looked at: a word a row tells nothing', () => {
    const half = ofClasses((row) => (luck[row]! < 0.5 ? 'a' : 'b'));
    const ids = binColumn(words(upTo(rows).map((row) => `id${row % 250}`)), all);
    expect(Math.abs(scoreOf(ids, half) - 0.5)).toBeLessThan(0.06);
  });

  it('of several is that of the class that is told worst', () => {
    const three = ofClasses((row) => (luck[row]! < 0.3 ? 'a' : other[row]! < 0.5 ? 'b' : 'c'));
    const one = number((row) => (luck[row]! < 0.3 ? 1 : 0));
    expect(scoreOf(one, three)).toBeLessThan(0.75);
    const each = number((row) => (luck[row]! < 0.3 ? 0 : other[row]! < 0.5 ? 1 : 2));
    expect(scoreOf(each, three)).toBeGreaterThan(0.999);
  });

  it('is none where there is one class, or no rows of another', () => {
    expect(
      scoreOf(
        nothing,
        ofClasses(() => 'a'),
      ),
    ).toBeNaN();
    expect(
      scoreOf(
        nothing,
        ofClasses((row) => (row < 9 ? 'b' : 'a')),
      ),
    ).toBeNaN();
    expect(
      scoreOf(
        nothing,
        ofClasses((row) => (row < 10 ? 'b' : 'a')),
      ),
    ).not.toBeNaN();
    expect(
      scoreTogether(
        [nothing],
        ofClasses(() => 'a'),
      ),
    ).toBeNaN();
  });
});

describe('how well a column tells a number', () => {
  it('is R² of its ranks: 1 where it tells it, 0 or less where it tells nothing', () => {
    const target = ofNumber((row) => luck[row]!);
    expect(
      scoreOf(
        number((row) => luck[row]! ** 3),
        target,
      ),
    ).toBeGreaterThan(0.995);
    expect(Math.abs(scoreOf(nothing, target))).toBeLessThan(0.06);
    // Two halves, told apart: what is left within them is a quarter.
    expect(
      scoreOf(
        number((row) => (luck[row]! < 0.5 ? 0 : 1)),
        target,
      ),
    ).toBeCloseTo(0.75, 2);
    expect(
      scoreOf(
        number((row) => (luck[row]! < 0.75 ? 0 : 1)),
        target,
      ),
    ).toBeCloseTo(1 - 0.75 ** 3 - 0.25 ** 3, 1);
    expect(
      scoreOf(
        nothing,
        ofNumber(() => 3),
      ),
    ).toBe(0);
  });
});

describe('how well columns tell together', () => {
  const a = number((row) => luck[row]!);
  const b = number((row) => other[row]!);

  it('is more than either alone where both tell a part', () => {
    const sum = ofNumber((row) => luck[row]! + other[row]!);
    const together = scoreTogether([a, b], sum);
    expect(together).toBeGreaterThan(0.95);
    expect(Math.max(scoreOf(a, sum), scoreOf(b, sum))).toBeLessThan(0.6);
    expect(scoreTogether([a], sum)).toBeCloseTo(scoreOf(a, sum), 1);
    const classes = ofClasses((row) => (luck[row]! + other[row]! < 1 ? 'low' : 'high'));
    expect(scoreTogether([a, b], classes)).toBeGreaterThan(0.97);
    expect(scoreOf(a, classes)).toBeLessThan(0.9);
  });

  it('is judged on rows that it was not fitted on', () => {
    const noise = upTo(8).map((seed) => {
      const own = createRandom(`noise ${seed}`);
      return binColumn(words(upTo(rows).map(() => `w${own.integer(200)}`)), all);
    });
    const half = ofClasses((row) => (luck[row]! < 0.5 ? 'a' : 'b'));
    expect(Math.abs(scoreTogether(noise, half) - 0.5)).toBeLessThan(0.06);
    expect(
      scoreTogether(
        noise,
        ofNumber((row) => luck[row]!),
      ),
    ).toBeLessThan(0.05);
    expect(
      scoreTogether(
        [nothing],
        ofNumber(() => 3),
      ),
    ).toBe(0);
  });

  it('of several classes is that of the one that is told worst', () => {
    const three = ofClasses((row) => (luck[row]! < 0.4 ? 'a' : other[row]! < 0.5 ? 'b' : 'c'));
    expect(scoreTogether([a], three)).toBeLessThan(0.85);
    expect(scoreTogether([a, b], three)).toBeGreaterThan(0.9);
  });
});
