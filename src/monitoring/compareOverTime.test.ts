import { describe, expect, it } from 'vitest';
import { takeColumn } from '../data/columns.ts';
import { createRandom } from '../random.ts';
import { none, numbers, referenceOf, table } from './columns.fixture.ts';
import { compare } from './compare.ts';
import type { ColumnDrift } from './report.ts';
import { findSchemaAlarms } from './schemaAlarms.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const monday = Date.UTC(2026, 10, 2);
const policy = { min_rows: 200, drift: { alpha: 0.01, min_effect: 0.1, ignore: [] } };

/** A row a minute up to `days` days, of which the last `rows` are the window; values by time. */
function look(
  days: number,
  rows: number,
  value: (at: number, random: () => number) => number,
  reference = value,
) {
  const random = createRandom(`${days}/${rows}`);
  const normal = (): number => random.normal();
  const before = numbers(3000, (i) =>
    reference(monday - 70 * day + Math.floor(i * 33.6) * 10 * minute, normal),
  );
  const all = Math.round(days * 1440);
  const at = Float64Array.from({ length: all }, (_, i) => monday + i * minute);
  const logged = numbers(all, (i) => value(at[i]!, normal));
  const window = takeColumn(
    logged,
    Int32Array.from({ length: rows }, (_, i) => all - rows + i),
  );
  const log = {
    table: table('x', logged),
    predictions: none,
    at,
    now: at.at(-1)! + 1,
    isCutOff: rows < all,
    inLastDay: null,
  };
  return {
    reference: referenceOf('x', before),
    current: { table: table('x', window), predictions: none, log },
  };
}

const drift = (...asked: Parameters<typeof look>): ColumnDrift => {
  const { reference, current } = look(...asked);
  return compare(reference, current, policy)[0]!;
};

const still = (_at: number, random: () => number): number => random();
/** A strong pattern of the day, and one of the week. */
const ofTheDay = (at: number, random: () => number): number =>
  2 * Math.sin((2 * Math.PI * at) / day) + random();
const ofTheWeek = (at: number, random: () => number): number =>
  (new Date(at).getUTCDay() % 6 === 0 ? 2 : 0) + random();
/** `by` standard deviations more from `days` days after the beginning on. */
const since =
  (days: number, by: number, of = still) =>
  (at: number, random: () => number): number =>
    of(at, random) + (at >= monday + days * day ? by : 0);

describe('a window of a log', () => {
  it('is charged for its looks, and says from when on', () => {
    const calm = drift(2, 2000, still);
    expect(calm).toMatchObject({ state: 'stable', rows: 2000 });
    expect(calm.looks).toBeGreaterThan(4 * 30);
    expect(calm.adjustedP).toBe(Math.min(1, calm.p * calm.looks!));
    expect(drift(2, 2000, since(0, 0.5), still)).toMatchObject({ state: 'drifted' });
  });

  it('does not hide a change of today behind the rows of last week', () => {
    // 8,640 old rows, 1,080 new ones: an eighth.
    const found = drift(6.75, 9720, since(6, 0.5), still);
    expect(found.state).toBe('drifted');
    expect(found.rows).toBeLessThan(1300);
    expect(found.from).toBeGreaterThan(monday + 5.8 * day);
    // Days are counted back from the last row.
    expect(found.onset?.kind).toBe('sudden');
    expect(Math.abs(found.onset!.since - monday - 6 * day)).toBeLessThan(0.5 * day);
  });
});

describe('a pattern of the day', () => {
  it('alarms no window, whatever hours it covers', () => {
    for (const [days, rows] of [
      [4, 300],
      [4.3, 700],
      [2.5, 3600],
      [6.7, 9600],
      [9.2, 9000],
    ] as const) {
      const found = drift(days, rows, ofTheDay);
      expect([days, rows, found.state]).toEqual([days, rows, 'stable']);
    }
    expect(drift(4, 300, ofTheDay).note).toMatch(/as the same hours or weekdays before did/);
  });

  it('does not hide a change', () => {
    expect(drift(4, 400, since(3.9, 2, ofTheDay), ofTheDay)).toMatchObject({ state: 'drifted' });
  });

  it('is waited for on the first day, and said so', () => {
    const found = drift(0.2, 288, ofTheDay);
    expect(found).toMatchObject({
      state: 'not enough data',
      note: expect.stringMatching(/covers 5 of 24 hours/),
    });
    expect(drift(0.2, 288, still)).toMatchObject({ state: 'stable' });
    // What no hour explains is not waited for.
    const holes = (_at: number, random: () => number): number => (random() > 1.3 ? Number.NaN : random());
    expect(drift(0.25, 360, holes, still)).toMatchObject({ state: 'drifted' });
  });

  it('is nothing to a batch that came within an hour', () => {
    const { reference, current } = look(0.2, 288, since(0, 1), still);
    const at = Float64Array.from({ length: 288 }, (_, i) => monday + i * 1000);
    expect(compare(reference, { ...current, log: { ...current.log, at } }, policy)[0]!.state).toBe('drifted');
  });
});

describe('a pattern of the week', () => {
  it('alarms no window that the log has an earlier week to compare with', () => {
    // The second weekend, as two days and as six hours of it.
    expect(drift(13.9, 2800, ofTheWeek).state).toBe('stable');
    expect(drift(13, 360, ofTheWeek).state).toBe('stable');
  });
});

describe('the shape of the newest rows', () => {
  it('alarms though the window is still full of old ones', () => {
    const { reference, current } = look(
      6,
      8640,
      (at, random) => (at >= monday + 5.8 * day ? 99 : random()),
      still,
    );
    const [alarm] = findSchemaAlarms(reference.columns, current.table, [], current.log, 200);
    expect(alarm).toMatchObject({
      kind: 'out-of-range',
      message: expect.stringMatching(/of the rows lie outside/),
    });
    const gone = look(6, 8640, (at, random) => (at >= monday + 5.8 * day ? Number.NaN : random()), still);
    const [missing] = findSchemaAlarms(gone.reference.columns, gone.current.table, [], gone.current.log, 200);
    expect(missing).toMatchObject({ kind: 'column-missing', message: 'x is missing in all 270 rows.' });
  });
});
