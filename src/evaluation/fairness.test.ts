import { describe, expect, it } from 'vitest';
import type { Table } from '../data/columns.ts';
import { scoredRows } from '../statistics/metrics/index.ts';
import type { Evaluation, Gate } from './evaluation.ts';
import { judgeFairness } from './fairness.ts';
import { judgeFairnessGate } from './fairnessGate.ts';
import { judge } from './gates.ts';

const task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' } as const;

interface Group {
  readonly name: string;
  readonly positives: number;
  readonly found: number;
  readonly others: number;
  readonly wrong: number;
}

/** Rows of groups, so many positives of which so many are found, and so many others of which some are selected. */
function rowsOf(groups: readonly Group[]) {
  const scores: number[] = [];
  const target: number[] = [];
  const codes: number[] = [];
  groups.forEach(({ positives, found, others, wrong }, code) => {
    for (let i = 0; i < positives + others; i += 1) {
      const isPositive = i < positives;
      const selected = isPositive ? i < found : i - positives < wrong;
      target.push(isPositive ? 1 : 0);
      scores.push(selected ? 0.2 : 0.8, selected ? 0.8 : 0.2);
      codes.push(code);
    }
  });
  const column = {
    kind: 'category',
    codes: Int32Array.from(codes),
    dictionary: groups.map(({ name }) => name),
  } as const;
  const table: Table = { rows: target.length, columns: new Map([['sex', column]]) };
  return { scored: scoredRows(task, Float64Array.from(scores), Float64Array.from(target)), table };
}

const fairnessOf = (groups: readonly Group[], minRows = 30) => {
  const { scored, table } = rowsOf(groups);
  return judgeFairness(scored, table, { columns: ['sex'], minRows });
};
const group = (name: string, positives: number, found: number, others: number, wrong: number): Group => ({
  name,
  positives,
  found,
  others,
  wrong,
});
const gap = (groups: readonly Group[], measure: string, minRows = 30) =>
  fairnessOf(groups, minRows)[0]!.gaps.find((each) => each.measure === measure)!;

const unequal = [group('F', 100, 60, 100, 10), group('M', 200, 180, 100, 30)];

describe('groups of a declared column', () => {
  it('have shares of their rows with intervals', () => {
    const [{ groups } = { groups: [] }] = fairnessOf(unequal);
    expect(groups).toMatchObject([
      {
        group: 'sex = F',
        rows: 200,
        selection: { hits: 70, rows: 200, value: 0.35 },
        truePositiveRate: { hits: 60, rows: 100, value: 0.6 },
        falsePositiveRate: { hits: 10, rows: 100, value: 0.1 },
      },
      { group: 'sex = M', selection: { value: 0.7 }, truePositiveRate: { value: 0.9 } },
    ]);
    expect(groups[0]!.selection!.low).toBeLessThan(0.35);
    expect(groups[0]!.selection!.high).toBeGreaterThan(0.35);
  });

  it('differ by the largest share less the smallest, and have a ratio', () => {
    expect(gap(unequal, 'selection_rate')).toMatchObject({
      difference: { value: expect.closeTo(0.35, 12) },
      ratio: 0.5,
      least: 'sex = F',
      most: 'sex = M',
    });
    expect(gap(unequal, 'equal_opportunity').difference!.value).toBeCloseTo(0.3, 12);
    // The wider of .3 among positives and .2 among the others.
    expect(gap(unequal, 'equalised_odds').difference!.value).toBeCloseTo(0.3, 12);
    const others = [group('F', 100, 60, 100, 10), group('M', 100, 65, 100, 50)];
    expect(gap(others, 'equalised_odds').difference!.value).toBeCloseTo(0.4, 12);
  });

  it('are left out where they are too small, and named', () => {
    const three = [...unequal, group('X', 5, 0, 40, 0)];
    expect(gap(three, 'equal_opportunity')).toMatchObject({ least: 'sex = F', tooSmall: ['sex = X'] });
    expect(gap(three, 'equal_opportunity', 5)).toMatchObject({ least: 'sex = X', tooSmall: [] });
    expect(gap([unequal[0]!, three[2]!], 'equal_opportunity')).toMatchObject({ difference: null });
    expect(gap([unequal[0]!, three[2]!], 'equalised_odds')).toMatchObject({ difference: null });
  });

  it('ask for a positive class', () => {
    const { scored, table } = rowsOf(unequal);
    const several = { ...scored, positive: -1 };
    expect(() => judgeFairness(several, table, { columns: ['sex'], minRows: 30 })).toThrow(
      expect.objectContaining({ code: 'fairness-needs-two-classes' }),
    );
    expect(judgeFairness(several, table, { columns: [], minRows: 30 })).toEqual([]);
  });
});

describe('a gate on fairness', () => {
  const gate = {
    kind: 'fairness',
    measure: 'equal_opportunity',
    atMost: 0.1,
    column: null,
    undecided: 'fail',
  } as const;
  const judged = (groups: readonly Group[], own: Partial<Gate & { kind: 'fairness' }> = {}) =>
    judgeFairnessGate({ ...gate, ...own }, fairnessOf(groups));
  const alike = [group('F', 2000, 1200, 10, 1), group('M', 2000, 1210, 10, 1)];
  const few = [group('F', 40, 24, 40, 4), group('M', 40, 26, 40, 4)];

  it('passes where the interval lies within, fails where it lies beyond', () => {
    expect(judged(alike).result).toMatchObject({
      name: 'fairness:equal_opportunity',
      state: 'passed',
      threshold: 0.1,
      value: expect.closeTo(0.005, 12),
    });
    expect(judged(unequal).result.state).toBe('failed');
    expect(judged(unequal).complaint).toContain(
      'Groups are not treated alike: sex: the share of the positives',
    );
    expect(judged(unequal, { atMost: 0.5 }).result.state).toBe('passed');
  });

  it('between the two it is undecided, says how many more rows, and can be accepted on purpose', () => {
    const { result, complaint } = judged(few);
    expect(result.state).toBe('failed');
    expect(complaint).toContain('cannot be decided');
    expect(complaint).toMatch(/about [\d,]+ more such rows of the smaller group would settle it/);
    expect(complaint).toContain('"undecided: pass"');
    const accepted = judged(few, { undecided: 'pass' }).result;
    expect(accepted.state).toBe('passed');
    expect(accepted.because).toContain('accepted by "undecided: pass"');
    expect(judged(unequal, { undecided: 'pass' }).result.state).toBe('failed');
  });

  it('is undecided where groups are too small', () => {
    expect(judged([unequal[0]!, group('X', 5, 0, 40, 0)]).complaint).toContain(
      'groups are too small to be compared in the share of the positives that is found; not judged for want of 30 rows: sex = X',
    );
    expect(judgeFairnessGate(gate, []).result.state).toBe('failed');
  });

  it('stands among the other gates', () => {
    const evaluation: Evaluation = {
      task,
      rows: 500,
      metric: 'log_loss',
      metrics: { log_loss: 0.4 },
      intervals: {},
      slices: [],
      baselines: [],
      fairness: fairnessOf(unequal),
    };
    expect(judge([gate], evaluation)).toMatchObject({ passed: false, gates: [{ state: 'failed' }] });
    expect(judge([{ ...gate, atMost: 0.6 }], evaluation).passed).toBe(true);
  });
});
