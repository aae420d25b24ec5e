import type { ColumnKind } from '../data/columns.ts';

/** What one column looks like. Counts are of rows; time values are ms since 1970 UTC. */
export interface ColumnProfile {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly rows: number;
  readonly missing: number;
  /** Exact number of different values, missing not counted. */
  readonly distinct: number;
  readonly numeric?: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly std: number;
    /** At probabilities 0, .01, .05, .25, .5, .75, .95, .99, 1. */
    readonly quantiles: readonly number[];
    readonly zeros: number;
    /** Equal-width bins between min and max: `edges.length = counts.length + 1`. */
    readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  };
  /** Most frequent values (category and text), most frequent first, at most 50; the rest is `other`. */
  readonly top?: readonly { readonly value: string; readonly count: number }[];
  readonly other?: number;
  readonly text?: { readonly meanLength: number; readonly maxLength: number };
}

export interface Profile {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}
