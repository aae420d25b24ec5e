import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { numbers, words } from '../columns.fixture.ts';
import { onsetOf } from './onset.ts';
import { profileColumn } from '../profileReference.ts';

const day = 86_400_000;
const monday = Date.UTC(2026, 10, 2);
const random = createRandom('onset');

/** Ten days of 144 rows; the window is the last two. */
const rows = 1440;
const at = Float64Array.from({ length: rows }, (_, row) => monday + (row * day) / 144);
const reference = profileColumn(
  'x',
  numbers(2000, () => random.normal()),
  2000,
);
const onset = (shift: (days: number) => number, column = reference) =>
  onsetOf(
    column,
    numbers(rows, (row) => random.normal() + shift(row / 144)),
    at,
    288,
  );

describe('how a column came to differ', () => {
  it('is sudden where one step tells it, with its day', () => {
    expect(onset((days) => (days >= 7 ? 1 : 0))).toEqual({ kind: 'sudden', since: monday + 7 * day });
    expect(onset((days) => (days >= 3 ? -0.7 : 0))).toEqual({ kind: 'sudden', since: monday + 3 * day });
  });

  it('is slow where a line does', () => {
    expect(onset((days) => 0.15 * days)).toEqual({ kind: 'slow', since: monday });
  });

  it('is as old as the log where that has not seen it come', () => {
    expect(onset(() => 1)).toEqual({ kind: 'standing', since: monday });
  });

  it('is told of words and of missing cells too', () => {
    const before = profileColumn(
      'x',
      words(2000, (row) => (row % 2 === 0 ? 'a' : 'b')),
      2000,
    );
    const now = (from: number) =>
      words(rows, (row) => (row >= from * 144 && row % 3 > 0 ? 'new' : row % 2 === 0 ? 'a' : 'b'));
    expect(onsetOf(before, now(6), at, 288)).toEqual({ kind: 'sudden', since: monday + 6 * day });
    const holes = numbers(rows, (row) => (row >= 5 * 144 && row % 4 === 0 ? Number.NaN : random.normal()));
    expect(onsetOf(reference, holes, at, 288)).toEqual({ kind: 'sudden', since: monday + 5 * day });
  });

  it('is told of a log of less than four days by pieces, and not of a few rows', () => {
    const short = Float64Array.from({ length: rows }, (_, row) => monday + row * 60_000);
    const cells = numbers(rows, (row) => random.normal() + (row >= 720 ? 1 : 0));
    expect(onsetOf(reference, cells, short, 288)).toEqual({ kind: 'sudden', since: monday + 720 * 60_000 });
    const few = numbers(90, (row) => random.normal() + (row >= 45 ? 1 : 0));
    expect(onsetOf(reference, few, short.subarray(0, 90), 45)).toBeUndefined();
    // Three batches of 480 rows, the last of which is otherwise: no piece begins with it.
    const batches = Float64Array.from({ length: rows }, (_, row) => monday + Math.floor(row / 480) * day);
    const last = numbers(rows, (row) => random.normal() + (row >= 960 ? 1 : 0));
    expect(onsetOf(reference, last, batches, 288)).toEqual({ kind: 'sudden', since: monday + 2 * day });
    const newest = numbers(rows, (row) => random.normal() + (row >= 480 ? 1 : 0));
    expect(onsetOf(reference, newest, batches, 288)).toEqual({ kind: 'sudden', since: monday + day });
    // As a batch is logged: some rows a millisecond. Neither end of the second is where a piece begins.
    const logged = Float64Array.from({ length: rows }, (_, row) => {
      const batch = row < 400 ? 0 : row < 1000 ? 1 : 2;
      return monday + batch * day + Math.floor((row - [0, 400, 1000][batch]!) / 30);
    });
    for (const [batch, from] of [400, 1000].entries()) {
      const cells = numbers(rows, (row) => random.normal() + (row >= from ? 1 : 0));
      const since = monday + (batch + 1) * day;
      expect(onsetOf(reference, cells, logged, 288)).toEqual({ kind: 'sudden', since });
    }
    // What came and went with a batch is told of when it came.
    const gone = numbers(rows, (row) => random.normal() + (row >= 400 && row < 1000 ? 8 : 0));
    expect(onsetOf(reference, gone, logged, rows)).toEqual({ kind: 'sudden', since: monday + day });
    // A window that is its reference has no direction.
    const flat = profileColumn(
      'x',
      numbers(100, () => 1),
      100,
    );
    expect(
      onsetOf(
        flat,
        numbers(rows, () => 1),
        at,
        288,
      ),
    ).toBeUndefined();
  });
});
