/** What a row's NaN means to a split of numbers. */
export type MissingKind = 'none' | 'zero' | 'nan';

/** Bits of `decision`, as LightGBM writes them. */
export const categoricalBit = 1;
export const defaultLeftBit = 2;
export const missingKinds: readonly MissingKind[] = ['none', 'zero', 'nan'];
/** Bits 2 and 3 hold the position in `missingKinds`. */
export const missingShift = 2;

/** Numbers that are no further from 0 are 0 to every split. */
export const zeroBound = 1.0000000180025095e-35;

/**
 * One tree of LightGBM's text model. Splits are numbered from 0, the root; a child ≥ 0 is a split, one < 0 is the leaf
 * `~child`. A tree of one leaf has no splits.
 */
export interface Tree {
  readonly leafValue: Float64Array;
  readonly splitFeature: Int32Array;
  /** Numbers: left up to this. Categories: place in `catBoundaries`. */
  readonly threshold: Float64Array;
  /** `categoricalBit`, `defaultLeftBit`, and the kind of missing. */
  readonly decision: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Words `catBoundaries[k]` up to `catBoundaries[k + 1]` of `catThreshold` are set `k`. */
  readonly catBoundaries: Int32Array;
  /** Bit `c % 32` of word `c / 32`: category `c` goes left. */
  readonly catThreshold: Uint32Array;
  /** What each split gained, and the training rows in it; where they are known. Nothing is predicted by them. */
  readonly splitGain?: Float64Array;
  readonly internalCount?: Float64Array;
  readonly leafCount?: Float64Array;
}

/** How raw sums become answers: LightGBM's objective line. */
export interface TreeObjective {
  /** LightGBM's word for it. */
  readonly name: string;
  /** Slope of the sigmoid (`binary`, `multiclassova`). */
  readonly sigmoid: number;
  /** The answer is sign(s) · s². */
  readonly sqrt: boolean;
}

/** Everything that LightGBM's text model says about predicting. */
export interface TreeModel {
  readonly featureNames: readonly string[];
  /** `[min:max]`, categories `a:b:c`, or `none`. */
  readonly featureInfos: readonly string[];
  /** Raw sums a row; tree `i` adds to sum `i mod outputs`. */
  readonly outputs: number;
  /** Null: the answer is the raw sum. */
  readonly objective: TreeObjective | null;
  /** A random forest: answers are of the mean over iterations. Its raw sums stay sums. */
  readonly average: boolean;
  readonly trees: readonly Tree[];
  /** Words behind the codes of pandas' category columns, in the order of these columns. */
  readonly pandasCategories: readonly (readonly (string | number | boolean)[])[];
}
