import { describe, expect, it } from 'vitest';
import type { FeatureRows } from '../../../features/encode.ts';
import { missing, unseen } from '../../../features/prepared.ts';
import type { PreparedColumn } from '../../../features/prepared.ts';
import { finish } from '../../../work.ts';
import type { FitJob, LabelledRows, Task } from '../../model.ts';
import { optionsFixture } from '../../options.fixture.ts';
import { uncalibrated } from '../../protocol/calibration.ts';
import { rowsOfDense } from '../../rows.fixture.ts';
import { rule } from './rule.ts';

const churn: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const numbers: Task = { kind: 'regression' };

/** Rows of one column of words and one of numbers. */
function rowsOf(words: readonly number[], values: readonly number[]): FeatureRows {
  const columns: PreparedColumn[] = [
    { kind: 'codes', codes: Int32Array.from(words), size: 3 },
    { kind: 'number', values: Float64Array.from(values) },
  ];
  return {
    ...rowsOfDense(new Float32Array(words.length), words.length, 1),
    columns: [
      { name: 'plan', column: 'plan', kind: 'codes', steps: [] },
      { name: 'age:years', column: 'age', kind: 'number', steps: [] },
    ],
    prepared: { rows: words.length, columns },
  };
}

const part = (
  target: readonly number[],
  words: readonly number[],
  values: readonly number[],
): LabelledRows => ({
  rows: rowsOf(words, values),
  target: Float64Array.from(target),
});

const job = (task: Task, training: LabelledRows, stopping: LabelledRows | null): FitJob => ({
  ...{ task, training, stopping, rounds: stopping === null ? 1 : null, seed: 1, hooks: {} },
  options: { ...optionsFixture, metric: 'log_loss' },
  score: () => 0,
});

const upTo = (count: number): number[] => Array.from({ length: count }, (_, row) => row);
/** Words tell the label in nine of ten rows, numbers never. */
const telling = (count: number): LabelledRows => {
  const label = (row: number): number => (row >> 1) % 2;
  return part(
    upTo(count).map(label),
    upTo(count).map((row) => (row % 10 === 0 ? 1 - label(row) : label(row))),
    upTo(count).map((row) => (row * 7) % 11),
  );
};

describe('the family rule', () => {
  it.each([telling(60), null])(
    'looks at the column that tells, with and without rows that choose',
    async (stopping) => {
      const fitted = await rule.fit(job(churn, telling(200), stopping));
      const sealed = fitted.seal(uncalibrated(1, ''));
      expect(sealed.rule).toBe('plan');
      const scorer = await rule.load(sealed.files, churn, 'auto');
      const some = rowsOf([0, 1, missing, unseen], [0, 0, 0, 0]);
      const scores = finish(scorer.predict(some));
      const yes = [1, 3, 5, 7].map((at) => scores[at]!);
      expect(yes[0]).toBeCloseTo(0.1, 1);
      expect(yes[1]).toBeCloseTo(0.9, 1);
      // Of what training had nothing of it says what it says of all.
      expect([yes[2]!.toFixed(3), yes[3]!.toFixed(3)]).toEqual(['0.500', '0.500']);
      expect(fitted.history).toHaveLength(stopping === null ? 0 : 1);
      expect(fitted.rounds).toBe(1);
    },
  );

  it('names the column of the table, and answers means of numbers with what is missing apart', async () => {
    const ages = [...upTo(80), ...new Array<number>(20).fill(NaN)];
    const target = ages.map((age) => (Number.isNaN(age) ? 500 : age));
    const words = upTo(100).map(() => 0);
    const fitted = await rule.fit(job(numbers, part(target, words, ages), null));
    expect(fitted.seal(uncalibrated(1, '')).rule).toBe('age');
    const sums = finish(fitted.margins(rowsOf([0, 0, 0], [2, 77, NaN])));
    expect(Math.abs(sums[0]! - 4.5)).toBeLessThan(3);
    expect(Math.abs(sums[1]! - 74.5)).toBeLessThan(3);
    expect(sums[2]).toBeCloseTo(500, 0);
  });

  it('is never surer than its sums can hold, and keeps what a calibration says', async () => {
    const right = part([0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 1], [1, 1, 1, 1, 1, 1]);
    const fitted = await rule.fit(job(churn, right, right));
    const some = rowsOf([0, 1, unseen], [1, 1, 1]);
    const sums = finish(fitted.margins(some));
    expect([...sums].map((sum) => sum.toFixed(2))).toEqual(['-16.12', '16.12', '0.00']);
    const sealed = fitted.seal({
      ...uncalibrated(1, ''),
      calibration: { ...uncalibrated(1, '').calibration, slope: 0.5 },
      shift: Float64Array.of(1),
    });
    const scorer = await rule.load(sealed.files, churn, 'auto');
    const sources = {
      columns: ['age', 'plan'],
      ofPrepared: Int32Array.of(1, 0),
      ofCell: new Int32Array(0),
      ofSparse: new Int32Array(0),
    };
    const { base, values } = finish(scorer.explain(sources).contributions(some));
    expect([values[0], values[2]]).toEqual([0, 0]);
    expect(base[0]! + values[3]!).toBeCloseTo(0.5 * sums[1]! + 1, 12);
  });

  it('has nothing to look at in texts, and says so', async () => {
    const rows = telling(20);
    const sparse: PreparedColumn = {
      kind: 'sparse',
      size: 2,
      starts: new Int32Array(21),
      indices: new Int32Array(0),
      values: new Float32Array(0),
    };
    const texts = { ...rows, rows: { ...rows.rows, prepared: { rows: 20, columns: [sparse] } } };
    expect(rule.canFit?.(texts.rows)).toBe(false);
    expect(rule.canFit?.(rows.rows)).toBe(true);
    await expect(rule.fit(job(churn, texts, null))).rejects.toMatchObject({ code: 'no-column-for-a-rule' });
  });

  it('refuses a file that it did not write, and rows that are prepared in another way', async () => {
    const fitted = await rule.fit(job(churn, telling(200), null));
    const { files } = fitted.seal(uncalibrated(1, ''));
    const document = JSON.parse(new TextDecoder().decode(files.get('rule.json')));
    const changed = (change: object): Promise<unknown> =>
      rule.load(
        new Map([['rule.json', new TextEncoder().encode(JSON.stringify({ ...document, ...change }))]]),
        churn,
        'auto',
      );
    for (const change of [
      { version: 2 },
      { link: 'identity' },
      { sums: [1] },
      { others: [] },
      { place: -1 },
      { groups: { kind: 'number', cuts: [2, 1] }, sums: [0, 0, 0, 0] },
    ])
      await expect(changed(change)).rejects.toMatchObject({ exitCode: 8 });
    const scorer = await rule.load(files, churn, 'auto');
    const other = rowsOf([0], [0]);
    const turned = { ...other, prepared: { rows: 1, columns: [...other.prepared.columns].reverse() } };
    expect(() => finish(scorer.predict(turned))).toThrow(/one of 3 words/);
  });
});
