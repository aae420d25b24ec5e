import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileSpanTold, judgedWindows, windowsTold } from './windows.ts';
import type { LoggedRows } from './windows.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Monday, at midnight UTC. */
const monday = Date.UTC(2026, 10, 2);
const none = { rows: 0, columns: new Map() };

/** Rows at even distances of `every` ms from `from` on. */
const evenly = (from: number, to: number, every: number): number[] =>
  Array.from({ length: Math.floor((to - from) / every) }, (_, i) => from + i * every);
const logged = (at: readonly number[], more: Partial<LoggedRows> = {}): LoggedRows => ({
  table: none,
  predictions: none,
  at: Float64Array.from(at),
  now: at.at(-1)! + 1,
  isCutOff: false,
  inLastDay: null,
  ...more,
});

describe('the windows of a look', () => {
  it('of a file are one, which covers all and is charged nothing', () => {
    expect(judgedWindows(500, 200, undefined)).toEqual([
      { rows: 500, from: null, charge: 1, covers: null, like: null, whole: null, waits: false },
    ]);
    expect(judgedWindows(0, 200, logged([1])).map(({ rows }) => rows)).toEqual([0]);
  });

  it('of a log are nested, each charged for how often it renews itself', () => {
    const at = evenly(monday, monday + day, 60_000);
    const windows = judgedWindows(1440, 200, logged(at));
    expect(windows.map(({ rows }) => rows)).toEqual([1440, 720, 360]);
    expect(windows[0]!.charge).toBeCloseTo(30 * (1 + Math.log(7.2) / 2), 6);
    expect(windows[2]!.charge).toBeCloseTo(30 * (4 + Math.log(1.8) / 2), 6);
    expect(windows[1]!.from).toBe(at[720]);
  });

  it('that are cut off by their rows count at the rate at which they came', () => {
    // 600 rows in ten hours, and a log that goes on before: 1,440 a day.
    const at = evenly(monday, monday + 20 * hour, 60_000);
    const cut = logged(at, { isCutOff: true });
    expect(judgedWindows(600, 600, cut)[0]!.charge).toBeCloseTo((30 * 1440) / 600, 0);
    // What was counted changes nothing of rows that come steadily.
    expect(judgedWindows(600, 600, { ...cut, inLastDay: 1200 })).toEqual(judgedWindows(600, 600, cut));
  });

  it('that began with something else than their number hold all that came', () => {
    // The log began ten hours ago, or the reference was accepted then: what came before was looked at by another measure.
    const at = evenly(monday, monday + 20 * hour, 60_000);
    expect(judgedWindows(600, 600, logged(at))[0]!.charge).toBe(30);
    expect(judgedWindows(600, 600, logged(at.slice(600)))[0]!.charge).toBe(30);
  });

  describe('of a batch', () => {
    const before = evenly(monday - 3 * day, monday - 2 * day, 60_000);
    const batch = Array.from({ length: 2000 }, (_, row) => monday + Math.floor(row / 500));
    const at = [...before, ...batch];
    const now = monday + 8 * 60_000;
    const chargeAt = (more: Partial<LoggedRows>): number =>
      judgedWindows(2000, 2000, logged(at, { now, ...more }))[0]!.charge;

    it('count once, however short a time ago it came', () => {
      for (const ago of [5, 1000, 8 * 60_000, hour, 23 * hour])
        for (const more of [{ isCutOff: false }, { isCutOff: true, inLastDay: 2000 }])
          expect(chargeAt({ now: monday + 4 + ago, ...more })).toBe(30);
    });

    it('that is larger than the window, or one of many, counts as often as it renewed the window', () => {
      expect(chargeAt({ isCutOff: true, inLastDay: 5000 })).toBe(75);
      expect(chargeAt({ isCutOff: true, inLastDay: 24 * 2000 })).toBe(30 * 24);
      // Where nobody counted, its rate has to do.
      expect(chargeAt({ isCutOff: true })).toBeCloseTo(30 * 24 * 7.5, 6);
    });

    it('law: a count never charges more than what came, nor less than the window', () => {
      fc.assert(
        fc.property(fc.nat(1e6), fc.integer({ min: 5, max: day - 5 }), (inLastDay, ago) => {
          const charge = chargeAt({ now: monday + 4 + ago, isCutOff: true, inLastDay });
          expect(charge).toBeCloseTo((30 * Math.max(2000, inLastDay)) / 2000, 6);
        }),
      );
    });
  });
});

describe('what a window covers', () => {
  const first = (at: number[], rows = at.length, minRows = 50) =>
    judgedWindows(rows, minRows, logged(at))[0]!;

  it('is everything where all came within an hour', () => {
    expect(first(evenly(monday, monday + 59 * 60_000, 10_000))).toMatchObject({ covers: null, waits: false });
    const longer = judgedWindows(366, 50, logged(evenly(monday, monday + 61 * 60_000, 10_000)));
    expect(longer[0]).toMatchObject({ covers: '2 of 24 hours', waits: true, like: null });
    expect(windowsTold(longer)).toMatch(/^The window covers 2 of 24 hours, and nothing earlier/);
  });

  it('is a whole day from 23 hours on, and less waits for a day before', () => {
    const of = (hours: number) => first(evenly(monday, monday + hours * hour + 60_001, 60_000));
    expect(of(22.9)).toMatchObject({ covers: '23 of 24 hours', waits: true });
    expect(of(23)).toMatchObject({ covers: '1 of 7 weekdays', waits: false, like: null, whole: null });
    expect(windowsTold([of(23)])).toMatch(/holds no earlier week/);
  });

  it('is compared with the same hours of earlier days, all of them', () => {
    const days = evenly(monday, monday + 3 * day, 60_000);
    const window = first(days, 120);
    expect(window).toMatchObject({ covers: '2 of 24 hours', waits: false });
    // 22:00 to midnight of the two days before.
    expect(window.like).toHaveLength(2 * 120);
    expect(new Set([...window.like!].map((row) => Math.floor((days[row]! % day) / hour)))).toEqual(
      new Set([22, 23]),
    );
    expect(windowsTold([window])).toMatch(/has to differ from 240 earlier rows of the same hours/);
    // The log of the day before begins at 23:00: one of the two hours has no like.
    const late = evenly(monday + 23 * hour, monday + 2 * day, 60_000);
    expect(first(late, 120)).toMatchObject({ waits: true, like: null });
  });

  it('is compared with the same weekday where the log has one', () => {
    const weeks = evenly(monday, monday + 9 * day, 600_000);
    const hours = first(weeks, 60);
    expect([...hours.like!].every((row) => weeks[row]! < monday + 3 * day)).toBe(true);
    const days = first(weeks, 200);
    expect(days).toMatchObject({ covers: '1 of 7 weekdays', waits: false, whole: null });
    expect([...days.like!].every((row) => weeks[row]! < monday + 2.1 * day)).toBe(true);
  });

  it('of a day and a half, or a week and a half, has whole days and weeks', () => {
    expect(first(evenly(monday, monday + 1.5 * day, 60_000)).whole).toBe(1440);
    expect(first(evenly(monday, monday + 10 * day, 600_000))).toMatchObject({ covers: null, whole: 1008 });
    // Too few to judge by themselves.
    expect(first(evenly(monday, monday + 1.5 * day, 600_000), 216, 150).whole).toBeNull();
  });
});

describe('the times in a file', () => {
  const told = (columns: Readonly<Record<string, readonly number[]>>): string | null => {
    const rows = Object.values(columns)[0]?.length ?? 0;
    return fileSpanTold({
      rows,
      columns: new Map(
        Object.entries(columns).map(([name, values]) => [
          name,
          { kind: 'time', values: Float64Array.from(values) },
        ]),
      ),
    });
  };

  it('say which part of a day or a week its rows cover', () => {
    expect(told({ when: evenly(monday + 9 * hour, monday + 15 * hour, 60_000) })).toBe(
      'The rows of the file cover 6 of 24 hours by when: what always differs by the hour looks like a change beside a reference of all hours.',
    );
    expect(told({ when: evenly(monday, monday + 2 * day, 60_000) })).toContain(
      '2 of 7 weekdays by when: what always differs by the weekday',
    );
    expect(told({ day: [monday, monday, monday + day] })).toContain('2 of 7 weekdays by day');
  });

  it('say nothing where they span a week, many rows have none, or nobody knows which of them it is', () => {
    const at = evenly(monday, monday + 3 * hour, 60_000);
    expect(told({ when: evenly(monday, monday + 8 * day, hour) })).toBeNull();
    expect(told({ when: at.map((each, row) => (row % 5 === 0 ? Number.NaN : each)) })).toBeNull();
    expect(told({ made: at, sent: at })).toBeNull();
    expect(told({ when: [Number.NaN] })).toBeNull();
    expect(told({})).toBeNull();
  });
});
