import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../../../random.ts';
import type { Layout } from '../binning.ts';
import { startHelpers } from './helpers.ts';
import { choose, fill, weave } from '../histogram.ts';
import { giveTreeMemoryBack, takeTreeMemory } from './memory.ts';
import type { BinColumn, Doubles, RowNumbers, TreeMemory } from './memory.ts';

let memory: TreeMemory;
beforeEach(() => {
  memory = takeTreeMemory();
});
afterEach(() => {
  giveTreeMemoryBack(memory);
});

/** Columns of so many bins each, of which more than a byte holds stand alone. */
function made(bins: readonly number[], rows: number): { layout: Layout; columns: BinColumn[] } {
  const random = createRandom(`${bins.join()}/${rows}`);
  const bases = bins.map((_, at) => bins.slice(0, at).reduce((sum, each) => sum + each, 0));
  const narrow = [...bins.keys()].filter((at) => bins[at]! <= 256);
  const wide = [...bins.keys()].filter((at) => bins[at]! > 256).map((at) => [at]);
  const lists = [
    ...Array.from({ length: Math.ceil(narrow.length / 4) }, (_, at) => narrow.slice(4 * at, 4 * at + 4)),
    ...wide,
  ];
  return {
    columns: bins.map((count) => {
      const column = memory.column(rows, count > 256);
      for (let row = 0; row < rows; row += 1) column[row] = random.integer(count);
      return column;
    }),
    layout: {
      bins: bins.reduce((sum, each) => sum + each, 0),
      blocks: lists.map((features) => ({
        features,
        wide: bins[features[0]!]! > 256,
        base: bases[features[0]!]!,
        bins: features.reduce((sum, each) => sum + bins[each]!, 0),
      })),
      features: bins.map((count, at) => ({
        kind: 'number',
        bins: count,
        bounds: new Float64Array(0),
        low: 0,
        high: 0,
        codes: new Int32Array(0),
        base: bases[at]!,
      })),
    },
  };
}

function derivativesOf(rows: number): Doubles {
  const random = createRandom(rows);
  const derivatives = memory.doubles(2 * rows);
  for (let at = 0; at < derivatives.length; at += 1) derivatives[at] = random.normal();
  return derivatives;
}

function orderOf(rows: readonly number[]): RowNumbers {
  const order = memory.rowNumbers(rows.length);
  order.set(rows);
  return order;
}

/** The sums as they are meant, row by row. */
function plainSums(
  { features }: Layout,
  columns: readonly BinColumn[],
  order: RowNumbers,
  derivatives: Doubles,
  feature: number,
): number[] {
  const { bins } = features[feature]!;
  const sums = new Array<number>(2 * bins).fill(0);
  for (const row of order) {
    const bin = columns[feature]![row]!;
    sums[2 * bin]! += derivatives[2 * row]!;
    sums[2 * bin + 1]! += derivatives[2 * row + 1]!;
  }
  return sums;
}

describe('a histogram', () => {
  it.each([
    { bins: [3, 256, 7, 40, 2], columns: [0, 1, 2, 3, 4] },
    { bins: [3, 256, 7, 40, 2], columns: [1, 3] },
    { bins: [3, 256, 7, 40], columns: [0, 2, 3] },
    { bins: [300, 5, 257, 4], columns: [0, 1, 2, 3] },
    { bins: [300, 5, 257, 4], columns: [2, 3] },
  ])(
    'of $bins bins has the sums of columns $columns, in the order of the rows',
    ({ bins, columns: chosen }) => {
      const { layout, columns } = made(bins, 500);
      // A block's features stand side by side in the layout: wide ones come last.
      const narrowFirst = [...layout.blocks.flatMap(({ features }) => features)];
      let base = 0;
      const features = [...layout.features];
      for (const at of narrowFirst) {
        features[at] = { ...features[at]!, base };
        base += features[at].bins;
      }
      const blocks = layout.blocks.map((block) => ({ ...block, base: features[block.features[0]!]!.base }));
      const laid = { ...layout, features, blocks };
      const derivatives = derivativesOf(500);
      const order = orderOf(Array.from({ length: 301 }, (_, at) => (at * 7) % 500));
      const table = weave(memory, laid, columns);
      choose(table, laid, chosen);
      const gathered = memory.doubles(1000);
      const sums = memory.gather(derivatives, order, 0, order.length, gathered);
      const histogram = memory.doubles(2 * laid.bins);
      const parent = memory.doubles(2 * laid.bins).fill(1);
      fill(
        memory,
        table,
        { order, from: 0, to: order.length, derivatives: gathered },
        histogram,
        parent,
        false,
      );
      for (const feature of chosen) {
        const own = plainSums(laid, columns, order, derivatives, feature);
        const at = 2 * features[feature]!.base;
        expect([...histogram.subarray(at, at + own.length)]).toEqual(own);
        expect([...parent.subarray(at, at + own.length)]).toEqual(own.map((sum) => 1 - sum));
      }
      const gradients = [...order].reduce((sum, row) => sum + derivatives[2 * row]!, 0);
      expect(sums.gradient).toBeCloseTo(gradients, 10);
    },
  );

  it('is the same bits with helpers, time and again', async () => {
    const rows = 20_000;
    const { layout, columns } = made(new Array<number>(24).fill(100), rows);
    const order = memory.rowNumbers(rows);
    memory.countUp(order);
    const table = weave(memory, layout, columns);
    choose(table, layout, [...columns.keys()]);
    const gathered = { order, from: 0, to: rows, derivatives: derivativesOf(rows) };
    const alone = memory.doubles(2 * layout.bins);
    fill(memory, table, gathered, alone, null, false);
    for (const count of [1, 2]) {
      const helpers = startHelpers(memory, count);
      // Memory that grows while they work is theirs, too.
      const far = memory.doubles(2 * layout.bins + 300_000);
      for (let time = 0; time < 50; time += 1) {
        const helped = far.subarray(300_000);
        helped.fill(NaN);
        fill(memory, table, gathered, helped, null, true);
        expect(Buffer.compare(Buffer.from(helped.slice().buffer), Buffer.from(alone.slice().buffer))).toBe(0);
        // Lets helpers come up between two.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await helpers.end();
    }
  });
});

describe('rows that are dealt out', () => {
  it('stay in their order on both sides', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(299), { maxLength: 80 }), fc.boolean(), fc.nat(40), (all, wide, from) => {
        memory.clear();
        const column = memory.column(all.length, wide);
        column.set(wide ? all : all.map((bin) => bin % 256));
        const goesLeft = Uint8Array.from({ length: 300 }, (_, bin) => (bin % 3 === 0 ? 1 : 0));
        const rows = [...all.keys()].reverse();
        const order = orderOf(rows);
        const start = Math.min(from, all.length);
        const border = memory.partition(column, goesLeft, order, start, all.length, orderOf(rows));
        const part = rows.slice(start);
        const left = part.filter((row) => goesLeft[column[row]!] === 1);
        const right = part.filter((row) => goesLeft[column[row]!] === 0);
        expect([...order]).toEqual([...rows.slice(0, start), ...left, ...right]);
        expect(border).toBe(start + left.length);
      }),
    );
  });
});

describe('rows that are drawn', () => {
  it('are those that the stream itself would choose, beside all others, and the stream goes on behind them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, share) => {
          memory.clear();
          const wanted = Math.max(1, Math.round(share * rows));
          const [own, other] = [createRandom(`drawn/${rows}`), createRandom(`drawn/${rows}`)];
          const [order, others] = [memory.rowNumbers(rows), memory.rowNumbers(rows)];
          memory.draw(own, rows, wanted, order, others);
          const chosen = other.choose(rows, wanted);
          expect([...order.subarray(0, wanted)]).toEqual([...chosen]);
          const left = new Set(chosen);
          const rest = Array.from({ length: rows }, (_, row) => row).filter((row) => !left.has(row));
          expect([...others.subarray(0, rows - wanted)]).toEqual(rest);
          expect(own.next()).toBe(other.next());
        },
      ),
    );
  });
});

describe('rows of several chunks', () => {
  // The last chunk has one row, all of them, or there are more chunks than 32 of the usual size.
  it.each([65_537, 98_304, 1_100_001])('%d: the same bits and the same sides with helpers', async (rows) => {
    const derivatives = derivativesOf(rows);
    const column = memory.column(rows, false);
    const random = createRandom(rows);
    for (let row = 0; row < rows; row += 1) column[row] = random.integer(256);
    const goesLeft = Uint8Array.from({ length: 256 }, (_, bin) => (bin % 3 === 0 ? 1 : 0));
    const order = memory.rowNumbers(rows);
    const spare = memory.rowNumbers(rows);
    const gathered = memory.doubles(2 * rows);
    const once = (helped: boolean) => {
      memory.countUp(order);
      const border = memory.partition(column, goesLeft, order, 0, rows, spare, helped);
      gathered.fill(NaN);
      return { border, sums: memory.gather(derivatives, order, 0, rows, gathered, helped) };
    };
    const alone = once(false);
    const sides = order.slice();
    let sum = 0;
    for (let at = 0; at < rows; at += 1) {
      const row = sides[at]!;
      if (goesLeft[column[row]!] !== (at < alone.border ? 1 : 0))
        expect.fail(`row ${row} is on a wrong side`);
      if (at > 0 && at !== alone.border && row <= sides[at - 1]!) expect.fail(`row ${row} is out of order`);
      if (gathered[2 * at] !== derivatives[2 * row]) expect.fail(`row ${row} has other derivatives`);
      sum += derivatives[2 * row]!;
    }
    expect(alone.sums.gradient).toBeCloseTo(sum, 8);
    const helpers = startHelpers(memory, 2);
    for (let time = 0; time < 3; time += 1) {
      expect(once(true)).toEqual(alone);
      expect(Buffer.compare(Buffer.from(order.slice().buffer), Buffer.from(sides.buffer))).toBe(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await helpers.end();
  });
});

describe('the log loss in the kernel', () => {
  it('has gradient, curvature and value as the formula has, far out too', () => {
    const sum = fc.oneof(
      fc.double({ min: -40, max: 40, noNaN: true }),
      fc.constantFrom(0, -0, 800, -800, 36.7),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ sum, label: fc.nat(1), weight: fc.double({ min: 0.1, max: 9, noNaN: true }) }), {
          minLength: 1,
          maxLength: 9,
        }),
        fc.boolean(),
        (rows, weighted) => {
          memory.clear();
          const kept = (values: readonly number[]): Doubles => {
            const copy = memory.doubles(values.length);
            copy.set(values);
            return copy;
          };
          const sums = kept(rows.map((row) => row.sum));
          const labels = kept(rows.map(({ label }) => label));
          const weights = kept(rows.map(({ weight }) => weight));
          const into = memory.doubles(2 * rows.length);
          const weightsAt = weighted ? weights.byteOffset : 0;
          const loss = memory.kernel.deriveLogLoss(
            sums.byteOffset,
            labels.byteOffset,
            weightsAt,
            rows.length,
            into.byteOffset,
          );
          let expected = 0;
          rows.forEach((row, at) => {
            const p = 1 / (1 + Math.exp(-row.sum));
            const q = 1 / (1 + Math.exp(row.sum));
            const weight = weighted ? row.weight : 1;
            expect(into[2 * at]).toBeCloseTo(weight * (row.label === 1 ? -q : p), 13);
            const curvature = weight * Math.max(p * q, 1e-16);
            expect(Math.abs(into[2 * at + 1]! / curvature - 1)).toBeLessThan(1e-13);
            expected -= weight * Math.log(Math.max(row.label === 1 ? p : q, 1e-15));
          });
          expect(loss).toBeCloseTo(expected, 9);
        },
      ),
    );
  });
});
