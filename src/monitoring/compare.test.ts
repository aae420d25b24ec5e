import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { compare } from './compare.ts';
import { none, numbers, referenceOf, table, words } from './columns.fixture.ts';
import type { Column } from '../data/columns.ts';
import type { ColumnDrift } from './report.ts';

const policy = { min_rows: 200, drift: { alpha: 0.01, min_effect: 0.1, ignore: ['ignored'] } };
function drift(before: Column, after: Column, name = 'x'): ColumnDrift | undefined {
  return compare(referenceOf(name, before), { table: table(name, after), predictions: none }, policy)[0];
}

const random = createRandom(1);

describe('a number', () => {
  const before = numbers(3000, () => 40 + 10 * random.normal());

  it('is stable where nothing changed, and drifts with its mean', () => {
    const calm = drift(
      before,
      numbers(400, () => 40 + 10 * random.normal()),
    )!;
    expect(calm).toMatchObject({
      state: 'stable',
      test: 'ks',
      distance: 'wasserstein',
      of: 'input',
      rows: 400,
      referenceRows: 3000,
    });
    const moved = drift(
      before,
      numbers(400, () => 45 + 10 * random.normal()),
    )!;
    expect(moved.state).toBe('drifted');
    // Half a standard deviation, less the .08 that chance gives with 400 rows.
    expect(moved.effect).toBeGreaterThan(0.3);
    expect(moved.effect).toBeLessThan(0.55);
    expect(moved.change).toMatch(/^mean (39|40)(\.\d)? → (44|45)(\.\d)?$/);
  });

  it('needs significance, size and rows', () => {
    const many = numbers(60_000, () => random.normal());
    const tiny = drift(
      many,
      numbers(60_000, () => 0.05 + random.normal()),
    )!;
    expect(tiny.adjustedP).toBeLessThan(0.001);
    expect(tiny.effect).toBeLessThan(0.1);
    expect(tiny.state).toBe('stable');
    expect(
      drift(
        before,
        numbers(199, () => 90),
      )!.state,
    ).toBe('not enough data');
  });

  it('says when cells go missing, not only when values move', () => {
    const holed = drift(
      before,
      numbers(400, (i) => (i % 5 === 0 ? Number.NaN : 40 + 10 * random.normal())),
    )!;
    expect(holed).toMatchObject({
      state: 'drifted',
      test: 'hypergeometric',
      distance: 'jensen_shannon',
      change: 'missing 0 % → 20 %',
    });
    expect(holed.bins.at(-1)).toEqual({ label: 'missing', reference: 0, current: expect.closeTo(0.2, 9) });
  });

  it('with few values is compared like a category', () => {
    const flag = drift(
      numbers(3000, (i) => (i % 10 === 0 ? 1 : 0)),
      numbers(400, (i) => (i % 2 === 0 ? 1 : 0)),
    )!;
    expect(flag).toMatchObject({
      state: 'drifted',
      test: 'hypergeometric',
      bins: [{ label: '0' }, { label: '1' }],
    });
    expect(flag.change).toBe('"0" 90 % → 50 %');
    expect(
      drift(
        numbers(3000, () => 5),
        numbers(400, () => 5),
      )!,
    ).toMatchObject({ state: 'stable', p: 1, effect: 0 });
    expect(
      drift(
        numbers(3000, () => 5),
        numbers(400, (i) => i),
      )!.state,
    ).toBe('drifted');
  });

  it('keeps the true number of rows in p though the reference keeps 2,000 values', () => {
    const huge = numbers(200_000, () => random.normal());
    const reference = referenceOf('x', huge);
    expect(reference.columns[0]!.sample).toHaveLength(2000);
    const shifted = numbers(100_000, () => 0.02 + random.normal());
    const [found] = compare(reference, { table: table('x', shifted), predictions: none }, policy);
    // 2,000 rows could not tell: at D = .008 they give p = 1.
    expect(found!.p).toBeLessThan(0.01);
    expect(found!.referenceRows).toBe(200_000);
    const same = numbers(100_000, () => random.normal());
    expect(compare(reference, { table: table('x', same), predictions: none }, policy)[0]!.p).toBeGreaterThan(
      0.01,
    );
  });
});

describe('a category', () => {
  it('says which one moved most', () => {
    const before = words(3000, (i) => (i % 3 === 0 ? 'No' : 'DSL'));
    const after = words(300, (i) => (i % 20 < 17 ? 'Fiber optic' : 'DSL'));
    expect(drift(before, after)).toMatchObject({ state: 'drifted', change: '"Fiber optic" 0 % → 85 %' });
  });

  it('counts missing as a category of its own', () => {
    const after = words(300, (i) => (i % 4 === 0 ? null : i % 3 === 0 ? 'a' : 'b'));
    expect(
      drift(
        words(3000, (i) => (i % 3 === 0 ? 'a' : 'b')),
        after,
      )!.state,
    ).toBe('drifted');
  });

  it('draws at most 12 bars that add up to 1', () => {
    const before = words(3000, (i) => (i % 7 === 0 ? null : `c${i % 50}`));
    const { bins } = drift(
      before,
      words(300, (i) => `c${i % 60}`),
    )!;
    expect(bins.length).toBeLessThanOrEqual(12);
    for (const side of ['reference', 'current'] as const)
      expect(bins.reduce((sum, bin) => sum + bin[side], 0)).toBeCloseTo(1, 9);
    expect(bins.map((bin) => bin.label)).toContain('others');
  });

  it('survives words that are names of everything', () => {
    const odd = words(600, (i) => ['__proto__', 'constructor', 'missing', 'others'][i % 4]!);
    expect(drift(odd, odd)).toMatchObject({ state: 'stable', p: 1 });
  });
});

it('leaves ignored columns, vanished ones and other kinds to others', () => {
  const column = numbers(300, (i) => i);
  expect(drift(column, column, 'ignored')).toBeUndefined();
  expect(
    drift(
      column,
      words(300, (i) => String(i)),
    ),
  ).toBeUndefined();
  const gone = compare(
    referenceOf('x', column),
    { table: { rows: 300, columns: new Map() }, predictions: none },
    policy,
  );
  expect(gone).toEqual([]);
});

it('compares only missing cells of text and time', () => {
  const time = (from: number): Column => ({
    kind: 'time',
    values: Float64Array.from({ length: 400 }, (_, i) => from + i * 1e6),
  });
  expect(drift(time(0), time(1e12))).toMatchObject({ state: 'stable', effect: 0 });
  const text = (gone: number): Column => ({
    kind: 'text',
    values: Array.from({ length: 400 }, (_, i) => (i < gone ? null : `w${i}`)),
  });
  expect(drift(text(0), text(100))).toMatchObject({ state: 'drifted', change: 'missing 0 % → 25 %' });
});

it('gives figures that survive JSON, whatever comes', () => {
  const cell = fc.oneof(
    fc.constant(Number.NaN),
    fc.constant(0),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const column = fc
    .array(cell, { minLength: 1, maxLength: 40 })
    .map((values) => numbers(values.length, (i) => values[i]!));
  fc.assert(
    fc.property(column, column, (before, after) => {
      const found = drift(before, after)!;
      for (const figure of [found.p, found.adjustedP, found.effect, found.psi])
        expect(figure).toSatisfy(Number.isFinite);
      for (const bin of found.bins) expect(bin.reference + bin.current).toSatisfy(Number.isFinite);
      expect(found.bins.length).toBeLessThanOrEqual(12);
    }),
  );
});
