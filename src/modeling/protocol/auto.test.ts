import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import type { Family, FamilyOptions, FitJob, LabelledRows, Score, Task } from '../model.ts';
import { optionsFixture } from '../options.fixture.ts';
import { rowsOfDense } from '../rows.fixture.ts';
import { trainAuto } from './auto.ts';
import type { AutoJob } from './auto.ts';
import type { Fold } from './plan.ts';

const task: Task = { kind: 'regression' };
const score: Score = (scores, target) =>
  Math.sqrt(target.reduce((sum, label, row) => sum + (label - scores[row]!) ** 2, 0) / target.length);
const options: FamilyOptions = { ...optionsFixture, metric: 'rmse' };

/** Rows whose first feature is their number. */
function pool(rows: number, seed = 'pool'): LabelledRows {
  const random = createRandom(seed);
  const dense = Float32Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? at / 2 : random.normal()));
  const target = Float64Array.from({ length: rows }, (_, row) => 2 * dense[2 * row + 1]! + random.normal());
  return { rows: rowsOfDense(dense, rows, 2), target };
}

/** Five folds of rows in turn: learnt, stopped and judged are 3 : 1 : 1. */
const foldsOf = (rows: number): readonly Fold[] => {
  const part = (wanted: readonly number[], fold: number): Int32Array =>
    Int32Array.from({ length: rows }, (_, row) => row).filter((row) => wanted.includes((row + fold) % 5));
  return [0, 1, 2, 3, 4].map((fold) => ({
    fit: part([0, 1, 2], fold),
    stop: part([3], fold),
    judge: part([4], fold),
  }));
};

interface Asked {
  readonly training: number;
  readonly stopping: number | null;
  readonly rounds: number | null;
}

/** A family that answers by a function of what it was given. */
function fake(
  name: string,
  complexity: number,
  answer: (job: FitJob) => (cells: Float32Array) => number,
  more: Partial<Family> = {},
  asked: Asked[] = [],
): Family {
  const family: Family = {
    name,
    complexity,
    input: 'blocks',
    backend: () => Promise.resolve({ name: 'javascript', version: 'x' }),
    fit: (job) => {
      asked.push({
        training: job.training.target.length,
        stopping: job.stopping?.target.length ?? null,
        rounds: job.rounds,
      });
      const own = answer(job);
      return Promise.resolve({
        backend: { name: 'javascript', version: 'x' },
        history: [],
        rounds: job.rounds ?? 10,
        *margins(rows) {
          const dense = new Float32Array(2 * rows.rows);
          rows.blocks.range(0, rows.rows, dense);
          yield rows.rows;
          return Float64Array.from({ length: rows.rows }, (_, row) =>
            own(dense.subarray(2 * row, 2 * row + 2)),
          );
        },
        answers: (sums) => sums,
        seal: () => ({ files: new Map([[`${name}.txt`, new TextEncoder().encode(name)]]), parameters: 1 }),
        dispose: () => undefined,
      });
    },
    load: () => Promise.reject(new Error('not loaded here')),
    ...more,
  };
  return family;
}

/** Knows every row that it was shown, by its number, and nothing of others. */
const memory = (name: string, complexity: number): Family =>
  fake(name, complexity, ({ training, stopping }) => {
    const known = new Map<number, number>();
    for (const part of stopping === null ? [training] : [training, stopping]) {
      const dense = new Float32Array(2 * part.target.length);
      part.rows.blocks.range(0, part.target.length, dense);
      for (const [row, label] of part.target.entries()) known.set(dense[2 * row]!, label);
    }
    return ([number = -1]) => known.get(number) ?? 0;
  });
const truth = (name: string, complexity: number, noise: number, asked: Asked[] = []): Family =>
  fake(
    name,
    complexity,
    () => {
      const random = createRandom(`${name} ${noise}`);
      return ([, x = 0]) => 2 * x + noise * random.normal();
    },
    {},
    asked,
  );
const jobOf = (families: readonly Family[], rows = 500): AutoJob => ({
  task,
  pool: pool(rows),
  folds: foldsOf(rows),
  families,
  options,
  seed: 1,
  score,
  hooks: {},
});

describe('auto', () => {
  it('never compares on rows that taught or stopped: who only remembers knows nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 25, max: 200 }), async (rows) => {
        const { tried } = await trainAuto(jobOf([memory('memory', 1), truth('zero', 2, 0)], rows));
        const { target } = pool(rows);
        const guess = Math.sqrt(target.reduce((sum, label) => sum + label ** 2, 0) / rows);
        expect(tried[0]?.validation).toBeCloseTo(guess, 10);
      }),
      { numRuns: 10 },
    );
  });

  it('judges each row once, whatever the order of the folds', async () => {
    const candidates = [truth('linear', 1, 0), memory('memory', 2)];
    const one = await trainAuto(jobOf(candidates));
    const other = await trainAuto({ ...jobOf(candidates), folds: [...foldsOf(500)].reverse() });
    expect([...one.outOfFold!.rows]).toEqual(Array.from({ length: 500 }, (_, row) => row));
    expect(other).toEqual(one);
    expect(one.outOfFold!.folds).toBe(5);
  });

  it('refits what it keeps on all rows, for as many rounds as the folds found best', async () => {
    const asked: Asked[] = [];
    const { model, others } = await trainAuto(jobOf([truth('linear', 1, 3), truth('better', 2, 0.1, asked)]));
    expect(model.family).toBe('better');
    expect(others.map(({ family }) => family)).toEqual(['linear']);
    expect(asked).toHaveLength(6);
    expect(asked[0]).toEqual({ training: 300, stopping: 100, rounds: null });
    expect(asked[5]).toEqual({ training: 500, stopping: null, rounds: 10 });
  });

  it('gives more rounds to what needs more of them for more rows', async () => {
    const asked: Asked[] = [];
    const grows = fake('grows', 1, () => () => 0, { roundsGrow: true }, asked);
    await trainAuto(jobOf([grows]));
    // √(500 / 300) · 10.
    expect(asked.at(-1)?.rounds).toBe(13);
  });

  it('keeps a blend where errors cancel out, and not where one member knows what the other does', async () => {
    const two = await trainAuto(jobOf([truth('linear', 1, 1.2), truth('other', 2, 1.2)], 2000));
    expect(two.model.family).toBe('ensemble');
    expect([...two.model.files.keys()]).toEqual([
      'ensemble.json',
      '1-linear/linear.txt',
      '2-other/other.txt',
    ]);
    expect(two.because).toMatch(
      /^A blend of linear 0\.\d+ and other 0\.\d+ is better than each alone beyond noise: RMSE/,
    );
    const one = await trainAuto(jobOf([truth('linear', 1, 0), truth('other', 2, 0.05)], 2000));
    expect(one.model.family).toBe('linear');
  });

  it('leaves a costly family out that loses the cheap first round, and says so', async () => {
    const asked: Asked[] = [];
    const net = fake('net', 3, () => () => 0, { costly: true }, asked);
    const lost = await trainAuto(jobOf([truth('linear', 1, 0), net]));
    expect(asked).toHaveLength(1);
    expect(lost.tried.map(({ family }) => family)).toEqual(['linear']);
    expect(lost.because).toContain('net did not pass the cheap first round.');
    const good = fake(
      'net',
      3,
      () =>
        ([, x = 0]) =>
          2 * x,
      { costly: true },
    );
    expect((await trainAuto(jobOf([truth('linear', 1, 1), good]))).tried).toHaveLength(2);
  });

  it('draws at most so many rows for the first round, and the same fits serve as the first fold where it drew none', async () => {
    const asked: Asked[] = [];
    const net = fake('net', 3, () => () => 0, { costly: true });
    await trainAuto(jobOf([truth('linear', 1, 0, asked), net], 500));
    expect(asked).toHaveLength(6);
    asked.length = 0;
    await trainAuto(jobOf([truth('linear', 1, 0, asked), net], 20_000));
    expect(asked[0]).toEqual({ training: 8000, stopping: 2000, rounds: null });
    expect(asked).toHaveLength(7);
  });

  it('begins no further fold once the time is over, and is then what fewer folds make', async () => {
    const candidates = [truth('linear', 1, 2), truth('better', 2, 0.1)];
    for (const fits of [0, 1, 2]) {
      let asked = 0;
      const enough = (): boolean => asked++ >= fits;
      const cut = await trainAuto({ ...jobOf(candidates), hooks: { enough } });
      const fewer = await trainAuto({ ...jobOf(candidates), folds: foldsOf(500).slice(0, fits + 1) });
      expect(cut).toEqual(fewer);
      expect(cut.outOfFold?.folds).toBe(fits + 1);
    }
  });

  it('speaks in the unit of the metric', async () => {
    const { because } = await trainAuto(jobOf([truth('linear', 1, 2), truth('better', 2, 0.1)]));
    expect(because).toMatch(
      /^better is best beyond noise: RMSE [\d.]+ against [\d.]+ of linear, out of fold on 500 rows \(5 folds\); mean squared error [\d.]+ against [\d.]+, a gain of [\d.]+ ± [\d.]+\.$/,
    );
    expect((await trainAuto(jobOf([truth('linear', 1, 2)]))).because).toMatch(
      /^linear is the only candidate: RMSE/,
    );
  });
});
