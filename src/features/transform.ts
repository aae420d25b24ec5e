import type { ColumnKind } from '../data/columns.ts';
import type { OutOfFold, TrainingLabels } from './labels.ts';
import type { ParamsSchema } from './params.ts';
import type { PreparedColumn, StepColumn, StepColumnKind } from './prepared.ts';
import type { Params, StepSpec } from './spec.ts';

/** The column that a step is given. */
export interface StepInput {
  readonly name: string;
  readonly kind: StepColumnKind;
  /** Codes: how many there are. Sparse: how many columns. */
  readonly size?: number;
  /** What each of them is called, after the column's name, e.g. `=One year`. */
  readonly labels?: () => readonly string[];
}

/**
 * Writes one feature's outputs for every row: row `i` owns `out[offset + i·stride …]`, as many cells as the encoder has
 * outputs. `out` is zero there when it is called, so only what is not zero needs writing. Everything written is finite.
 */
export type Write = (column: PreparedColumn, out: Float32Array, offset: number, stride: number) => void;

/** A function of one number, NaN = missing. Consecutive scalar steps run fused, without a column in between. */
export interface ScalarStep {
  readonly role: 'scalar';
  readonly gives: 'number' | 'time';
  readonly map: (value: number) => number;
}

/** One cell of a column: null is a missing word, NaN a missing number; a code is a number. */
export type StepCell = string | number | null;

/**
 * A step from a column to a column of as many rows. It prepares: what it gives is a column of its own that families may
 * take as it is (codes, date parts, sparse counts), and that is encoded from there on.
 */
export interface ColumnStep {
  readonly role: 'column';
  readonly gives: StepColumnKind;
  readonly map: (column: StepColumn) => StepColumn;
  /** The same of one cell, where what it gives has one cell a row. The conformance suite holds it to `map`, bit for bit. */
  readonly cell?: (cell: StepCell) => StepCell;
  /** Name of what it gives, where that is not the column's own: `since:hour`. */
  readonly name?: string;
  /**
   * Where rows that taught the step must not meet their own labels in what it gives: the column of rows by their folds,
   * once the training part is known.
   */
  readonly outOfFold?: (training: StepColumn, labels: TrainingLabels) => OutOfFold;
  readonly size?: number;
  readonly labels?: () => readonly string[];
}

/** The end of a chain: several outputs at once. */
export interface EncoderStep {
  readonly role: 'encoder';
  readonly width: number;
  /** Names of the outputs, e.g. `contract=One year`. */
  readonly outputs: () => readonly string[];
  readonly write: Write;
  /** Where all that it writes of a row is a single 1: its place by row, below zero where there is none. */
  readonly places?: (column: StepColumn) => Int32Array;
}

export type Step = ScalarStep | ColumnStep | EncoderStep;

interface Named {
  readonly name: string;
  /** What it computes and what it makes of missing, unseen and infinite values; stands in the reference. */
  readonly summary: string;
  /** Column kinds that it works on. */
  readonly accepts: readonly StepColumnKind[];
  /** JSON Schema of its parameters; the pipeline file is checked with it. */
  readonly params: ParamsSchema;
  /** Parameters worth showing, at least one set for each kind of a table's column; the conformance suite runs all. */
  readonly examples: readonly { readonly kind: ColumnKind; readonly params: Params }[];
}

/** Chains that stand for a transform. Several end where it stands. */
export type Chains = readonly (readonly StepSpec[])[];

/** `fit` looks at the training part and returns plain JSON; `compile` turns that JSON, and nothing else, into code. */
export interface StepTransform extends Named {
  /**
   * The chains that it stands for on a column of that kind: `one_hot` of words is `categories`, then `one_hot` of
   * codes. Null where it is a step itself.
   */
  expand?(params: Params, input: StepInput, labels?: TrainingLabels): Chains | null;
  /** Parameters have been checked by the schema. `labels`: of the rows of the training part, where they are known. Throws a usage error for what a schema cannot say. */
  fit(column: StepColumn, params: Params, input: StepInput, labels?: TrainingLabels): Params;
  /** Throws a `damaged` error where the state is not what `fit` returns (an edited bundle). */
  compile(state: Params, input: StepInput): Step;
}

/** Nothing but a word for others. */
export interface ComposedTransform extends Named {
  expand(params: Params): Chains;
}

/**
 * One way to turn a column into another column or into features; what `compile` makes of a fitted one is run in
 * training, batch, service and browser. Add one: a file in `transforms/` and a line in `transforms/index.ts`; the
 * conformance suite finds it there.
 */
export type Transform = StepTransform | ComposedTransform;

/** A step that is a function of one number and gives numbers. */
export const scalarStep = (
  map: (value: number) => number,
  gives: 'number' | 'time' = 'number',
): ScalarStep => ({
  role: 'scalar',
  gives,
  map,
});

/** The values of a number or time column. A wrong kind is a bug: `accepts` was checked before. */
export function numbersOf(column: StepColumn): Float64Array {
  if (column.kind === 'number' || column.kind === 'time') return column.values;
  throw new TypeError(`expected numbers, got a ${column.kind} column`);
}

/** The numbers that a function makes of those of a number or time column. */
export function mapNumbers(column: StepColumn, map: (value: number) => number): Float64Array {
  const from = numbersOf(column);
  const values = new Float64Array(from.length);
  for (let i = 0; i < from.length; i += 1) values[i] = map(from[i]!);
  return values;
}

/** The codes of a column of codes. A wrong kind is a bug. */
export function codesOf(column: StepColumn): Int32Array {
  if (column.kind === 'codes') return column.codes;
  throw new TypeError(`expected codes, got a ${column.kind} column`);
}
