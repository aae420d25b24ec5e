import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FittedColumn } from '../../../features/spec.ts';
import type { PreparedColumn } from '../../../features/prepared.ts';
import { createRandom } from '../../../random.ts';
import { finish } from '../../../work.ts';
import type { FamilyOptions, LabelledRows, Score, Task, TrainedModel } from '../../model.ts';
import { readTrees } from '../../trees/read.ts';
import { binRows } from './binning.ts';
import { binBounds, treeNumber } from './bounds.ts';
import { fitHoldout } from '../../protocol/holdout.ts';
import { gbdt } from './gbdt.ts';
import { honestShift } from '../../protocol/honestShift.ts';
import { lossOf } from './loss.ts';
import { giveTreeMemoryBack, takeTreeMemory } from './kernel/memory.ts';
import type { Doubles } from './kernel/memory.ts';
import { gbdtDefaults } from './parameters.fixture.ts';
import { familyDefaults } from '../parameters.fixture.ts';
import { roundsWithin } from './parameters.ts';
import { gbdtParametersShape } from './parameters.ts';
import type { GbdtParameters } from './parameters.ts';

const regression: Task = { kind: 'regression' };
const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const three: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };

const optionsWith = (change: Partial<GbdtParameters>): FamilyOptions => ({
  class_weights: 'none',
  calibration: 'none',
  target: 'none',
  metric: 'any',
  backend: 'auto',
  ...familyDefaults,
  gbdt: { ...gbdtDefaults, rows: 1, columns: 1, ...change },
});

function rowsOf(columns: readonly PreparedColumn[], target: ArrayLike<number>): LabelledRows {
  const rows = target.length;
  const about = columns.map(({ kind }, at): FittedColumn => ({
    name: `c${at}`,
    column: `c${at}`,
    kind,
    steps: [],
  }));
  const prepared = { rows, columns };
  return {
    target: Float64Array.from(target),
    rows: {
      rows,
      columns: about,
      prepared,
      get blocks(): never {
        throw new Error('trees take prepared columns');
      },
      get sparse(): never {
        throw new Error('trees take prepared columns');
      },
    },
  };
}
const numbers = (values: ArrayLike<number>): PreparedColumn => ({
  kind: 'number',
  values: Float64Array.from(values),
});
const codes = (values: readonly number[], size: number): PreparedColumn => ({
  kind: 'codes',
  codes: Int32Array.from(values),
  size,
});
const squaredError: Score = (scores, target) =>
  target.reduce((sum, label, row) => sum + (label - scores[row]!) ** 2, 0) / target.length;

async function fitted(
  task: Task,
  data: LabelledRows,
  change: Partial<GbdtParameters>,
  score: Score = squaredError,
): Promise<{ model: TrainedModel; scores: Float64Array }> {
  const job = { task, training: data, options: optionsWith(change), seed: 1, score, hooks: {} };
  const { model } = await fitHoldout(gbdt, job, data);
  const scorer = await gbdt.load(model.files, task, 'auto');
  return { model, scores: finish(scorer.predict(data.rows)) };
}
const textOf = (model: TrainedModel): string => new TextDecoder().decode(model.files.get('trees.txt'));

describe('the parameters', () => {
  it('have the defaults that tests and benches take', () => {
    const defaults = Object.entries(gbdtParametersShape.properties).map(([name, { default: value }]) => [
      name,
      value as unknown,
    ]);
    expect(Object.fromEntries(defaults)).toEqual(gbdtDefaults);
  });
});

describe('answers that fitting leaves', () => {
  it.each([binary, three, regression])(
    'are those of a scorer of the files, bit for bit: $kind',
    async (task) => {
      const random = createRandom(`known/${task.kind}`);
      const part = (rows: number): LabelledRows => {
        const values = Float64Array.from({ length: rows }, () =>
          random.next() < 0.1 ? NaN : random.next() < 0.01 ? Infinity : random.normal(),
        );
        const words = Array.from({ length: rows }, () => Math.floor(random.next() ** 3 * 40) - 2);
        const target = Array.from(values, (value, row) => {
          const sum = (Number.isFinite(value) ? value : 0.5) + (words[row]! % 3) + random.normal();
          return task.kind === 'regression'
            ? sum
            : Math.max(0, Math.min(task.classes.length - 1, Math.floor(sum)));
        });
        return rowsOf([numbers(values), codes(words, 38)], target);
      };
      const [training, validation] = [part(1500), part(600)];
      const options = {
        ...optionsWith({ rows: 0.7, columns: 0.6, patience: 10, trees: 60 }),
        calibration: 'auto',
      } as const;
      const score: Score = (scores, target) =>
        task.kind === 'regression'
          ? squaredError(scores, target)
          : -target.reduce((sum, code, row) => sum + Math.log(scores[row * task.classes.length + code]!), 0);
      const job = { task, training, options, seed: 1, score, hooks: {} };
      const { model, known } = await fitHoldout(gbdt, job, validation);
      const scorer = await gbdt.load(model.files, task, 'auto');
      expect(model.bestEpoch).toBeGreaterThan(5);
      expect(known?.training).toEqual(finish(scorer.predict(training.rows)));
      expect(known?.validation).toEqual(finish(scorer.predict(validation.rows)));
    },
  );
});

describe('bins of a number', () => {
  it('are one for each of a few values, divided half way', () => {
    const values = [1, 2, 4].flatMap((value) => [value, value, value]);
    expect([...binBounds(values, 255)]).toEqual([1.5, 3]);
  });

  it('give a value that fills a bin one of its own', () => {
    const values = [...new Array<number>(900).fill(0), ...Array.from({ length: 300 }, (_, i) => i + 1)];
    const bounds = binBounds(values, 16);
    expect(bounds.length).toBeLessThan(16);
    expect(bounds[0]).toBe(0.5);
  });

  const bins = (bounds: Float64Array, values: readonly number[]): number[] => {
    const memory = takeTreeMemory();
    const features = [{ name: 'x', column: 0, kind: 'number' as const }];
    const prepared = { rows: values.length, columns: [numbers(values)] };
    const own = { kind: 'number' as const, bins: bounds.length + 2, bounds, base: 0 };
    const feature = { ...own, low: 0, high: 0, codes: new Int32Array(0) };
    const layout = { features: [feature], blocks: [], bins: own.bins };
    const binned = finish(binRows(memory, layout, features, prepared));
    const [column] = binned.columns;
    giveTreeMemoryBack(memory);
    return [...column!];
  };

  it('send what is missing to the last bin', () => {
    expect(bins(Float64Array.of(1.5, 3), [NaN, 1.5, 2, 3, 4])).toEqual([3, 0, 1, 1, 2]);
    expect(bins(new Float64Array(0), [NaN, 7])).toEqual([1, 0]);
  });

  it('send every value to a bin whose bounds it lies between, infinite and tiny ones too', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true }),
      fc.constantFrom(0, -0, 1e-300, 5e-324, -1e-36, Infinity),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 2, max: 12 }),
        (all, most) => {
          const bounds = binBounds(all, most);
          expect(bounds.length).toBeLessThan(most);
          expect([...bounds]).toEqual([...bounds].sort((left, right) => left - right));
          expect(bounds.every((bound) => Number.isFinite(bound))).toBe(true);
          const binned = bins(bounds, all);
          for (const [at, each] of all.entries()) {
            const seen = treeNumber(each);
            const bin = binned[at]!;
            if (bin < bounds.length) expect(seen).toBeLessThanOrEqual(bounds[bin]!);
            if (bin > 0) expect(seen).toBeGreaterThan(bounds[bin - 1]!);
          }
        },
      ),
    );
  });
});

describe('a loss', () => {
  const memory = takeTreeMemory();
  const kept = (values: ArrayLike<number>): Doubles => {
    const copy = memory.doubles(values.length);
    copy.set(values);
    return copy;
  };
  const cases = [
    ['log loss', binary, {}, [1, 0]],
    ['softmax', three, {}, [2, 0]],
    ['squared', regression, {}, [1.5, -2]],
    ['poisson', regression, { objective: 'poisson' }, [3, 0]],
    ['tweedie', regression, { objective: 'tweedie', tweedie_power: 1.3 }, [3, 0]],
    ['quantile', regression, { objective: 'quantile', quantile: 0.8 }, [3, 0]],
  ] as const;
  it.each(cases)('%s has the gradient of its value', (_name, task, change, target) => {
    const loss = lossOf(task, { ...gbdtDefaults, ...change });
    const into = Array.from({ length: loss.outputs }, () => memory.doubles(2 * target.length));
    const sums = Float64Array.from({ length: target.length * loss.outputs }, (_, at) => 0.3 * at - 0.4);
    const rows = (values: Float64Array) => ({
      memory,
      sums: kept(values),
      target: kept(target),
      weights: null,
    });
    loss.derive(rows(sums), 0, target.length, into);
    const derived = into.map((each) => each.slice());
    for (let row = 0; row < target.length; row += 1)
      for (let k = 0; k < loss.outputs; k += 1) {
        const moved = (by: number): number => {
          const copy = sums.slice();
          copy[row * loss.outputs + k]! += by;
          return loss.derive(rows(copy), 0, target.length, into);
        };
        const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        expect(derived[k]![2 * row]).toBeCloseTo(slope, 6);
        expect(derived[k]![2 * row + 1]).toBeGreaterThan(0);
      }
  });

  it('starts where its mean gradient is 0', () => {
    const target = Float64Array.of(0, 1, 5, 2, 0, 4);
    for (const objective of ['squared', 'poisson', 'tweedie'] as const) {
      const loss = lossOf(regression, { ...gbdtDefaults, objective });
      const [start] = loss.start(target, null);
      const into = [memory.doubles(12)];
      const sums = memory.doubles(6).fill(start!);
      loss.derive({ memory, sums, target: kept(target), weights: null }, 0, 6, into);
      const gradient = into[0]!.filter((_, at) => at % 2 === 0).reduce((sum, each) => sum + each, 0);
      expect(gradient).toBeCloseTo(0, 10);
    }
  });
});

describe('a tree', () => {
  const one = { trees: 1, learning_rate: 1, lambda: 0, min_data_in_leaf: 1, leaves: 2 } as const;

  it('is the best split: means of its two sides', async () => {
    const data = rowsOf(
      [numbers([1, 2, 3, 4, 5, 6].flatMap((x) => [x, x, x]))],
      [...[1, 1, 1, 2, 2, 2, 1.5, 1.5, 1.5], ...[9, 9, 9, 8, 8, 8, 10, 10, 10]],
    );
    const { model, scores } = await fitted(regression, data, one);
    const [tree] = readTrees(textOf(model)).trees;
    expect([...tree!.threshold]).toEqual([3.5]);
    expect([...new Set(scores)]).toEqual([1.5, 9]);
  });

  it('learns on which side what is missing belongs', async () => {
    const x = [1, 1, 1, 2, 2, 2, NaN, NaN, NaN];
    for (const like of [0, 10]) {
      const y = [0, 0, 0, 10, 10, 10, like, like, like];
      const { scores } = await fitted(regression, rowsOf([numbers(x)], y), one);
      scores.forEach((score, row) => {
        expect(score).toBeCloseTo(y[row]!, 12);
      });
    }
  });

  it('may part what is missing from all that is not', async () => {
    const x = [1, 2, 3, 1, 2, 3, NaN, NaN, NaN];
    const y = [0, 0, 0, 0, 0, 0, 9, 9, 9];
    const data = rowsOf([numbers(x)], y);
    const { scores } = await fitted(regression, data, one);
    expect([...scores]).toEqual(y);
  });

  it('sends what is missing with most rows where training had none', async () => {
    const { model } = await fitted(
      regression,
      rowsOf([numbers([1, 1, 1, 2, 2, 2, 2])], [0, 0, 0, 5, 5, 5, 5]),
      one,
    );
    const scorer = await gbdt.load(model.files, regression, 'auto');
    const asked = rowsOf([numbers([NaN, Infinity, -Infinity])], [0, 0, 0]);
    expect([...finish(scorer.predict(asked.rows))]).toEqual([5, 5, 0]);
  });

  it('splits many categories in two by what they tell; rare, missing and unseen ones go with the rest', async () => {
    const random = createRandom('categories');
    const of = Array.from({ length: 4000 }, () => random.integer(20));
    const y = of.map((code) => (code % 3 === 0 ? 5 : -5) + random.normal());
    const data = rowsOf([codes(of, 22)], y);
    const { model, scores } = await fitted(regression, data, { ...one, cat_l2: 0 });
    expect(of.every((code, row) => Math.abs(scores[row]! - (code % 3 === 0 ? 5 : -5)) < 0.5)).toBe(true);
    const scorer = await gbdt.load(model.files, regression, 'auto');
    const odd = rowsOf([codes([-1, -2, 20, 21], 22)], [0, 0, 0, 0]);
    const answers = finish(scorer.predict(odd.rows));
    expect(new Set(answers).size).toBe(1);
  });

  it('splits few categories one against the rest', async () => {
    const of = [0, 0, 0, 1, 1, 1, 2, 2, 2].flatMap((code) => [code, code, code]);
    const y = of.map((code) => (code === 1 ? 7 : 1));
    const { scores } = await fitted(regression, rowsOf([codes(of, 3)], y), one);
    expect([...scores]).toEqual(y);
  });

  it('takes counts of sparse columns', async () => {
    const rows = 60;
    const starts = Int32Array.from({ length: rows + 1 }, (_, row) => Math.ceil(row / 2));
    const filled = starts.at(-1)!;
    const sparse: PreparedColumn = {
      kind: 'sparse',
      size: 5,
      starts,
      indices: new Int32Array(filled).fill(3),
      values: new Float32Array(filled).fill(1),
    };
    const y = Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 4 : 0));
    const { model, scores } = await fitted(regression, rowsOf([sparse], y), one);
    expect([...scores]).toEqual(y);
    expect(JSON.parse(new TextDecoder().decode(model.files.get('gbdt.json'))).features).toEqual([
      { name: 'c0:3', column: 0, kind: 'number', cell: 3 },
    ]);
  });
});

describe('boosted trees', () => {
  const random = createRandom('boosted');
  const x = Array.from({ length: 600 }, () => random.normal());
  const z = Array.from({ length: 600 }, () => random.normal());
  const small = { trees: 60, learning_rate: 0.2, min_data_in_leaf: 5, leaves: 8 } as const;

  it('keep to monotone columns, whatever the data say', async () => {
    const y = x.map((each, row) => Math.sin(3 * each) + z[row]!);
    const { model } = await fitted(regression, rowsOf([numbers(x), numbers(z)], y), {
      ...small,
      monotone: { c0: 1, c1: -1 },
    });
    const scorer = await gbdt.load(model.files, regression, 'auto');
    const grid = Array.from({ length: 200 }, (_, at) => at / 40 - 2.5);
    for (const other of [-1, 0, 1]) {
      const still = grid.map(() => other);
      const up = finish(scorer.predict(rowsOf([numbers(grid), numbers(still)], grid).rows));
      const down = finish(scorer.predict(rowsOf([numbers(still), numbers(grid)], grid).rows));
      for (let at = 1; at < grid.length; at += 1) {
        expect(up[at]).toBeGreaterThanOrEqual(up[at - 1]!);
        expect(down[at]).toBeLessThanOrEqual(down[at - 1]!);
      }
    }
  });

  it('answer the median, a quantile, or a mean count', async () => {
    const data = (y: readonly number[]): LabelledRows => rowsOf([numbers(x)], y);
    const skewed = z.map((each) => Math.exp(each));
    const share = async (objective: 'absolute' | 'quantile', quantile: number): Promise<number> => {
      const { scores } = await fitted(regression, data(skewed), { ...small, trees: 20, objective, quantile });
      return skewed.filter((label, row) => label <= scores[row]!).length / 600;
    };
    expect(await share('absolute', 0.9)).toBeCloseTo(0.5, 1);
    expect(await share('quantile', 0.9)).toBeCloseTo(0.9, 1);
    const counts = x.map((each) => Math.round(Math.exp(1 + each / 2)));
    for (const objective of ['poisson', 'tweedie'] as const) {
      const { scores } = await fitted(regression, data(counts), { ...small, objective });
      const mean = (values: ArrayLike<number>): number =>
        Array.from(values).reduce((sum, each) => sum + each, 0) / 600;
      expect(mean(scores)).toBeCloseTo(mean(counts), 0);
      expect(squaredError(scores, Float64Array.from(counts))).toBeLessThan(1);
    }
  });

  it('are the same bytes with one, two and three threads', async () => {
    const random = createRandom('threads');
    const rows = 30_000;
    const columns = Array.from({ length: 17 }, (_, at) =>
      at < 12
        ? numbers(Float64Array.from({ length: rows }, () => random.normal()))
        : codes(
            Array.from({ length: rows }, () => random.integer(at === 12 ? 400 : 9)),
            at === 12 ? 400 : 9,
          ),
    );
    const training = rowsOf(
      columns,
      Float64Array.from({ length: rows }, () => random.integer(2)),
    );
    const texts: (string | undefined)[] = [];
    for (const threads of [1, 2, 3]) {
      const options = optionsWith({ trees: 6, rows: 0.9, columns: 0.7 });
      const fit = await gbdt.fit({
        task: binary,
        training,
        stopping: null,
        rounds: 6,
        options,
        seed: 1,
        score: squaredError,
        hooks: { threads },
      });
      const { files } = fit.seal({
        calibration: { method: 'none', slope: 1, intercept: 0 },
        shift: new Float64Array(1),
      });
      texts.push(new TextDecoder().decode(files.get('trees.txt')));
    }
    expect(texts[0]).toContain('Tree=5');
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).toBe(texts[0]);
  });

  it('are the same bytes twice, over several groups of bins', async () => {
    // 40 columns of up to 255 bins make several groups.
    const wide = Array.from({ length: 40 }, () => numbers(x.map((each) => each + random.normal())));
    const { model, scores } = await fitted(regression, rowsOf(wide, x), { ...small, trees: 5 });
    const again = await fitted(regression, rowsOf(wide, x), { ...small, trees: 5 });
    expect(textOf(again.model)).toBe(textOf(model));
    expect(squaredError(scores, Float64Array.from(x))).toBeLessThan(0.3);
  });

  it('are a single leaf where nothing can be split', async () => {
    const { model, scores } = await fitted(regression, rowsOf([numbers([1, 1, 1, 1])], [1, 2, 3, 6]), small);
    expect([...scores]).toEqual([3, 3, 3, 3]);
    expect(model.bestEpoch).toBe(1);
  });

  it.each([
    ['labels below 0', regression, { objective: 'poisson' }, [1, -1], 'label-not-a-count'],
    ['labels that are all 0', regression, { objective: 'tweedie' }, [0, 0], 'label-not-a-count'],
    [
      'an objective of numbers for classes',
      binary,
      { objective: 'squared' },
      [0, 1],
      'objective-not-for-classes',
    ],
    ['monotone columns for three classes', three, { monotone: { c0: 1 } }, [0, 1, 2], 'monotone-classes'],
    ['a monotone column that is not there', regression, { monotone: { age: 1 } }, [0, 1], 'monotone-column'],
  ] as const)('refuse %s', async (_what, task, change, target, code) => {
    await expect(fitted(task, rowsOf([numbers(target)], target), change)).rejects.toMatchObject({ code });
  });

  it('refuse rows whose columns are of another kind', async () => {
    const { model } = await fitted(regression, rowsOf([numbers(x)], z), { ...small, trees: 2 });
    const scorer = await gbdt.load(model.files, regression, 'auto');
    const other = rowsOf([codes([0, 1], 2)], [0, 0]);
    expect(() => finish(scorer.predict(other.rows))).toThrow(/split on c0/);
  });
});

describe('the honest shift', () => {
  it('brings mean probabilities to the shares of the classes, for one output and for three', () => {
    const random = createRandom('shift');
    const target = Float64Array.from({ length: 500 }, (_, row) => (row % 10 === 0 ? 1 : 0));
    const sums = target.map((code) => 2 * code + random.normal());
    const [shift] = honestShift(sums, target, Float64Array.of(-1));
    const mean = sums.reduce((sum, each) => sum + 1 / (1 + Math.exp(-each - shift!)), 0) / 500;
    expect(mean).toBeCloseTo(0.1, 6);
    const classes = Float64Array.from({ length: 500 }, (_, row) =>
      row % 10 === 0 ? 2 : row % 3 === 0 ? 1 : 0,
    );
    const three = honestShift(new Float64Array(1500), classes, Float64Array.of(0.1, 0.2, 0.3));
    const exponents = three.map((each) => Math.exp(each));
    const total = exponents.reduce((sum, each) => sum + each, 0);
    expect(exponents[2]! / total).toBeCloseTo(0.1, 6);
  });

  it('leaves alone what was not weighted', () => {
    expect([...honestShift(Float64Array.of(1, 2), Float64Array.of(0, 1), Float64Array.of(0))]).toEqual([0]);
  });
});

it.each([
  [1000, 200_000_000, 100_000, 1, 1000],
  [1000, 200_000_000, 1_000_000, 1, 200],
  [1000, 200_000_000, 1_000_000, 3, 66],
  [1000, 200_000_000, 10_000_000, 1, 50],
  [20, 1, 10, 1, 20],
])(
  '%d rounds and %d rows to all trees, over %d rows and %d outputs: %d rounds',
  (trees, most, rows, outputs, rounds) => {
    expect(roundsWithin({ trees, max_row_visits: most }, rows, outputs)).toBe(rounds);
  },
);
