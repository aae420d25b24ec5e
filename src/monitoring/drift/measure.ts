/** A number's values in both populations: ascending, without missing ones. */
export interface NumericPair {
  readonly kind: 'numeric';
  readonly reference: Float64Array;
  /** How many values the reference stands for: `reference` may be evenly spaced order statistics of them. */
  readonly referenceRows: number;
  readonly referenceStd: number;
  readonly current: Float64Array;
}

/** Counts by category in both populations, in the same order. */
export interface CategoricalPair {
  readonly kind: 'categorical';
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

interface Named {
  /** As in a report: `ks`, `jensen_shannon`. */
  readonly name: string;
  /**
   * `p`: how probable so large a difference is if nothing changed, 0 … 1. `effect`: how large it is, 0 = none,
   * whatever the number of rows.
   */
  readonly gives: 'p' | 'effect';
}

/** One way to compare two populations. Add one: a file here and a line in `index.ts`. */
export type DriftMeasure =
  | (Named & { readonly of: 'numeric'; readonly compute: (pair: NumericPair) => number })
  | (Named & { readonly of: 'categorical'; readonly compute: (pair: CategoricalPair) => number });
