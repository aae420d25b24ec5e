import type { ColumnKind } from '../data/columns.ts';
import type { PreparedColumn } from './prepared.ts';

/** JSON numbers, strings, booleans and lists of them: what fitted state and parameters are made of. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };
export type Params = Readonly<Record<string, Plain>>;

/** One step of a feature's chain, as written in the pipeline: a transform's name and its parameters. */
export interface StepSpec {
  readonly transform: string;
  readonly params: Params;
}

/** One feature: a column sent through a chain of transforms. The last may be an encoder (several outputs). */
export interface FeatureSpec {
  readonly column: string;
  readonly steps: readonly StepSpec[];
}

/**
 * What to derive. `auto` columns get the default chain for their kind (decided on the training part, from the data);
 * explicit features replace `auto` for their column; dropped columns give nothing.
 */
export interface FeaturesSpec {
  readonly auto: boolean;
  readonly drop: readonly string[];
  readonly features: readonly FeatureSpec[];
  /** Pairs of columns that tell something together. */
  readonly interactions?: readonly (readonly [string, string])[];
  /** Files of a team's own transforms, relative to the project's root. */
  readonly transforms?: readonly string[];
}

/** Columns that a team's own code makes of the table's, row by row, before anything else. */
export interface FittedOwn {
  /** SHA-256 of the JavaScript that makes them. */
  readonly code: string;
  readonly columns: readonly {
    readonly name: string;
    readonly inputs: readonly { readonly name: string; readonly kind: ColumnKind }[];
    readonly kind: ColumnKind;
    /** What its `fit` gave. */
    readonly state: Plain;
  }[];
}

/** A column that is made of two of the table's, row by row, before anything else but own code. */
export interface Derived {
  readonly name: string;
  /** Of two numbers their product, of two columns of words each pair, of two times the days from the second to the first. */
  readonly how: 'product' | 'cross' | 'days_between';
  readonly of: readonly [string, string];
}

/** A fitted step: plain data, applied by the transform of that name. */
export interface FittedStep {
  readonly transform: string;
  readonly state: Params;
}

/** How one prepared column is made of a column of the table. */
export interface FittedColumn {
  /** Its own name: the column's, or more of it (`since:hour`). Unique. */
  readonly name: string;
  readonly column: string;
  /** What it is. */
  readonly kind: PreparedColumn['kind'];
  /** None: the column as it is (a number or a time). */
  readonly steps: readonly FittedStep[];
}

/** How a prepared column becomes numbers of a dense row, for families that want these. */
export interface FittedEncoding {
  /** Name of the prepared column. */
  readonly from: string;
  readonly steps: readonly FittedStep[];
  /** Names of its outputs, e.g. `contract=One year`. Length = width. */
  readonly outputs: readonly string[];
}

/**
 * The feature module's whole state: JSON, `features.json` of a bundle. Two steps: `prepare` makes the prepared columns
 * of the inputs, `encode` makes dense rows of these. (aieng 0.1 wrote version 1, one chain a feature; it is read for ever.)
 * Version 3 has derived columns, version 2 has none; version 4 has columns of a team's own code, and may have derived ones.
 */
export interface FittedFeatures {
  readonly version: 2 | 3 | 4;
  readonly inputs: readonly { readonly name: string; readonly kind: ColumnKind }[];
  /** Of the inputs; what is derived and prepared may be made of them. */
  readonly own?: FittedOwn;
  /** Of the inputs and of own columns; what is prepared may be made of them. */
  readonly derived?: readonly Derived[];
  readonly prepared: readonly FittedColumn[];
  /** In the order of a row's cells. Empty where the family takes prepared columns. */
  readonly encoded: readonly FittedEncoding[];
}

/** Row-major features, `rows × names.length`. All finite. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly names: readonly string[];
  readonly dense: Float32Array;
}
