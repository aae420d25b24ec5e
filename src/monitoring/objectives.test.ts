import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeHealth } from './health.ts';
import { judgeObjectives, withPoint } from './objectives.ts';
import type { ServedPoint } from './objectives.ts';
import { slowerThan } from './prometheus.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const slo = { availability: 0.999, latency_ms: null, latency_share: 0.99 };

/** Looks every ten minutes, each of a thousand requests; `errors` of the newest so many. */
function looks(count: number, errors: (age: number) => number): readonly ServedPoint[] {
  let history: readonly ServedPoint[] = [];
  for (let at = 1; at <= count; at += 1)
    history = withPoint(history, {
      from: (at - 1) * 10 * minute,
      to: at * 10 * minute,
      requests: 1000,
      errors: errors(count - at),
      slow: 0,
    });
  return history;
}
const fired = (history: readonly ServedPoint[]): readonly boolean[] =>
  judgeObjectives(history, history.at(-1)!.to, slo)[0]!.burns.map(({ fired: alarms }) => alarms);

describe('the budget of an objective', () => {
  it('burns fast at 14.4 times for an hour, slowly at 6 times for six', () => {
    expect(fired(looks(40, () => 1))).toEqual([false, false]);
    expect(fired(looks(40, () => 5))).toEqual([false, false]);
    expect(fired(looks(40, () => 9))).toEqual([false, true]);
    expect(fired(looks(40, () => 25))).toEqual([true, true]);
    // The last hour alone: enough for the fast one and not for six hours.
    expect(fired(looks(40, (age) => (age < 6 ? 25 : 0)))).toEqual([true, false]);
  });

  it('does not alarm of what stopped before the last look', () => {
    expect(fired(looks(40, (age) => (age === 0 ? 0 : 50)))).toEqual([false, false]);
  });

  it('is not burnt by one error of five requests', () => {
    const history = [{ from: 0, to: hour, requests: 5, errors: 1, slow: 0 }];
    expect(fired(history)).toEqual([false, false]);
    expect(fired([{ ...history[0]!, requests: 500, errors: 100 }])).toEqual([true, true]);
  });

  it('says what is left of it, also where more was used', () => {
    const report = (errors: number) =>
      judgeObjectives([{ from: 0, to: hour, requests: 10_000, errors, slow: 0 }], hour, slo)[0]!;
    expect(report(0).budgetLeft).toBe(1);
    expect(report(5).budgetLeft).toBeCloseTo(0.5, 9);
    expect(report(20).budgetLeft).toBeCloseTo(-1, 9);
    expect(judgeObjectives([], hour, slo)[0]).toMatchObject({ requests: 0, budgetLeft: 1 });
  });

  it('is asked of what was named, and of nothing else', () => {
    expect(judgeObjectives([], 0, { ...slo, availability: null })).toEqual([]);
    const both = judgeObjectives([], 0, { ...slo, latency_ms: 100 });
    expect(both.map(({ objective }) => objective)).toEqual(['availability', 'latency']);
  });
});

describe('the looks that are kept', () => {
  const points = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 3 * hour }),
      requests: fc.integer({ min: 0, max: 1000 }),
    }),
    { maxLength: 60 },
  );

  it('lose no request of 30 days, in order, without overlap', () => {
    fc.assert(
      fc.property(points, (course) => {
        let at = 0;
        let history: readonly ServedPoint[] = [];
        let total = 0;
        for (const { gap, requests } of course) {
          history = withPoint(history, { from: at, to: at + gap, requests, errors: 0, slow: 0 });
          at += gap;
          total += requests;
        }
        expect(history.reduce((sum, { requests }) => sum + requests, 0)).toBe(total);
        history.slice(1).forEach(({ from }, index) => expect(from).toBe(history[index]!.to));
      }),
    );
  });

  it('are some hundreds for a look a minute, and forget what is older than 30 days', () => {
    let history: readonly ServedPoint[] = [];
    for (let at = 0; at < 45 * 1440; at += 1)
      history = withPoint(history, {
        from: at * minute,
        to: (at + 1) * minute,
        requests: 1,
        errors: 0,
        slow: 0,
      });
    expect(history.length).toBeLessThan(260);
    const asked = history.reduce((sum, { requests }) => sum + requests, 0);
    expect(asked).toBeGreaterThanOrEqual(30 * 1440);
    expect(asked).toBeLessThan(32 * 1440);
    expect(45 * day - history.at(-1)!.from).toBeLessThanOrEqual(5 * minute);
  });
});

describe('slow requests', () => {
  const buckets = new Map([
    [0.1, 60],
    [0.2, 90],
    [Infinity, 100],
  ]);

  it('are counted by the histogram, linear within a bucket; in the open one all are slow', () => {
    expect(slowerThan(buckets, 0.1)).toBe(40);
    expect(slowerThan(buckets, 0.15)).toBeCloseTo(25, 9);
    expect(slowerThan(buckets, 0.2)).toBe(10);
    expect(slowerThan(buckets, 5)).toBe(10);
    expect(slowerThan(new Map(), 1)).toBe(0);
  });
});

describe('the health of a service', () => {
  const limits = { max_error_rate: 0.01, max_p99_ms: 500, max_memory_mb: 1000 };
  const figures = {
    ...{ requests: 1000, errors: 0, lostRecords: 0, refused: 0, waiting: 0, waitingRecords: 0 },
    ...{ buckets: new Map([[Infinity, 1000]]), memoryMb: 10, uptimeMs: null },
  };
  const look = { figures, at: 2 * hour, before: null };

  it('is ill where a process had to be started again since the look before', () => {
    const before = judgeHealth({ ...look, at: hour, restarts: 2 }, limits).counters;
    const judge = (restarts: number | null) => judgeHealth({ ...look, before, restarts }, limits);
    expect(judge(2)).toMatchObject({ state: 'ok', restarts: 0 });
    expect(judge(3)).toMatchObject({ state: 'unhealthy', restarts: 1 });
    expect(judge(3).message).toContain('had to be started again once');
    // A new deployment counts its own.
    expect(judge(1)).toMatchObject({ state: 'ok', restarts: 0 });
    expect(judge(0)).toMatchObject({ state: 'ok', restarts: 0 });
    expect(judge(null)).toMatchObject({ state: 'ok', restarts: 0 });
    // The first look does not know since when.
    expect(judgeHealth({ ...look, restarts: 5 }, limits)).toMatchObject({ restarts: 0 });
  });

  it('says how many of the failures were refusals', () => {
    const busy = { ...figures, errors: 100, refused: 90 };
    expect(judgeHealth({ ...look, figures: busy }, limits).message).toContain(
      '90 requests of them refused because there was too much to do',
    );
  });

  it('keeps what was answered from look to look', () => {
    const first = judgeHealth({ ...look, at: hour }, limits, slo);
    const later = { ...figures, requests: 3000, errors: 50 };
    const second = judgeHealth(
      { figures: later, at: 2 * hour, before: first.counters, history: first.history ?? [] },
      limits,
      slo,
    );
    expect(second.objectives?.[0]).toMatchObject({ requests: 3000, bad: 50 });
    expect(second.history?.at(-1)).toMatchObject({ from: hour, to: 2 * hour, requests: 2000, errors: 50 });
  });
});
