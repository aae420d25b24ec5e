import type { Interval } from '../evaluation/evaluation.ts';

/** A distribution small enough to ship and rich enough for every drift test. */
export interface ReferenceColumn {
  readonly name: string;
  readonly kind: 'number' | 'category' | 'time' | 'text';
  readonly rows: number;
  readonly missing: number;
  /** Numbers and times: all values sorted, or 2,000 evenly spaced order statistics of more. */
  readonly sample?: readonly number[];
  /** Mean and standard deviation of all values. */
  readonly mean?: number;
  readonly std?: number;
  /** Smallest and largest of all values (the sample's ends lie inside). */
  readonly min?: number;
  readonly max?: number;
  /**
   * How often each value: categories (the 1,000 most frequent; the rest is what is left of the rows), and numbers with at
   * most 10 different values. Text and times are not compared but for missing cells.
   */
  readonly counts?: readonly (readonly [string, number])[];
}

/** In which bin of a column each scored row lies. */
export interface ScoredGroups {
  readonly column: string;
  /** One of 0–9 and a–z for each row: the place of its bin. */
  readonly bins: string;
}

/**
 * `scored.json`: the model's answers to rows that it did not fit, what came true, and in which bin of a column they lie.
 * Nothing else of these rows is kept.
 */
export interface ScoredReference {
  /** Scores of a row: one by class, or the number. */
  readonly outputs: number;
  /** `rows × outputs`, to seven digits. */
  readonly scores: readonly number[];
  /** By row: class codes or numbers. */
  readonly target: readonly number[];
  /** By column, the most important first. Not there in older bundles, and where the columns were not at hand. */
  readonly groups?: readonly ScoredGroups[];
}

/** `reference.json`: the population that a bundle is meant to serve. */
export interface Reference {
  readonly rows: number;
  readonly columns: readonly ReferenceColumn[];
  /** Distribution of the model's own answers on rows it did not fit: `probability of Yes`, `predicted class`, `prediction`. */
  readonly predictions: readonly ReferenceColumn[];
  /** How good it was on labelled rows that it did not fit. */
  readonly performance: {
    readonly metric: string;
    readonly rows: number;
    readonly metrics: Readonly<Record<string, Interval>>;
  };
}
