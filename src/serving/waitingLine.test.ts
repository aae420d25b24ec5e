import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWaitingLine } from './waitingLine.ts';

const patience = { targetMs: 20, intervalMs: 100, fewest: 20, calmMs: 1000 };

/**
 * A server with a clock of its own: requests come every `everyMs`, each takes `workMs`. What became of each: how long it
 * waited, or that it was sent away.
 */
function simulate(options: {
  readonly everyMs: number;
  readonly workMs: number;
  readonly forMs: number;
  /** The machine stands still from the first to the second. */
  readonly pause?: readonly [from: number, to: number];
}): { readonly served: number[]; readonly away: number; readonly longest: number } {
  const line = createWaitingLine<number>(patience);
  const served: number[] = [];
  let [now, coming, away, longest] = [0, 0, 0, 0];
  const arrive = (): void => {
    for (; coming <= now; coming += options.everyMs) line.push(coming, coming);
    longest = Math.max(longest, line.length());
  };
  while (now < options.forMs) {
    const { pause } = options;
    if (pause !== undefined && now >= pause[0] && now < pause[1]) now = pause[1];
    arrive();
    away += line.sendAway(now, options.workMs).length;
    const came = line.next();
    if (came === undefined) now = coming;
    else {
      served.push(now - came + options.workMs);
      now += options.workMs;
    }
  }
  return { served, away, longest };
}

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? NaN;

describe('createWaitingLine', () => {
  it('serves in the order of arrival', () => {
    const line = createWaitingLine<string>(patience);
    for (const job of ['a', 'b', 'c']) line.push(job, 0);
    expect([line.next(), line.next(), line.next(), line.next()]).toEqual(['a', 'b', 'c', undefined]);
  });

  it('at three times what can be answered: whoever is served waits little, nothing of the capacity is lost', () => {
    const { served, away, longest } = simulate({ everyMs: 1, workMs: 3, forMs: 20_000 });
    expect(served.length).toBeGreaterThan(0.99 * (20_000 / 3));
    expect(away).toBeGreaterThan(13_000);
    expect(p99(served)).toBeLessThan(60);
    expect(longest).toBeLessThan(200);
  });

  it('at 1.3 times, too', () => {
    const { served } = simulate({ everyMs: 3, workMs: 3.9, forMs: 60_000 });
    expect(served.length).toBeGreaterThan(0.99 * (60_000 / 3.9));
    expect(p99(served)).toBeLessThan(60);
  });

  it('sends nobody away at six tenths, also after the machine stood still for half a second', () => {
    const calm = { everyMs: 5, workMs: 3, forMs: 20_000 };
    expect(simulate(calm)).toMatchObject({ away: 0 });
    expect(simulate({ ...calm, pause: [5000, 5500] })).toMatchObject({ away: 0 });
  });

  it('sends away who waited longer than anybody waits for an answer', () => {
    const { away } = simulate({ everyMs: 5, workMs: 3, forMs: 20_000, pause: [5000, 8000] });
    expect(away).toBeGreaterThanOrEqual(400);
    expect(away).toBeLessThan(700);
  });

  it('takes callers who each wait for their answer for no flood, however long that takes', () => {
    const line = createWaitingLine<number>(patience);
    for (let id = 0; id < 20; id += 1) line.push(id, 0);
    for (let now = 0, served = 0; served < 200; served += 1, now += 15) {
      expect(line.sendAway(now, 15)).toEqual([]);
      expect(line.next()).toBe(served);
      line.push(20 + served, now);
    }
    expect(line.isOverloaded()).toBe(false);
  });

  it('goes on to serve where one turn takes longer than the target', () => {
    const line = createWaitingLine<number>(patience);
    let [served, id] = [0, 0];
    for (let now = 0; now < 10_000; now += 50) {
      for (let i = 0; i < 30; i += 1) line.push((id += 1), now - 50);
      line.sendAway(now, 50);
      if (line.next() !== undefined) served += 1;
    }
    expect(line.isOverloaded()).toBe(true);
    expect(served).toBe(200);
  });

  it('takes up order again when an overload is over', () => {
    const line = createWaitingLine<number>(patience);
    for (let now = 0; now < 500; now += 1) {
      line.push(now, now);
      line.sendAway(now, 1);
      if (now % 3 === 0) line.next();
    }
    expect(line.isOverloaded()).toBe(true);
    while (line.next() !== undefined);
    expect(line.isOverloaded()).toBe(false);
    line.push(1, 500);
    line.push(2, 500);
    expect(line.next()).toBe(1);
  });

  it('loses nobody and serves nobody twice, whatever comes when', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 4 }), fc.nat({ max: 4 }))),
        (steps) => {
          const line = createWaitingLine<number>(patience);
          const seen: number[] = [];
          let [now, id] = [0, 0];
          for (const [pass, come, serve] of steps) {
            now += pass;
            for (let i = 0; i < come; i += 1) line.push((id += 1), now);
            seen.push(...line.sendAway(now, pass));
            for (let i = 0; i < serve; i += 1) {
              const job = line.next();
              if (job !== undefined) seen.push(job);
            }
          }
          for (let job = line.next(); job !== undefined; job = line.next()) seen.push(job);
          expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: id }, (_, i) => i + 1));
          expect(line.length()).toBe(0);
        },
      ),
    );
  });
});
