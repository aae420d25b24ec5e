import { describe, expect, it } from 'vitest';
import { judgeSecond, rowsToCompare } from './second.ts';
import type { SecondEvidence } from './second.ts';

const policy = { share: null, min_rows: 500, min_labels: 200, hours: 24, promotion: 'auto' } as const;
const bounds = {
  health: { max_error_rate: 0.01, max_p99_ms: 500, max_memory_mb: 1024 },
  performance: { max_worsening: 0.1, min_labels: 200, confidence: 0.99 },
};
const hour = 3_600_000;
const compared = {
  metric: 'log_loss',
  rows: 200,
  first: 0.5,
  second: 0.49,
  value: 0.01,
  low: -0.02,
  high: 0.04,
  pWorse: 0.7,
};
const evidence: SecondEvidence = {
  role: 'canary',
  version: 4,
  bundle: 'b'.repeat(64),
  share: 0.1,
  since: 0,
  rows: 500,
  faults: 0,
  p95Ms: { first: 1, second: 1.2 },
  labelled: 210,
  compared,
  selection: null,
};
const judge = (changes: Partial<SecondEvidence>, now = hour): string =>
  judgeSecond({ ...evidence, ...changes }, policy, bounds, now).state;

describe('a canary', () => {
  it('is good where enough rows and labels leave no room for a harm that matters', () => {
    expect(judge({})).toBe('good');
    expect(judge({ rows: 499 })).toBe('open');
    expect(judge({ compared: null, labelled: 199 })).toBe('open');
    expect(judge({ selection: 'only those with the answer Yes have one' })).toBe('open');
    expect(judge({ compared: { ...compared, low: -0.05 } })).toBe('good');
    expect(judge({ compared: { ...compared, low: -0.051 } })).toBe('open');
  });

  it('is bad where it is worse beyond noise, and not where one bound alone says so', () => {
    const worse = { ...compared, value: -0.1, low: -0.15, high: -0.01, pWorse: 0.003 };
    expect(judge({ compared: worse })).toBe('bad');
    expect(judge({ compared: { ...worse, pWorse: 0.004 } })).toBe('open');
    expect(judge({ compared: { ...worse, high: 0 } })).toBe('open');
  });

  it('is bad where it cannot answer or is slow, whatever its labels say', () => {
    expect(judge({ faults: 4, rows: 100, labelled: 0, compared: null })).toBe('open');
    expect(judge({ faults: 5, rows: 100, labelled: 0, compared: null })).toBe('bad');
    expect(judge({ faults: 5 })).toBe('good');
    expect(judge({ faults: 6 })).toBe('bad');
    expect(judge({ p95Ms: { first: 5, second: 11 } })).toBe('bad');
    expect(judge({ p95Ms: { first: 6, second: 11.9 } })).toBe('good');
    expect(judge({ p95Ms: { first: 0.1, second: 5 } })).toBe('good');
    expect(judge({ rows: 99, p95Ms: { first: 5, second: 11 } })).toBe('open');
  });

  it('for which nothing spoke within its time is taken back, and one for which something did is not', () => {
    expect(judge({ rows: 499 }, 24 * hour - 1)).toBe('open');
    expect(judge({ rows: 499 }, 24 * hour)).toBe('bad');
    expect(judge({}, 24 * hour)).toBe('good');
  });

  it('is compared when labels are enough, and each time that they have doubled', () => {
    expect([199, 200, 399, 400, 799, 800].map((labelled) => rowsToCompare(labelled, 200))).toEqual([
      0, 200, 200, 400, 400, 800,
    ]);
  });
});
