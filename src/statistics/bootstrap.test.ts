import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { bootstrapIntervals, bootstrapReplicates, pairedBootstrap, percentileInterval } from './bootstrap.ts';
import { computeMetric, metricByName, scoredRows } from './metrics/index.ts';
import { meanOf } from './metrics/metric.ts';

const normals = (n: number, seed: number, mean = 0): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, () => mean + random.normal());
};

describe('bootstrap', () => {
  it('gives the standard error of a mean, σ/√n', () => {
    const values = normals(400, 1);
    const [interval] = bootstrapIntervals([meanOf(values)], 400, {
      replicates: 2000,
      random: createRandom(2),
    });
    let squares = 0;
    const mean = values.reduce((sum, value) => sum + value, 0) / 400;
    for (const value of values) squares += (value - mean) ** 2;
    const standardError = Math.sqrt(squares / 400 / 400);
    expect(interval!.value).toBeCloseTo(mean, 12);
    expect(interval!.standardError / standardError).toBeCloseTo(1, 1);
    expect((interval!.high - interval!.low) / (2 * 1.96 * standardError)).toBeCloseTo(1, 1);
  });

  it('covers the truth about as often as it says', () => {
    const runs = 200;
    let covered = 0;
    for (let run = 0; run < runs; run += 1) {
      const values = normals(100, 1000 + run, 3);
      const [interval] = bootstrapIntervals([meanOf(values)], 100, {
        replicates: 400,
        random: createRandom(run),
      });
      if (interval!.low <= 3 && interval!.high >= 3) covered += 1;
    }
    // Binomial(200, .94): 4 standard deviations are .067.
    expect(covered / runs).toBeGreaterThan(0.87);
    expect(covered / runs).toBeLessThan(0.995);
  });

  it('is the same for the same seed and counts every draw', () => {
    const total = (counts: Int32Array): number => counts.reduce((sum, count) => sum + count, 0);
    const weight = (counts: Int32Array): number => counts[0]!;
    const draw = (seed: number): Float64Array[] =>
      bootstrapReplicates([total, weight], 50, { replicates: 30, random: createRandom(seed) });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)[1]).not.toEqual(draw(2)[1]);
    expect(new Set(draw(1)[0])).toEqual(new Set([50]));
  });

  it('draws as often as asked for, and less on many rows', () => {
    const drawn = (rows: number, replicates: number): number =>
      bootstrapReplicates([() => 1], rows, { replicates, random: createRandom(1) })[0]!.length;
    expect([drawn(50, 30), drawn(50, 1500), drawn(0, 30)]).toEqual([30, 1500, 0]);
    // 20 million draws are 125 times 160,000.
    expect(drawn(160_000, 1000)).toBe(125);
  });

  it('pairs: what two models have in common cancels', () => {
    const noise = normals(300, 5);
    const better = noise.map((value) => value - 0.1);
    const paired = pairedBootstrap(meanOf(better), meanOf(noise), 300, {
      replicates: 300,
      random: createRandom(6),
    });
    expect(paired.value).toBeCloseTo(0.1, 12);
    expect(paired.standardError).toBeLessThan(1e-9);
  });

  it('leaves undefined resamples out and says NaN where nothing is defined', () => {
    const auc = metricByName('roc_auc')!;
    const rare = scoredRows(
      { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' },
      Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.3, 0.7),
      Float64Array.of(0, 0, 1),
    );
    const [interval] = bootstrapIntervals([auc.prepare(rare)], 3, {
      replicates: 200,
      random: createRandom(1),
    });
    expect(interval!.value).toBe(1);
    expect(interval!.low).toBe(1);
    const [nothing] = bootstrapIntervals([meanOf(new Float64Array(0))], 0, {
      replicates: 9,
      random: createRandom(1),
    });
    expect(nothing!.low).toBeNaN();
  });

  it('gives a replicate of AUC the value of the repeated rows', () => {
    const auc = metricByName('roc_auc')!;
    const task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' } as const;
    const p = [0.1, 0.4, 0.4, 0.8, 0.6];
    const y = [0, 0, 1, 1, 0];
    const counts = Int32Array.of(2, 0, 3, 1, 2);
    const scored = (rows: number[]): ReturnType<typeof scoredRows> =>
      scoredRows(
        task,
        Float64Array.from(rows.flatMap((i) => [1 - p[i]!, p[i]!])),
        Float64Array.from(rows, (i) => y[i]!),
      );
    const repeated = [...counts].flatMap((count, i) => Array.from({ length: count }, () => i));
    for (const name of ['roc_auc', 'pr_auc', 'log_loss', 'f1', 'brier', 'calibration_error']) {
      const metric = metricByName(name)!;
      expect(metric.prepare(scored([0, 1, 2, 3, 4]))(counts)).toBeCloseTo(
        computeMetric(metric, scored(repeated)),
        12,
      );
    }
    expect(auc.prepare(scored([0, 1, 2, 3, 4]))(counts)).toBeGreaterThan(0.5);
  });

  it('is cut to its middle part, of 95 % unless another is asked for', () => {
    const replicates = Float64Array.from({ length: 101 }, (_, at) => 100 - at);
    expect(percentileInterval(7, replicates)).toMatchObject({
      value: 7,
      low: expect.closeTo(2.5, 9),
      high: expect.closeTo(97.5, 9),
    });
    expect(percentileInterval(7, replicates, 0.9)).toMatchObject({
      low: expect.closeTo(5, 9),
      high: expect.closeTo(95, 9),
    });
    // The deviation of 0 … 100: √((101² − 1) / 12).
    expect(percentileInterval(7, replicates).standardError).toBeCloseTo(Math.sqrt((101 ** 2 - 1) / 12), 9);
    const [asked] = bootstrapIntervals([(counts) => counts[0]!], 9, {
      replicates: 200,
      random: createRandom(4),
      confidence: 0.5,
    });
    const [usual] = bootstrapIntervals([(counts) => counts[0]!], 9, {
      replicates: 200,
      random: createRandom(4),
    });
    expect(asked!.high - asked!.low).toBeLessThan(usual!.high - usual!.low);
    expect([asked!.value, usual!.value]).toEqual([1, 1]);
  });
});
