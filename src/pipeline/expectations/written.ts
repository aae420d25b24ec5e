/** Bounds as the file has them. */
export interface WrittenBounds {
  readonly between?: readonly [number | string, number | string];
  readonly at_least?: number | string;
  readonly at_most?: number | string;
  readonly above?: number | string;
  readonly below?: number | string;
}

/** One entry of `checks`, as the schema of the file lets it through. */
export interface WrittenCheck extends WrittenBounds {
  readonly column?: string;
  readonly columns?: readonly string[];
  readonly rows?: WrittenBounds;
  readonly that?: string;
  readonly code?: string;
  readonly present?: true;
  readonly type?: 'integer' | 'number' | 'time' | 'boolean';
  readonly unique?: true;
  readonly in?: readonly (string | number)[];
  readonly not_in?: readonly (string | number)[];
  readonly matches?: string;
  readonly length?: WrittenBounds;
  readonly increasing?: boolean | { readonly by?: string; readonly strictly?: boolean };
  readonly fresher_than?: string;
  readonly mean?: WrittenBounds;
  readonly median?: WrittenBounds;
  readonly quantile?: WrittenBounds & { readonly at?: number };
  readonly std?: WrittenBounds;
  readonly sum?: WrittenBounds;
  readonly distinct?: WrittenBounds;
  readonly distance?: Readonly<Partial<Record<'psi' | 'jensen_shannon' | 'ks', number>>>;
  readonly tolerance?: number;
  readonly mostly?: number;
  readonly severity: 'error' | 'warning';
  readonly because?: string;
}

/** Keys of the bounds that stand in the entry itself. */
export const boundKeys = ['between', 'at_least', 'at_most', 'above', 'below'] as const;

/** Figures of a column that may be bounded. */
export const figureKeys = ['mean', 'median', 'quantile', 'std', 'sum', 'distinct'] as const;

/** Distances to the snapshot before. */
export const distanceKeys = ['psi', 'jensen_shannon', 'ks'] as const;
