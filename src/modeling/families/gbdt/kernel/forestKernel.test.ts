import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSums, layOut } from '../../../trees/forest.ts';
import { categoricalBit, defaultLeftBit, missingKinds, missingShift } from '../../../trees/tree.ts';
import type { Tree } from '../../../trees/tree.ts';
import { treeNumber } from '../bounds.ts';
import { addingForest } from './forestKernel.ts';
import { giveTreeMemoryBack, takeTreeMemory } from './memory.ts';

const value = fc.oneof(
  fc.integer({ min: -4, max: 70 }),
  fc.double({ min: -3, max: 3, noNaN: true }),
  fc.constantFrom(NaN, 0, -0, 1e-36, Infinity, -Infinity, 1e300, -1e300, 4_294_967_300, 2 ** 31),
);
const missing = fc.constantFrom('none', 'nan') satisfies fc.Arbitrary<(typeof missingKinds)[number]>;
/** A chain of splits: each has a leaf on its left. */
const tree = fc
  .array(
    fc.record({
      feature: fc.nat(2),
      threshold: fc.double({ min: -2, max: 2, noNaN: true }),
      missing,
      missingLeft: fc.boolean(),
      words: fc.array(fc.nat({ max: 2 ** 31 - 1 }), { maxLength: 3 }),
    }),
    { maxLength: 6 },
  )
  .map((splits): Tree => {
    const sets = splits.filter(({ words }) => words.length > 0);
    const setOf = (at: number): number => splits.slice(0, at).filter(({ words }) => words.length > 0).length;
    return {
      splitFeature: Int32Array.from(splits, ({ feature }) => feature),
      threshold: Float64Array.from(splits, ({ threshold, words }, at) =>
        words.length > 0 ? setOf(at) : threshold,
      ),
      decision: Uint8Array.from(
        splits,
        (split) =>
          (missingKinds.indexOf(split.missing) << missingShift) |
          (split.words.length > 0 ? categoricalBit : split.missingLeft ? defaultLeftBit : 0),
      ),
      left: Int32Array.from(splits, (_, at) => ~at),
      right: Int32Array.from(splits, (_, at) => (at + 1 < splits.length ? at + 1 : ~splits.length)),
      leafValue: Float64Array.from({ length: splits.length + 1 }, (_, at) => 0.1 * at + 1 / 3),
      catBoundaries: Int32Array.from([
        0,
        ...sets.map((_, at) => sets.slice(0, at + 1).reduce((sum, { words }) => sum + words.length, 0)),
      ]),
      catThreshold: Uint32Array.from(sets.flatMap(({ words }) => words)),
      splitGain: new Float64Array(splits.length),
      internalCount: new Float64Array(splits.length),
      leafCount: new Float64Array(splits.length + 1),
    };
  });

describe('trees in the kernel', () => {
  it('add the same bits as in plain code', () => {
    const memory = takeTreeMemory();
    fc.assert(
      fc.property(
        fc.array(tree, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1, 2),
        (trees, rows, outputs) => {
          memory.clear();
          const forest = layOut(trees);
          const cells = Float64Array.from(rows.flat(), treeNumber);
          const expected = new Float64Array(rows.length * outputs);
          addSums(forest, cells, 3, outputs, expected);
          const adder = addingForest(memory, forest, 3, outputs, 8)!;
          for (const [at, row] of rows.entries())
            for (const [column, cell] of row.entries()) adder.cells[8 * column + at] = cell;
          adder.sums.fill(0);
          adder.add(rows.length);
          expect([...adder.sums.subarray(0, expected.length)]).toEqual([...expected]);
        },
      ),
      { numRuns: 300 },
    );
    giveTreeMemoryBack(memory);
  });

  it('are left to plain code where 0 is missing', () => {
    const memory = takeTreeMemory();
    const one: Tree = {
      splitFeature: Int32Array.of(0),
      threshold: Float64Array.of(1),
      decision: Uint8Array.of(missingKinds.indexOf('zero') << missingShift),
      left: Int32Array.of(-1),
      right: Int32Array.of(-2),
      leafValue: Float64Array.of(1, 2),
      catBoundaries: new Int32Array(0),
      catThreshold: new Uint32Array(0),
      splitGain: new Float64Array(1),
      internalCount: new Float64Array(1),
      leafCount: new Float64Array(2),
    };
    expect(addingForest(memory, layOut([one]), 1, 1, 8)).toBeUndefined();
    giveTreeMemoryBack(memory);
  });
});
