import { describe, expect, it } from 'vitest';
import type { Column } from '../data/columns.ts';
import { createRandom } from '../random.ts';
import { rowTimeOf } from './rowTime.ts';

const day = 24 * 3_600_000;
const start = Date.UTC(2022, 0, 1);
const random = createRandom('row time');
const rows = 200;
const shuffled = random.shuffle(Array.from({ length: rows }, (_, row) => row));

const times = (of: (row: number) => number): Column => ({
  kind: 'time',
  values: Float64Array.from({ length: rows }, (_, row) => of(row)),
});
/** Days in no order, each in four rows. */
const someDays = times((row) => start + Math.floor(shuffled[row]! / 4) * day);
const inOrder = times((row) => start + Math.floor(row / 4) * day);

const found = (columns: Record<string, Column>, isFileOrder = true) =>
  rowTimeOf({ rows, columns: new Map(Object.entries(columns)) }, { named: null, out: [], isFileOrder });

describe("a row's own time", () => {
  it('is the one that the pipeline names', () => {
    const table = { rows, columns: new Map([['x', inOrder]]) };
    expect(rowTimeOf(table, { named: 'y', out: [], isFileOrder: true })?.name).toBe('y');
  });

  it('is shown by the order of the file, up or down, where that says something', () => {
    const down = times((row) => start - Math.floor(row / 4) * day);
    expect(found({ x: inOrder })).toEqual({ name: 'x', sign: 'the rows are in its order' });
    expect(found({ x: down })?.sign).toBe('the rows are in its order');
    expect(found({ x: inOrder }, false)).toEqual({ name: 'x', sign: null });
    expect(found({ x: someDays })).toEqual({ name: 'x', sign: null });
  });

  it('or by a time of its own in nearly every row', () => {
    const own = (share: number) => times((row) => start + (row < share * rows ? shuffled[row]! : 0) * 1000);
    expect(found({ x: own(0.95) }, false)?.sign).toBe('nearly every row has a time of its own');
    expect(found({ x: own(0.8) }, false)?.sign).toBeNull();
  });

  it('or by coming after every other time', () => {
    const before = times((row) => start - (1 + Math.floor(shuffled[row]! / 4)) * day);
    expect(found({ before, x: someDays }, false)).toEqual({
      name: 'x',
      sign: 'it is after every other time of its row',
    });
  });

  it('or by its name, where it is the only one', () => {
    for (const name of ['date', 'timestamp', 'order_date', 'created_at', 'pickup_datetime'])
      expect(found({ [name]: someDays })?.sign).toBe('it is the only time and is named as one');
    expect(
      found({ date: someDays, x: times((row) => start + (shuffled[row]! % 20) * day) })?.sign,
    ).toBeNull();
  });

  it('is no time of a life, none that rows lack, none of few days, none of half a century', () => {
    for (const name of ['birth_date', 'dob', 'BornOn']) expect(found({ [name]: inOrder })).toBeNull();
    const gaps = (missing: number) => times((row) => (row < missing ? Number.NaN : start + row * day));
    expect(found({ x: gaps(2) })).not.toBeNull();
    expect(found({ x: gaps(3) })).toBeNull();
    const days = (count: number) => times((row) => start + Math.floor((row * count) / rows) * day);
    expect(found({ x: days(10) })).not.toBeNull();
    expect(found({ x: days(9) })).toBeNull();
    expect(found({ x: times((row) => start + (row / rows) * 50 * 365 * day) })).toBeNull();
    expect(found({ x: { kind: 'number', values: new Float64Array(rows) } })).toBeNull();
  });

  it('a time of what a row is about stays in doubt, whatever its order', () => {
    for (const name of ['signup_date', 'hired_on', 'closed_at', 'due_date'])
      expect(found({ [name]: inOrder })).toEqual({ name, sign: null });
  });
});
