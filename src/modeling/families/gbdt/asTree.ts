import { categoricalBit, defaultLeftBit, missingKinds, missingShift } from '../../trees/tree.ts';
import type { Tree } from '../../trees/tree.ts';
import type { FeatureBins, Layout } from './binning.ts';
import type { GrownSplit, GrownTree } from './grow.ts';

const nanIsMissing = missingKinds.indexOf('nan') << missingShift;

/** Codes of a set as bits of 32-bit words. */
function wordsOf(codes: readonly number[]): number[] {
  const words = new Array<number>((Math.max(...codes) >>> 5) + 1).fill(0);
  for (const code of codes) words[code >>> 5] = (words[code >>> 5]! | (1 << (code & 31))) >>> 0;
  return words;
}

/** A grown tree in terms of numbers and codes. `values`: of its leaves. */
export function asTree({ features }: Layout, { splits, leaves }: GrownTree, values: Float64Array): Tree {
  const catBoundaries = [0];
  const catThreshold: number[] = [];
  const thresholdOf = ({ split: { feature, bin, bins } }: GrownSplit): number => {
    const own = features[feature]!;
    // Above the last bound is everything: what is missing is on the other side.
    if (bins === null) return own.bounds[bin] ?? Number.MAX_VALUE;
    catThreshold.push(...wordsOf(bins.map((each) => own.codes[each - 1]!)));
    return catBoundaries.push(catThreshold.length) - 2;
  };
  const decisionOf = ({ split: { bins, missingLeft } }: GrownSplit): number =>
    nanIsMissing | (bins !== null ? categoricalBit : missingLeft ? defaultLeftBit : 0);
  return {
    splitFeature: Int32Array.from(splits, ({ split }) => split.feature),
    threshold: Float64Array.from(splits, thresholdOf),
    decision: Uint8Array.from(splits, decisionOf),
    left: Int32Array.from(splits, ({ left }) => left),
    right: Int32Array.from(splits, ({ right }) => right),
    leafValue: values,
    catBoundaries: Int32Array.from(catBoundaries.length > 1 ? catBoundaries : []),
    catThreshold: Uint32Array.from(catThreshold),
    splitGain: Float64Array.from(splits, ({ split }) => split.gain),
    internalCount: Float64Array.from(splits, ({ rows }) => rows),
    leafCount: Float64Array.from(leaves, ({ from, to }) => to - from),
  };
}

/** What LightGBM's `feature_infos` say of a feature. */
export function featureInfo({ kind, low, high, codes, bins, bounds }: FeatureBins): string {
  if (kind === 'codes') return codes.length === 0 ? 'none' : [-1, ...codes].join(':');
  return bounds.length === 0 || bins < 3 ? 'none' : `[${low}:${high}]`;
}
