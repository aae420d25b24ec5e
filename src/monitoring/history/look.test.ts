import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Look } from './look.ts';
import { isKept, looksKeptADay, mostLooksADay, withPages } from './look.ts';

const minute = 60_000;
const day = 1440 * minute;
const start = Date.UTC(2026, 10, 1);

const look = (at: number, changed: string | null = null): Look => ({
  at,
  version: 1,
  bundle: 'a'.repeat(64),
  of: 'log',
  rows: 100,
  decision: 'calm',
  changed,
  drift: [],
  performance: {
    metric: 'log_loss',
    state: 'ok',
    labelled: 10,
    reference: 0.4,
    current: 0.4,
    low: 0.3,
    high: 0.5,
  },
  health: { state: 'ok', requests: 1, errorRate: 0, p99Ms: 1 },
  alarms: [],
});

/** The looks that are kept of these, newest first. */
function keptOf(looks: readonly Look[]): readonly Look[] {
  const kept: Look[] = [];
  for (const each of looks) if (isKept(each, kept)) kept.unshift(each);
  return kept;
}

describe('looks that are kept', () => {
  it('a look a minute for ten days keeps some thirty a day, not 1,440, and one an hour at least', () => {
    const kept = keptOf(Array.from({ length: 10 * 1440 }, (_, at) => look(start + at * minute)));
    for (let n = 0; n < 10; n += 1) {
      const ofDay = kept.filter(({ at }) => at >= start + n * day && at < start + (n + 1) * day);
      expect(ofDay.length).toBeLessThanOrEqual(2 * looksKeptADay);
      expect(ofDay.length).toBeGreaterThanOrEqual(23);
    }
    const gaps = kept.slice(1).map(({ at }, place) => kept[place]!.at - at);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(60 * minute);
  });

  it('every look by hand is kept, and each change, up to 96 of a day', () => {
    const byHand = Array.from({ length: looksKeptADay }, (_, at) => look(start + at * minute));
    expect(keptOf(byHand)).toHaveLength(looksKeptADay);
    const flapping = Array.from({ length: 1440 }, (_, at) => look(start + at * minute, 'calm → alarm'));
    expect(keptOf(flapping)).toHaveLength(mostLooksADay);
  });

  it('however often and whenever is looked, a day keeps at most 96', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ after: fc.integer({ min: 0, max: 30 * minute }), changed: fc.boolean() }), {
          maxLength: 400,
        }),
        (gaps) => {
          let at = start;
          const looks = gaps.map(({ after, changed }) => look((at += after), changed ? 'x' : null));
          const kept = keptOf(looks);
          for (const { at: end } of kept)
            expect(kept.filter((each) => each.at <= end && end - each.at < day).length).toBeLessThanOrEqual(
              mostLooksADay,
            );
        },
      ),
      { numRuns: 30 },
    );
  });
});

it('pages: all of two days, then each change and the last of a day, none after 30 days; borders from both sides', () => {
  const now = start + 40 * day;
  const at = (age: number, changed: string | null = null): Look => look(now - age, changed);
  const looks = [
    at(0),
    at(2 * day),
    at(2 * day + 1),
    at(2 * day + 2, 'alarm'),
    at(2 * day + 3),
    at(30 * day, 'alarm'),
    at(30 * day + 1, 'alarm'),
  ];
  // The last of the day before the day before yesterday is 1 ms too old for the two days.
  expect(withPages(looks, now).map((each) => now - each.at)).toEqual([
    0,
    2 * day,
    2 * day + 1,
    2 * day + 2,
    30 * day,
  ]);
});
