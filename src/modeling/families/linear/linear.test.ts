import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SparseRows } from '../../../features/sparseRows.ts';
import { createRandom } from '../../../random.ts';
import { finish } from '../../../work.ts';
import type { FitJob, LabelledRows, ModelFiles, Task } from '../../model.ts';
import { writeNetwork } from '../../networks/artifact.ts';
import { prepareTarget } from '../../objective.ts';
import { uncalibrated } from '../../protocol/calibration.ts';
import { rowsOfDense, scoresFor } from '../../rows.fixture.ts';
import { familyDefaults } from '../parameters.fixture.ts';
import { factorise, solveFactorised } from './cholesky.ts';
import {
  boundedCell,
  compressRows,
  fromKept,
  multiply,
  multiplyTransposed,
  towardsKept,
} from './compressedRows.ts';
import { curvatureAt } from './curvature.ts';
import { descend, startAt } from './descend.ts';
import { linear } from './linear.ts';
import { marginLoss } from './marginLoss.ts';
import { linearScorer } from './model.ts';
import { beliefs } from './path.ts';

const binary: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const three: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] };
const regression: Task = { kind: 'regression' };

const logLoss =
  (task: Task) =>
  (scores: Float64Array, target: Float64Array): number =>
    task.kind === 'regression'
      ? target.reduce((sum, label, row) => sum + (label - scores[row]!) ** 2, 0) / target.length
      : target.reduce((sum, code, row) => sum - Math.log(scores[row * task.classes.length + code]!), 0) /
        target.length;

function jobOf(
  task: Task,
  training: LabelledRows,
  stopping: LabelledRows | null,
  rounds: number | null,
): FitJob {
  return {
    task,
    training,
    stopping,
    rounds,
    options: {
      class_weights: 'none',
      calibration: 'none',
      metric: 'any',
      backend: 'auto',
      target: 'none',
      ...familyDefaults,
    },
    seed: 1,
    score: logLoss(task),
    hooks: {},
  };
}

const labelled = (cells: readonly number[], target: readonly number[]): LabelledRows => ({
  rows: rowsOfDense(Float32Array.from(cells), target.length, cells.length / target.length),
  target: Float64Array.from(target),
});

describe('what scikit-learn 1.9 finds', () => {
  const rows = Array.from({ length: 60 }, (_, i) => i);
  const cells = rows.map((i) => [Math.sin(i * 1.7), Math.cos(i * 0.9) * 2, i % 3 === 0 ? 1 : 0] as const);
  const truth = cells.map(([a, b, c]) => 1.2 * a - 0.7 * b + 0.5 * c);
  const yes = truth.map((z, i) => (z + Math.sin(i * 5.3) > 0.2 ? 1 : 0));
  const classes = cells.map(([a, b], i) => {
    const own = a > 0.5 ? 0 : b > 0.3 ? 1 : 2;
    return i % 11 === 0 ? (own + 1) % 3 : own;
  });
  const numbers = truth.map((z, i) => 10 + 3 * z + Math.sin(i * 2.1));

  /** Weights by unit, and intercepts of columns that are not centred, at a penalty of 3 / 2 · Σ weight² on the summed loss. */
  function solve(task: Task, target: readonly number[], weighting: 'none' | 'balanced' = 'none'): number[][] {
    const { rows: features } = labelled(cells.flat(), target);
    const { compressed, moments } = finish(compressRows(features.sparse));
    const prepared = prepareTarget(task, Float64Array.from(target), weighting);
    const values = task.kind === 'regression' ? Float64Array.from(target) : prepared.values;
    const loss = marginLoss(task, values, prepared.classWeights);
    const problem = { rows: compressed, loss, ...moments, scales: new Float64Array(3).fill(1) };
    const at = startAt(problem, prepared.prior);
    const curvature = finish(curvatureAt(problem, at.margins));
    finish(descend(problem, curvature, new Float64Array(3).fill(3 / 60), at, { gain: 1e-14, steps: 100 }));
    const { units } = loss;
    return Array.from({ length: units }, (_, unit) => {
      const weights = [0, 1, 2].map((place) => at.values[place * units + unit]!);
      const offset = weights.reduce((sum, weight, place) => sum + weight * moments.means[place]!, 0);
      return [...weights, at.values[3 * units + unit]! - offset];
    });
  }

  const close = (got: number[][], expected: readonly (readonly number[])[]): void => {
    for (const [unit, row] of expected.entries())
      for (const [place, value] of row.entries()) expect(got[unit]![place]).toBeCloseTo(value, 5);
  };

  it('LogisticRegression(C=1/3, tol=1e-12)', () => {
    close(solve(binary, yes), [[1.0849093459, -0.9830045893, 0.2187947895, -0.2634417988]]);
  });

  it("LogisticRegression(C=1/3, tol=1e-12, class_weight='balanced')", () => {
    close(solve(binary, yes, 'balanced'), [[1.0910807898, -0.9785091504, 0.2160654912, -0.1465583486]]);
  });

  it('LogisticRegression(C=1/3, tol=1e-12) of three classes, whose intercepts sum to 0', () => {
    const got = solve(three, classes);
    const middle = got.reduce((sum, row) => sum + row[3]!, 0) / 3;
    close(
      got.map((row) => [...row.slice(0, 3), row[3]! - middle]),
      [
        [1.3057011836, -0.1639435185, -0.1655855347, 0.337914617],
        [-0.6530639441, 0.8214469004, 0.1943996221, -0.7484459422],
        [-0.6526372394, -0.6575033819, -0.0288140874, 0.4105313252],
      ],
    );
  });

  it('Ridge(alpha=3)', () => {
    close(solve(regression, numbers), [[3.2205288976, -2.0251126141, 1.3883055087, 10.0332598119]]);
  });
});

/** Rows of a few numbers within ±1, runs of the same one, zeros, and now and then one far beyond. */
const anyRows = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), rows: fc.integer({ min: 1, max: 30 }) })
  .chain(({ width, rows }) =>
    fc
      .array(fc.constantFrom(0, 0, 0, 1, 1, 1, 0.25, -0.5, 7), {
        minLength: width * rows,
        maxLength: width * rows,
      })
      .map((cells) => ({ width, rows, cells })),
  );

describe('compressed rows', () => {
  it('multiply as the cells do, whatever is kept as a difference', () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 1, max: 3 }), ({ width, rows, cells }, units) => {
        const { sparse } = rowsOfDense(Float32Array.from(cells), rows, width);
        const { compressed } = finish(compressRows(sparse));
        const weights = Float64Array.from({ length: width * units }, (_, at) => Math.sin(at + 1));
        const kept = weights.slice();
        towardsKept(compressed.stepped, kept, units);
        const sums = new Float64Array(rows * units);
        finish(multiply(compressed, kept, units, sums));
        const byRow = sums.map((_, at) => Math.cos(at));
        const back = new Float64Array(width * units);
        finish(multiplyTransposed(compressed, byRow, units, back));
        fromKept(compressed.stepped, back, units);
        for (let row = 0; row < rows; row += 1)
          for (let unit = 0; unit < units; unit += 1) {
            let sum = 0;
            for (let place = 0; place < width; place += 1)
              sum += cells[row * width + place]! * weights[place * units + unit]!;
            expect(sums[row * units + unit]).toBeCloseTo(sum, 10);
          }
        for (let place = 0; place < width; place += 1)
          for (let unit = 0; unit < units; unit += 1) {
            let sum = 0;
            for (let row = 0; row < rows; row += 1)
              sum += cells[row * width + place]! * byRow[row * units + unit]!;
            expect(back[place * units + unit]).toBeCloseTo(sum, 10);
          }
      }),
    );
  });

  it('keep three cells of sixty bins', () => {
    const bins = (passed: number): number[] =>
      Array.from({ length: 60 }, (_, bin) => (bin < passed ? 1 : bin === passed ? 0.5 : 0));
    const { sparse } = rowsOfDense(Float32Array.from([bins(10), bins(30), bins(50)].flat()), 3, 60);
    const { compressed, moments } = finish(compressRows(sparse));
    expect(compressed.chunks.map(({ values }) => values.length)).toEqual([6]);
    expect(moments.means[0]).toBe(1);
    expect(moments.means[30]).toBeCloseTo((1 + 0.5) / 3, 12);
    expect(moments.deviations[0]).toBe(0);
  });

  it('bounds cells on both sides', () => {
    const asked = [1e30, 1.1e30, -1e30, -1.1e30, Infinity, -Infinity, NaN, 0.5];
    expect(asked.map(boundedCell)).toEqual([1e30, 1e30, -1e30, -1e30, 1e30, -1e30, 0, 0.5]);
  });
});

describe('the factor of a curvature', () => {
  it('solves what it was made of', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 1000 }), (size, seed) => {
        const random = createRandom(seed);
        const half = Float64Array.from({ length: size * size }, () => random.normal());
        const cell = (row: number, column: number): number => {
          let sum = row === column ? 1 : 0;
          for (let k = 0; k < size; k += 1) sum += half[row * size + k]! * half[column * size + k]!;
          return sum;
        };
        const matrix = Float64Array.from({ length: size * size }, (_, at) =>
          cell(Math.floor(at / size), at % size),
        );
        const factor = matrix.slice();
        factorise(factor, size);
        const x = Float64Array.from({ length: size }, () => random.normal());
        const b = x.map((_, row) => x.reduce((sum, each, k) => sum + each * matrix[row * size + k]!, 0));
        solveFactorised(factor, size, b);
        for (let at = 0; at < size; at += 1) expect(b[at]).toBeCloseTo(x[at]!, 8);
      }),
    );
  });

  it('takes a direction that is flat for one that is nearly flat', () => {
    const matrix = Float64Array.of(1, 1, 1, 1);
    factorise(matrix, 2);
    expect(matrix.every(Number.isFinite)).toBe(true);
    const b = Float64Array.of(1, 1);
    solveFactorised(matrix, 2, b);
    expect(b[0]! + b[1]!).toBeCloseTo(1, 6);
  });
});

/** Words of a text as a sparse row: some of `width`, of which the first hundred tell the label. */
function words(rows: number, width: number, seed: string): { rows: SparseRows; target: Float64Array } {
  const random = createRandom(seed);
  const target = new Float64Array(rows);
  const own = Array.from({ length: rows }, (_, row) => {
    target[row] = row % 2;
    const places = new Set(
      Array.from({ length: 12 }, () => Math.floor(random.next() ** 2 * width)).concat(
        2 * Math.floor(random.next() * 50) + (random.next() < 0.8 ? row % 2 : 1 - (row % 2)),
      ),
    );
    return [...places].sort((left, right) => left - right);
  });
  return {
    target,
    rows: {
      rows,
      width,
      names: [],
      range: (from, to) => {
        const some = own.slice(from, to);
        const starts = new Int32Array(to - from + 1);
        for (const [at, places] of some.entries()) starts[at + 1] = starts[at]! + places.length;
        return {
          rows: to - from,
          starts,
          indices: Int32Array.from(some.flat()),
          values: Float32Array.from(some.flatMap((places) => places.map(() => 1 / Math.sqrt(places.length)))),
        };
      },
    },
  };
}

describe('the family', () => {
  const straight = (rows: number, seed: string): LabelledRows => {
    const random = createRandom(seed);
    const cells = Array.from({ length: rows * 4 }, () => random.normal());
    const target = Array.from({ length: rows }, (_, row) =>
      cells[4 * row]! - 2 * cells[4 * row + 1]! + random.normal() > 0 ? 1 : 0,
    );
    return labelled(cells, target);
  };

  it('fits the place of the path that it is told, as the path itself ends there', async () => {
    const [training, stopping] = [straight(500, 'training'), straight(300, 'stopping')];
    const walked = await linear.fit(jobOf(binary, training, stopping, null));
    expect(walked.history.length).toBeLessThanOrEqual(beliefs.length);
    const again = await linear.fit(jobOf(binary, training, null, walked.rounds));
    expect([again.rounds, again.history]).toEqual([walked.rounds, []]);
    const [here, there] = [walked, again].map((fitted) => finish(fitted.margins(stopping.rows)));
    for (const [row, margin] of here!.entries()) expect(there![row]).toBeCloseTo(margin, 2);
  });

  it('ends where it would have, wherever it begins to look', async () => {
    const job = jobOf(binary, straight(300, 'training'), straight(200, 'stopping'), null);
    const whole = await linear.fit(job);
    for (const near of [1, whole.rounds, whole.rounds + 1, beliefs.length]) {
      const own = await linear.fit({ ...job, near });
      expect(own.rounds).toBe(whole.rounds);
      const [here, there] = [whole, own].map((fitted) => finish(fitted.margins(job.training.rows)));
      for (const [row, margin] of here!.entries()) expect(there![row]).toBeCloseTo(margin, 2);
    }
  });

  it('shrinks what says nothing, and finds what says something in many columns', async () => {
    const random = createRandom('noise');
    const noise = (rows: number): LabelledRows =>
      labelled(
        Array.from({ length: rows * 30 }, () => random.normal()),
        Array.from({ length: rows }, () => (random.next() < 0.3 ? 1 : 0)),
      );
    const shrunk = await linear.fit(jobOf(binary, noise(200), noise(100), null));
    expect(beliefs[shrunk.rounds - 1]).toBeGreaterThanOrEqual(30);
  });

  it('takes texts of fifty thousand words without making them dense', async () => {
    const [training, stopping, test] = ['a', 'b', 'c'].map((seed) => words(1500, 50_000, seed));
    const rowsOf = ({ rows: sparse, target }: ReturnType<typeof words>): LabelledRows => ({
      target,
      rows: {
        rows: sparse.rows,
        columns: [],
        sparse,
        get prepared(): never {
          throw new Error('linear takes sparse rows');
        },
        get blocks(): never {
          throw new Error('linear takes sparse rows');
        },
      },
    });
    const fitted = await linear.fit(jobOf(binary, rowsOf(training!), rowsOf(stopping!), null));
    const margins = finish(fitted.margins(rowsOf(test!).rows));
    const right = margins.filter((margin, row) => margin > 0 === (test!.target[row] === 1)).length;
    expect(right / 1500).toBeGreaterThan(0.65);
  });

  it('chooses on some of very many rows, and is fitted on all', async () => {
    const random = createRandom('many');
    const [rows, width] = [200_000, 2];
    const values = Float32Array.from({ length: rows * width }, () => random.next() - 0.5);
    const sparse: SparseRows = {
      rows,
      width,
      names: [],
      range: (from, to) => ({
        rows: to - from,
        starts: Int32Array.from({ length: to - from + 1 }, (_, at) => at * width),
        indices: Int32Array.from({ length: (to - from) * width }, (_, at) => at % width),
        values: values.slice(from * width, to * width),
      }),
    };
    const target = Float64Array.from({ length: rows }, (_, row) =>
      values[2 * row]! - 2 * values[2 * row + 1]! > random.next() - 0.5 ? 1 : 0,
    );
    const many = { rows: { ...straight(1, 'none').rows, rows, sparse }, target };
    const some = { ...many, rows: { ...many.rows, rows: 1000, sparse: { ...sparse, rows: 1000 } } };
    const stopping = { ...some, target: target.slice(0, 1000) };
    const all = await linear.fit(jobOf(binary, many, stopping, null));
    const told = await linear.fit(jobOf(binary, many, null, all.rounds));
    const [here, there] = [all, told].map((fitted) => finish(fitted.margins(stopping.rows)));
    for (const [row, margin] of here!.entries()) expect(there![row]).toBeCloseTo(margin, 3);
  });

  it('answers rows that come in parts by the same bits as rows without their zeros', () => {
    const cell = fc.oneof(
      fc.constantFrom(0, -0, 0, 1, Infinity, -Infinity, 1e35, NaN),
      fc.float({ noNaN: true }),
    );
    const weight = fc.oneof(
      fc.constantFrom(0, -0, Infinity, NaN),
      fc.double({ noNaN: true, min: -9, max: 9 }),
    );
    const shapes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 7 }));
    const cases = shapes.chain(([rows, width]) =>
      fc.record({
        rows: fc.constant(rows),
        width: fc.constant(width),
        cut: fc.nat({ max: width }),
        cells: fc.array(cell, { minLength: rows * width, maxLength: rows * width }),
        weights: fc.array(weight, { minLength: width, maxLength: width }),
        intercept: fc.constantFrom(0, -0, 0.1, -3),
      }),
    );
    fc.assert(
      fc.property(cases, ({ rows, width, cut, cells, weights, intercept }) => {
        const dense = Float32Array.from(cells);
        const whole = rowsOfDense(dense, rows, width);
        const parts: SparseRows['parts'] = (from, to, take) => {
          for (const [first, end] of [
            [0, cut],
            [cut, width],
          ] as const) {
            const own = Float32Array.from({ length: (to - from) * (end - first) }, (_, at) => {
              const row = from + Math.floor(at / (end - first));
              return dense[row * width + first + (at % (end - first))]!;
            });
            take({ kind: 'dense', row: 0, rows: to - from, first, width: end - first, cells: own });
          }
        };
        const model = {
          ...{ width, units: 1, weights: Float64Array.from(weights) },
          ...{ intercepts: Float64Array.of(intercept), means: new Float64Array(width) },
        };
        const scorer = linearScorer(regression, model);
        const inParts = { ...whole, sparse: { ...whole.sparse, parts } };
        expect(finish(scorer.predict(inParts))).toEqual(finish(scorer.predict(whole)));
      }),
    );
  });

  it('adds the weight of a single 1', () => {
    const dense = Float32Array.of(0.5, 1, 0, 0, 2, 0, 0, 0, -3, 0, 0, 1);
    const whole = rowsOfDense(dense, 3, 4);
    const parts: SparseRows['parts'] = (from, to, take) => {
      const rows = to - from;
      const cells = Float32Array.from({ length: rows }, (_, row) => dense[4 * (from + row)]!);
      take({ kind: 'dense', row: 0, rows, first: 0, width: 1, cells });
      const places = Int32Array.of(0, -1, 2).slice(from, to);
      take({ kind: 'ones', row: 0, rows, first: 1, width: 3, places });
    };
    const model = {
      ...{ width: 4, units: 1, weights: Float64Array.of(0.3, 0.1, 7, -0.7) },
      ...{ intercepts: Float64Array.of(0.2), means: new Float64Array(4) },
    };
    const scorer = linearScorer(regression, model);
    const inParts = { ...whole, sparse: { ...whole.sparse, parts } };
    expect(finish(scorer.predict(inParts))).toEqual(finish(scorer.predict(whole)));
  });

  it('does not mind the unit of a column', async () => {
    const [training, stopping] = [straight(400, 'training'), straight(200, 'stopping')];
    const inOther = ({ rows, target }: LabelledRows): LabelledRows => {
      const cells = new Float32Array(rows.rows * 4);
      rows.blocks.range(0, rows.rows, cells);
      return labelled(
        Array.from(cells, (cell, at) => (at % 4 === 1 ? 2010 + 1024 * cell : cell)),
        [...target],
      );
    };
    const own = await linear.fit(jobOf(binary, training, stopping, null));
    const other = await linear.fit(jobOf(binary, inOther(training), inOther(stopping), null));
    expect(other.rounds).toBe(own.rounds);
    const [here, there] = [finish(own.margins(stopping.rows)), finish(other.margins(inOther(stopping).rows))];
    for (const [row, margin] of here.entries()) expect(Math.abs(there[row]! - margin)).toBeLessThan(0.02);
  });
});

describe('files', () => {
  const written = async (task: Task): Promise<ModelFiles> => {
    const labels = task.kind === 'multiclass' ? [0, 1, 2, 0, 1, 2] : [0, 1, 0, 1, 0, 1];
    const training = labelled([0, 1, 2, 3, 4, 5], labels);
    const fitted = await linear.fit(jobOf(task, training, training, null));
    return fitted.seal(uncalibrated(task.kind === 'multiclass' ? 3 : 1, 'so')).files;
  };
  const load = (files: ModelFiles, task: Task) => linear.load(files, task, 'auto');
  const edited = (files: ModelFiles, change: (head: Record<string, unknown>) => void): ModelFiles => {
    const head = JSON.parse(new TextDecoder().decode(files.get('linear.json')));
    change(head);
    return new Map(files).set('linear.json', new TextEncoder().encode(JSON.stringify(head)));
  };

  it.each([
    ['a version of tomorrow', (head: Record<string, unknown>) => (head['version'] = 2)],
    ['another width', (head: Record<string, unknown>) => (head['width'] = 2)],
    ['another link', (head: Record<string, unknown>) => (head['link'] = 'softmax')],
    ['two intercepts', (head: Record<string, unknown>) => (head['intercepts'] = [0, 0])],
    ['an intercept that is no number', (head: Record<string, unknown>) => (head['intercepts'] = ['0'])],
    ['a key that is not known', (head: Record<string, unknown>) => (head['more'] = 1)],
  ])('%s is refused', async (_, change) => {
    const files = await written(binary);
    await expect(load(files, binary)).resolves.toMatchObject({ input: 'sparse', outputs: 2 });
    await expect(load(edited(files, change), binary)).rejects.toMatchObject({
      code: 'linear-damaged',
      exitCode: 8,
    });
  });

  it.each([NaN, Infinity, 1.1e200])('a weight of %d is refused', async (weight) => {
    const bytes = new Uint8Array(16);
    new DataView(bytes.buffer).setFloat64(0, weight, true);
    const files = new Map(await written(binary)).set('linear.bin', bytes);
    await expect(load(files, binary)).rejects.toMatchObject({ code: 'linear-damaged' });
  });

  it('of the version before, a layers model of one dense layer, are read for ever', async () => {
    const files = writeNetwork([
      {
        inputs: 2,
        outputs: 1,
        weights: Float32Array.of(1, -2),
        bias: Float32Array.of(0.5),
        activation: 'sigmoid',
      },
    ]);
    const scorer = await load(files, binary);
    expect(scorer.input).toBe('blocks');
    const [, yes] = scoresFor(scorer, rowsOfDense(Float32Array.of(1, 0.25), 1, 2));
    expect(yes).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
    scorer.dispose();
  });
});
