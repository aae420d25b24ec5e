import { describe, expect, it } from 'vitest';
import { avalanche } from '../../hash.ts';
import { createRandom } from '../../random.ts';
import { numbers, upTo, words } from '../checks/snapshot.fixture.ts';
import type { Binned } from './bins.ts';
import { additive, insideOf, isHeldOut, scoreOf, scoreOfClass, scoreTogether } from './score.ts';
import { targetAt } from './target.ts';

// Scores worked out the long way: every pair of rows, every fold, every step of the fit.

const rows = 240;
const random = createRandom('by hand');
const all = Int32Array.from(upTo(rows));
const drawn = (groups: number): Binned => ({
  bins: Uint16Array.from(upTo(rows).map(() => random.integer(groups))),
  count: groups,
});
const [few, many] = [drawn(3), drawn(9)];
const noise = upTo(rows).map(() => random.next());
const value = (row: number): number => few.bins[row]! + many.bins[row]! / 3 + noise[row]!;
const classOf = (row: number): string => (value(row) < 1.6 ? 'a' : value(row) < 3 ? 'b' : 'c');
const classes = targetAt(words(upTo(rows).map(classOf)), all, 'classes');
const number = targetAt(numbers(upTo(rows).map(value)), all, 'number');
if (classes.kind !== 'classes' || number.kind !== 'number') throw new Error('classes and a number');

const fold = (row: number): number => (avalanche(row) >>> 0) % 5;
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** Share of the pairs of a row inside and one outside in which the one inside has the greater score. */
function area(inside: readonly number[], outside: readonly number[]): number {
  const won = inside.map((one) => sum(outside.map((other) => (one > other ? 1 : one === other ? 0.5 : 0))));
  return sum(won) / (inside.length * outside.length);
}

function areaByHand({ bins }: Binned, one: number): number {
  const isInside = (row: number): boolean => classes.kind === 'classes' && classes.classes[row] === one;
  const prior = upTo(rows).filter(isInside).length / rows;
  const areas = upTo(5).map((held) => {
    const score = (row: number): number => {
      const alike = upTo(rows).filter((other) => fold(other) !== held && bins[other] === bins[row]);
      return (alike.filter(isInside).length + prior) / (alike.length + 1);
    };
    // As the code has it: what counts against a group is one row more.
    const tested = upTo(rows).filter((row) => fold(row) === held);
    return area(tested.filter(isInside).map(score), tested.filter((row) => !isInside(row)).map(score));
  });
  return sum(areas) / areas.length;
}

function explainedByHand({ bins }: Binned, ranks: Float64Array): number {
  const left = upTo(rows).map((row) => {
    const alike = upTo(rows).filter((other) => fold(other) !== fold(row) && bins[other] === bins[row]);
    const told = (sum(alike.map((other) => ranks[other]!)) + 0.5) / (alike.length + 1);
    return (ranks[row]! - told) ** 2;
  });
  return 1 - sum(left) / sum([...ranks].map((rank) => (rank - 0.5) ** 2));
}

/** The fit: each of sixty steps takes three tenths of the group means of the column that has most left to tell. */
function fitByHand(
  columns: readonly Binned[],
  target: Float64Array,
  fits: (row: number) => boolean,
): number[] {
  const mean = sum([...target]) / rows;
  const fitted = upTo(rows).map(() => mean);
  for (let step = 0; step < 60; step += 1) {
    const tried = columns.map(({ bins, count }) => {
      const of = (group: number): number[] => upTo(rows).filter((row) => fits(row) && bins[row] === group);
      const groups = upTo(count).map((group) => ({
        left: sum(of(group).map((row) => target[row]! - fitted[row]!)),
        size: of(group).length + 5,
      }));
      return { bins, groups, gain: sum(groups.map(({ left, size }) => left ** 2 / size)) };
    });
    const best = tried.reduce((most, each) => (each.gain > most.gain ? each : most));
    const shifts = best.groups.map(({ left, size }) => (0.3 * left) / size);
    upTo(rows).forEach((row) => (fitted[row]! += shifts[best.bins[row]!]!));
  }
  return fitted;
}

describe('scores worked out the long way', () => {
  it('of a class are the mean of the areas of five folds, each told by the others', () => {
    for (const binned of [few, many])
      for (const one of [0, 1, 2])
        expect(scoreOfClass(binned, classes, one)).toBeCloseTo(areaByHand(binned, one), 10);
    expect(scoreOf(many, classes)).toBe(
      Math.min(...[0, 1, 2].map((one) => scoreOfClass(many, classes, one))),
    );
  });

  it('of a number are R² of its ranks', () => {
    for (const binned of [few, many])
      expect(scoreOf(binned, number)).toBeCloseTo(explainedByHand(binned, number.ranks), 10);
  });

  it('of several columns are those of a sum of curves, fitted on the rows that are not held out', () => {
    const columns = [few, many];
    const byHand = fitByHand(columns, number.ranks, (row) => !isHeldOut(row));
    additive(columns, number.ranks).forEach((fitted, row) => expect(fitted).toBeCloseTo(byHand[row]!, 10));
    const other = fitByHand(columns, number.ranks, isHeldOut);
    additive(columns, number.ranks, isHeldOut).forEach((fitted, row) =>
      expect(fitted).toBeCloseTo(other[row]!, 10),
    );
    const held = upTo(rows).filter(isHeldOut);
    const left = sum(held.map((row) => (number.ranks[row]! - byHand[row]!) ** 2));
    const whole = sum(held.map((row) => (number.ranks[row]! - 0.5) ** 2));
    expect(scoreTogether(columns, number)).toBeCloseTo(1 - left / whole, 10);
  });

  it('of classes are the worst of the areas on the rows that are held out', () => {
    const columns = [few, many];
    const held = upTo(rows).filter(isHeldOut);
    const areas = [0, 1, 2].map((one) => {
      const inside = insideOf(classes, one);
      const fitted = fitByHand(columns, inside, (row) => !isHeldOut(row));
      const of = (is: number): number[] =>
        held.filter((row) => inside[row] === is).map((row) => fitted[row]!);
      return area(of(1), of(0));
    });
    expect(scoreTogether(columns, classes)).toBeCloseTo(Math.min(...areas), 6);
  });
});
