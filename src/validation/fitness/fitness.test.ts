import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { createRandom } from '../../random.ts';
import { finish } from '../../work.ts';
import { declared, numbers, snapshot, texts, upTo, words } from '../checks/snapshot.fixture.ts';
import { associate } from './associate.ts';
import { chance, farAhead, othersTogether } from './leak.ts';
import type { FitnessInput, Looked } from './fitness.ts';
import {
  dropLine,
  featureNames,
  groupLine,
  labelledExamples,
  lookingAt,
  measureOf,
  measureText,
  partSaid,
  scoreText,
  timeLines,
} from './fitness.ts';

const input = (
  columns: Readonly<Record<string, Column>>,
  change: Partial<FitnessInput> = {},
): FitnessInput => ({
  ...snapshot(columns, { label: 'y', ...change }),
  drop: [],
  time: null,
  split: { strategy: 'hash', group: null },
  ...change,
});
const look = (columns: Readonly<Record<string, Column>>, change: Partial<FitnessInput> = {}): Looked =>
  finish(lookingAt(input(columns, change)));
const yes = (rows: number, missing = 0): Column =>
  words(upTo(rows).map((row) => (row < missing ? null : row % 2 === 0 ? 'yes' : 'no')));

describe('what is looked at', () => {
  it('are the columns that a model may see, in the order of the schema', () => {
    const columns = {
      b: numbers([1]),
      id: texts(['x']),
      a: numbers([1]),
      out: numbers([1]),
      y: words(['k']),
    };
    const of = (change: Partial<FitnessInput>): string[] => featureNames(input(columns, change));
    expect(of({})).toEqual(['b', 'id', 'a', 'out']);
    expect(of({ rowIdColumns: ['id'], drop: ['out'] })).toEqual(['b', 'a']);
    expect(of({ label: 'a' })).toEqual(['b', 'id', 'out', 'y']);
    const schema = { missing: [''], columns: ['gone', 'a'].map((name) => declared(name, 'number')) };
    expect(of({ schema })).toEqual(['a']);
  });

  it('are rows with a label: all of them, or 20,000 evenly over the table', () => {
    const of = (rows: number, missing: number): unknown => {
      const { rows: looked, labelled, target } = look({ x: numbers(upTo(rows)), y: yes(rows, missing) });
      return [looked.length, looked[0], labelled, target?.kind];
    };
    expect(of(60, 10)).toEqual([50, 10, 50, 'classes']);
    expect(of(60, 11)).toEqual([49, 11, 49, undefined]);
    expect(of(20_000, 0)).toEqual([20_000, 0, 20_000, 'classes']);
    expect(of(20_001, 0)).toEqual([20_000, 0, 20_001, 'classes']);
    expect(of(30_000, 10_000)).toEqual([20_000, 10_000, 20_000, 'classes']);
    const none = look({ x: numbers(upTo(40_000)) }, { label: 'nowhere' });
    expect([none.rows.length, none.rows[1], none.labelled, none.target]).toEqual([20_000, 2, 0, undefined]);
    expect(look({ x: numbers([1, 2, 3]) }, { label: 'nowhere' }).rows).toEqual(Int32Array.of(0, 1, 2));
    expect(none.features[0]?.score).toBeNaN();
  });

  it('is a quantity where the label is of numbers, and classes where they are to name such', () => {
    const columns = { x: numbers(upTo(60)), y: numbers(upTo(60).map((row) => row % 3)) };
    expect(look(columns).target?.kind).toBe('number');
    expect(look(columns, { labelIs: 'classes' }).target?.kind).toBe('classes');
    expect(look({ ...columns, y: yes(60) }).target?.kind).toBe('classes');
  });

  it('is said to be a part where not all rows were looked at', () => {
    const rows = new Int32Array(3);
    expect(partSaid({ rows, labelled: 3 } as Looked)).toBe('');
    expect(partSaid({ rows, labelled: 4 } as Looked)).toBe(' (3 of 4 rows looked at)');
  });
});

describe('the lines of a remedy', () => {
  const given = input({ x: numbers([1]) }, { drop: ['old', 'x'] });

  it('leave columns out once each, quoted where YAML needs it', () => {
    expect(dropLine(given, 'new')).toBe('features: { drop: [old, x, new] }');
    expect(dropLine(given, 'x', 'a b', '1st', 'ä', '_ok9')).toBe(
      'features: { drop: [old, x, "a b", "1st", "ä", _ok9] }',
    );
    expect(groupLine('a b')).toBe('split: { strategy: group, group: "a b" }');
    expect(groupLine('who')).toBe('split: { strategy: group, group: who }');
    expect([timeLines('at'), timeLines('the time')]).toEqual(['time: at', 'time: "the time"']);
  });

  it('stand beside a score that is never more than it is', () => {
    expect([0.5, 0.9994, 0.99951, 0.9999, 1, -0.01].map(scoreText)).toEqual([
      '0.500',
      '0.999',
      'over 0.999',
      'over 0.999',
      '1.000',
      '-0.010',
    ]);
    const [classes, number] = [look({ y: yes(60) }).target!, look({ y: numbers(upTo(60)) }).target!];
    expect([measureOf(classes), measureOf(number), chance(classes), chance(number)]).toEqual([
      'auc',
      'r2',
      0.5,
      0,
    ]);
    expect([measureText(classes), measureText(number)]).toEqual(['area under the ROC curve', 'R² of ranks']);
  });
});

describe('examples of a finding', () => {
  it('are four at most, two of each label', () => {
    const looked = look({
      x: numbers(upTo(60)),
      y: words(upTo(60).map((row) => (row < 50 ? 'a' : row < 58 ? 'b' : 'c'))),
    });
    const of = (rows: Iterable<number>): string[] =>
      labelledExamples(looked, rows, (row) => `x ${row}`).map(({ rowId, value }) => `${rowId}: ${value}`);
    expect(of(looked.rows)).toEqual([
      'id-0: x 0, y a',
      'id-1: x 1, y a',
      'id-50: x 50, y b',
      'id-51: x 51, y b',
    ]);
    expect(of([59, 7])).toEqual(['id-59: x 59, y c', 'id-7: x 7, y a']);
    expect(of([])).toEqual([]);
    const without = look({ x: numbers(upTo(3)) }, { label: undefined as never });
    expect(labelledExamples(without, [0, 1, 2], String).map(({ value }) => value)).toEqual(['0', '1']);
  });
});

describe('a column beside the others', () => {
  it('is far ahead where it leaves a third of what they leave untold', () => {
    expect(farAhead(0.875, 0.625)).toBe(true);
    expect(farAhead(0.875, 0.626)).toBe(false);
    expect([farAhead(1, 1), farAhead(0.5, 0.5), farAhead(0.5, -0.5)]).toEqual([true, false, true]);
  });

  it('has chance beside it where there is none', () => {
    const looked = look({ x: numbers(upTo(60).map((row) => row % 2)), y: yes(60) });
    expect(othersTogether(looked.features, looked.target!, new Set(['x']))).toBe(0.5);
    expect(othersTogether(looked.features, looked.target!, new Set())).toBeGreaterThan(0.99);
  });
});

describe('what goes with what', () => {
  const random = createRandom('associate');
  const rows = 3000;
  const base = upTo(rows).map(() => random.next());
  const noise = upTo(rows).map(() => random.next());
  const mixed = (share: number): Column =>
    numbers(base.map((value, row) => share * value + (1 - share) * noise[row]!));

  it('are columns by how well they tell the label, and numbers that go together, the closest first', () => {
    const found = associate(
      look({
        nothing: numbers(upTo(rows).map(() => random.next())),
        half: mixed(0.5),
        same: numbers(base.map((value) => -value)),
        word: words(base.map((value) => (value < 0.5 ? 'low' : 'high'))),
        y: numbers(base),
      }),
    )!;
    expect(found).toMatchObject({ rows, measure: 'r2' });
    expect(found.columns.map(({ name }) => name)).toEqual(['same', 'word', 'half', 'nothing']);
    expect(found.columns[0]!.score).toBeGreaterThan(0.99);
    expect(found.pairs).toHaveLength(1);
    expect(found.pairs[0]).toMatchObject({ left: 'half', right: 'same' });
    // Of equal parts: r = 1/√2, turned round.
    expect(found.pairs[0]!.correlation).toBeCloseTo(-Math.SQRT1_2, 1);
  });

  it('leaves out what hardly goes together: below .3', () => {
    const of = (share: number): number =>
      associate(look({ base: numbers(base), other: mixed(share), y: yes(rows) }))!.pairs.length;
    // r = s / √(s² + (1 − s)²)
    expect([of(0.27), of(0.2)]).toEqual([1, 0]);
  });

  it('is as many as anybody reads, and nothing without a label', () => {
    const many = Object.fromEntries(upTo(35).map((at) => [`c${at}`, mixed(0.6 + at / 100)]));
    const found = associate(look({ ...many, y: yes(rows) }))!;
    expect([found.columns.length, found.pairs.length]).toEqual([30, 30]);
    expect(found.measure).toBe('auc');
    const strength = found.pairs.map(({ correlation }) => Math.abs(correlation));
    expect(strength).toEqual([...strength].sort((a, b) => b - a));
    const scores = found.columns.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(associate(look({ x: numbers(upTo(60)) }, { label: 'nowhere' }))).toBeUndefined();
  });
});
