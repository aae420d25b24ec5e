import { describe, expect, it } from 'vitest';
import type { Split } from '../../data/splitting.ts';
import { overTimeCaveat } from '../../evaluation/overTime.ts';
import type { FitInput } from '../fitting.ts';
import { lossesOverTime } from './overTime.ts';
import { dealOut } from '../split.ts';

const day = 24 * 3_600_000;
const rows = 400;
const when = Float64Array.from({ length: rows }, (_, row) => Date.UTC(2023, 0, 1) + ((row * 7) % rows) * day);

const pipeline = {
  label: { column: 'y', task: 'regression', positive: null },
  row_id: [],
  time: 'when',
  split: { strategy: 'hash', train: 0.7, validation: 0.15, test: 0.15, seed: 1, group: null },
} as const;

const input = (count = rows): Omit<FitInput, 'auto'> => ({
  rows: {
    table: { rows, columns: new Map([['when', { kind: 'time', values: when }]]) },
    ids: Array.from({ length: rows }, (_, row) => `row ${row}`),
    schema: { columns: [], missing: [] },
  },
  target: new Float64Array(rows),
  task: { kind: 'regression' },
  inputs: ['when'],
  split: {
    train: Int32Array.from({ length: count }, (_, row) => row),
    validation: new Int32Array(0),
    test: new Int32Array(0),
  },
  fitted: {} as unknown as FitInput['fitted'],
});

const deal = (how: Parameters<typeof dealOut>[0], rows: Int32Array) => dealOut(how, input().rows, rows);

/** A loss of 1 at random, of 4 by time. */
const seen: Split[] = [];
const losses = async (split: Split): Promise<Float64Array> => {
  seen.push(split);
  return new Float64Array(split.test.length).fill(seen.length % 2 === 1 ? 1 : 4);
};

describe('what time does to rows that are dealt out at random', () => {
  it('is told by two fits of the same family on the same rows', async () => {
    const found = await lossesOverTime(pipeline, input(), 'gbdt', deal, losses);
    expect(found).toEqual({ time: 'when', family: 'gbdt', rows, loss: 'RMSE', random: 1, newest: 2 });
    const [random, newest] = seen;
    const latest = Math.max(...[...newest!.train, ...newest!.validation].map((row) => when[row]!));
    for (const row of newest!.test) expect(when[row]!).toBeGreaterThan(latest);
    expect(new Set([...random!.train, ...random!.validation, ...random!.test]).size).toBe(rows);
  });

  it('is nothing where rows are split by time or group, are few, or have no time', async () => {
    const by = (strategy: 'time' | 'group') => ({ ...pipeline, split: { ...pipeline.split, strategy } });
    expect(await lossesOverTime(by('time'), input(), 'gbdt', deal, losses)).toBeUndefined();
    expect(await lossesOverTime(by('group'), input(), 'gbdt', deal, losses)).toBeUndefined();
    expect(await lossesOverTime(pipeline, input(199), 'gbdt', deal, losses)).toBeUndefined();
    expect(
      await lossesOverTime({ ...pipeline, time: 'gone' }, input(), 'gbdt', deal, losses),
    ).toBeUndefined();
  });

  it('is said with both figures, and what to do where the newest are harder', () => {
    const facts = { time: 'when', family: 'gbdt', rows: 10_000, loss: 'RMSE' } as const;
    expect(overTimeCaveat({ ...facts, random: 33, newest: 61 })).toBe(
      'Rows have a time, when, and are dealt out at random. gbdt fitted on 10,000 rows: RMSE 33 on rows dealt out so, 61 on the newest by a model of the older ones. Tomorrow is like the latter: `time: when` with `split: { strategy: time }` judges by it.',
    );
    expect(overTimeCaveat({ ...facts, random: 33, newest: 34 })).toContain('makes little difference');
  });
});
