import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../src/data/columns.ts';
import type { RowSchema } from '../../src/data/schema.ts';
import { compare } from '../../src/monitoring/compare.ts';
import { profileReference } from '../../src/monitoring/profileReference.ts';
import { check, profile } from '../../src/validation/index.ts';

// One rule, one home: a share that changes by five points warns where a snapshot is checked and alarms where predictions
// are watched; both sides of the border, by both.

const rows = 20_000;
const columnOf = {
  category: (share: number): Column => ({
    kind: 'category',
    codes: Int32Array.from({ length: rows }, (_, row) => (row < Math.round(share * rows) ? 0 : 1)),
    dictionary: ['basic', 'pro'],
  }),
  'number with two values': (share: number): Column => ({
    kind: 'number',
    values: Float64Array.from({ length: rows }, (_, row) => (row < Math.round(share * rows) ? 0 : 1)),
  }),
  'missing cells of a number': (share: number): Column => ({
    kind: 'number',
    values: Float64Array.from({ length: rows }, (_, row) =>
      row < Math.round(share * rows) ? Number.NaN : (row * 7919) % 1000,
    ),
  }),
  'missing cells of a category': (share: number): Column => ({
    kind: 'category',
    codes: Int32Array.from({ length: rows }, (_, row) =>
      row < Math.round(share * rows) ? -1 : (row * 7919) % 40,
    ),
    dictionary: Array.from({ length: 40 }, (_, word) => `w${word}`),
  }),
} as const;

const tableOf = (plan: Column): Table => ({ rows, columns: new Map([['plan', plan]]) });

function warned(then: Column, now: Column): boolean {
  const schema: RowSchema = {
    missing: [''],
    columns: [
      {
        name: 'plan',
        kind: now.kind,
        type: now.kind === 'number' ? 'number' : 'string',
        nullable: true,
        required: true,
        closed: false,
      },
    ],
  };
  const found = check({
    table: tableOf(now),
    rowIds: Array.from({ length: rows }, (_, row) => String(row)),
    schema,
    profile: profile(tableOf(now)),
    previous: profile(tableOf(then)),
    rowIdColumns: [],
    unknownColumns: [],
    quarantined: [],
  });
  return found.some(({ check: name, severity }) => name.endsWith('-change') && severity === 'warning');
}

function alarmed(then: Column, now: Column): boolean {
  const none: Table = { rows: 0, columns: new Map() };
  const reference = profileReference({
    population: tableOf(then),
    predictions: none,
    performance: { metric: 'log_loss', rows: 0, metrics: {} },
  });
  const policy = { drift: { alpha: 0.01, min_effect: 0.1, ignore: [] }, min_rows: 200 };
  const [drift] = compare(reference, { table: tableOf(now), predictions: none }, policy);
  return drift?.state === 'drifted';
}

describe.each(Object.entries(columnOf))('the share of a %s', (_, column) => {
  it.each([
    [0.5, 0.55],
    [0.55, 0.5],
    [0.3, 0.35],
    [0.35, 0.3],
  ])('from %s to %s warns and alarms', (then, now) => {
    expect([warned(column(then), column(now)), alarmed(column(then), column(now))]).toEqual([true, true]);
  });

  it.each([
    [0.5, 0.549],
    [0.549, 0.5],
    [0.4, 0.4],
  ])('from %s to %s does not alarm', (then, now) => {
    expect(alarmed(column(then), column(now))).toBe(false);
    expect(warned(column(then), column(now))).toBe(false);
  });
});
