/** An end of a range: a number, or a time as text for columns of times. */
export type Bound = number | string;

/** What a value must not go beyond. `above` and `below` leave the end itself out. */
export interface Bounds {
  readonly at_least?: Bound;
  readonly at_most?: Bound;
  readonly above?: Bound;
  readonly below?: Bound;
}

/** Figures of a column that may be bounded. */
export type Statistic = 'mean' | 'median' | 'quantile' | 'std' | 'sum' | 'distinct';

/** Distances to the snapshot before. */
export type DistanceMeasure = 'psi' | 'jensen_shannon' | 'ks';

/** What a text can be asked to be. */
export type CellType = 'integer' | 'number' | 'time' | 'boolean';

interface Common {
  /** Where it stands in the list `checks` of the pipeline, from 0. */
  readonly item: number;
  /** Share of the judged rows that must hold. */
  readonly mostly: number;
  readonly severity: 'error' | 'warning';
  /** Why it matters, in the words of who wrote it; '' = not said. */
  readonly because: string;
}

type Of<Name extends string, Keys extends object> = Common & { readonly expects: Name } & Keys;
interface OfColumn {
  readonly column: string;
}

/** One thing that the pipeline's `checks` expect of the data. */
export type Expectation =
  | Of<'presence', OfColumn>
  | Of<'type', OfColumn & { readonly type: CellType }>
  | Of<'uniqueness', { readonly columns: readonly string[] }>
  | Of<'set', OfColumn & { readonly words: readonly (string | number)[]; readonly allowed: boolean }>
  | Of<'range', OfColumn & { readonly bounds: Bounds }>
  | Of<'pattern', OfColumn & { readonly pattern: string }>
  | Of<'length', OfColumn & { readonly bounds: Bounds }>
  | Of<'monotony', OfColumn & { readonly by: string; readonly strictly: boolean }>
  | Of<'rows', { readonly bounds: Bounds }>
  | Of<'freshness', OfColumn & { readonly within: string }>
  | Of<'formula', { readonly that: string; readonly tolerance: number }>
  | Of<
      'statistic',
      OfColumn & {
        readonly statistic: Statistic;
        /** Of the quantile. */
        readonly probability: number;
        readonly bounds: Bounds;
      }
    >
  | Of<'distance', OfColumn & { readonly measure: DistanceMeasure; readonly at_most: number }>;

export type ExpectationName = Expectation['expects'];
export type ExpectationOf<Name extends ExpectationName> = Extract<Expectation, { expects: Name }>;
