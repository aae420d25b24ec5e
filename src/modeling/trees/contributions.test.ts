import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addContributions, explainForest } from './contributions.ts';
import { addSums, goesLeft, layOut } from './forest.ts';
import type { Forest } from './forest.ts';
import { gaussLegendre } from './quadrature.ts';
import type { Tree } from './tree.ts';
import { defaultLeftBit, missingKinds, missingShift } from './tree.ts';

const features = 4;
const nan = missingKinds.indexOf('nan') << missingShift;

/** A node of a tree as it is drawn: a leaf, or a split of a feature at a threshold. */
type Drawn =
  | { readonly value: number; readonly rows: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly nanLeft: boolean;
      readonly left: Drawn;
      readonly right: Drawn;
    };

const { drawn } = fc.letrec<{ drawn: Drawn; leaf: Drawn; split: Drawn }>((tie) => ({
  drawn: fc.oneof({ maxDepth: 6, depthSize: 'large' }, tie('leaf'), tie('split'), tie('split')),
  leaf: fc.record({
    value: fc.double({ min: -10, max: 10, noNaN: true }),
    rows: fc.integer({ min: 0, max: 50 }),
  }),
  split: fc.record({
    feature: fc.nat({ max: features - 1 }),
    threshold: fc.integer({ min: -3, max: 3 }),
    nanLeft: fc.boolean(),
    left: tie('drawn'),
    right: tie('drawn'),
  }),
}));

const rowsIn = (node: Drawn): number =>
  'value' in node ? node.rows : rowsIn(node.left) + rowsIn(node.right);

function treeOf(root: Drawn): Tree {
  const splits: {
    feature: number;
    threshold: number;
    decision: number;
    left: number;
    right: number;
    rows: number;
  }[] = [];
  const leaves: { value: number; rows: number }[] = [];
  const place = (node: Drawn): number => {
    if ('value' in node) return ~(leaves.push(node) - 1);
    const at = splits.length;
    const split = {
      feature: node.feature,
      threshold: node.threshold,
      decision: nan | (node.nanLeft ? defaultLeftBit : 0),
      left: 0,
      right: 0,
      rows: rowsIn(node),
    };
    splits.push(split);
    split.left = place(node.left);
    split.right = place(node.right);
    return at;
  };
  place(root);
  return {
    leafValue: Float64Array.from(leaves, ({ value }) => value),
    splitFeature: Int32Array.from(splits, ({ feature }) => feature),
    threshold: Float64Array.from(splits, ({ threshold }) => threshold),
    decision: Uint8Array.from(splits, ({ decision }) => decision),
    left: Int32Array.from(splits, ({ left }) => left),
    right: Int32Array.from(splits, ({ right }) => right),
    catBoundaries: new Int32Array(),
    catThreshold: new Uint32Array(),
    internalCount: Float64Array.from(splits, ({ rows }) => rows),
    leafCount: Float64Array.from(leaves, ({ rows }) => rows),
  };
}

/** What a tree says where only the features of `known` are known: the definition, by recursion. */
function said(tree: Tree, forest: Forest, cells: readonly number[], known: number): number {
  const from = (node: number): number => {
    if (node < 0) return tree.leafValue[~node]!;
    const feature = tree.splitFeature[node]!;
    const [left, right] = [tree.left[node]!, tree.right[node]!];
    if ((known >> feature) & 1) return from(goesLeft(forest, node, cells[feature]!) ? left : right);
    const rows = (child: number): number =>
      child >= 0 ? tree.internalCount![child]! : tree.leafCount![~child]!;
    const all = tree.internalCount![node]!;
    return all === 0 ? 0 : (rows(left) * from(left) + rows(right) * from(right)) / all;
  };
  return from(tree.splitFeature.length > 0 ? 0 : ~0);
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** Shapley values by their definition, over all subsets. */
function shapley(tree: Tree, cells: readonly number[]): number[] {
  const forest = layOut([tree]);
  return Array.from({ length: features }, (_, feature) => {
    let sum = 0;
    for (let known = 0; known < 1 << features; known += 1) {
      if ((known >> feature) & 1) continue;
      const size = [0, 1, 2, 3].filter((each) => (known >> each) & 1).length;
      const weight = (factorial(size) * factorial(features - 1 - size)) / factorial(features);
      sum += weight * (said(tree, forest, cells, known | (1 << feature)) - said(tree, forest, cells, known));
    }
    return sum;
  });
}

const cell = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(NaN));
const row = fc.array(cell, { minLength: features, maxLength: features });
const each = Int32Array.from({ length: features }, (_, at) => at);

describe('contributions of trees', () => {
  it('are the Shapley values of their definition, also where no training row came', () => {
    fc.assert(
      fc.property(drawn, row, (root, cells) => {
        const tree = treeOf(root);
        const explained = explainForest([tree], 1)!;
        const sums = new Float64Array(features);
        addContributions(explained, Float64Array.from(cells), features, each, features, sums);
        const expected = shapley(tree, cells);
        expected.forEach((value, at) => expect(sums[at]).toBeCloseTo(value, 9));
        expect(explained.base[0]).toBeCloseTo(said(tree, layOut([tree]), cells, 0), 9);
      }),
      { numRuns: 300 },
    );
  });

  it('add up with the base to the raw sums of several trees and outputs, features of one column together', () => {
    fc.assert(
      fc.property(
        fc.array(drawn, { minLength: 4, maxLength: 4 }),
        fc.array(row, { minLength: 1, maxLength: 3 }),
        (roots, rows) => {
          const trees = roots.map(treeOf);
          const cells = Float64Array.from(rows.flat());
          const [outputs, slots] = [2, 2];
          const explained = explainForest(trees, outputs)!;
          const got = new Float64Array(rows.length * outputs * slots);
          addContributions(explained, cells, features, Int32Array.of(0, 1, 0, 1), slots, got);
          const raw = new Float64Array(rows.length * outputs);
          addSums(layOut(trees), cells, features, outputs, raw);
          raw.forEach((sum, at) => {
            expect(explained.base[at % outputs]! + got[at * slots]! + got[at * slots + 1]!).toBeCloseTo(
              sum,
              8,
            );
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('are not to be had of trees that do not say how many rows came where', () => {
    const { internalCount: _gone, ...tree } = treeOf({
      feature: 0,
      threshold: 0,
      nanLeft: true,
      left: { value: 1, rows: 1 },
      right: { value: 2, rows: 1 },
    });
    expect(explainForest([tree], 1)).toBeNull();
    expect(explainForest([treeOf({ value: 3, rows: 0 })], 1)!.base).toEqual(Float64Array.of(3));
  });
});

describe('the rule of Gauss and Legendre', () => {
  it.each([1, 2, 3, 8, 31])('with %i points is exact for the powers that it should be', (count) => {
    const { points, weights } = gaussLegendre(count);
    for (let power = 0; power < 2 * count; power += 1) {
      const sum = points.reduce((all, point, at) => all + weights[at]! * point ** power, 0);
      expect(sum).toBeCloseTo(1 / (power + 1), 13);
    }
  });
});
