import type { Column, ColumnKind } from '../data/columns.ts';
import type { ParamsSchema } from './params.ts';
import type { Params } from './spec.ts';

/** The column that a step is given: its name and kind. */
export interface StepInput {
  readonly name: string;
  readonly kind: ColumnKind;
}

/**
 * Writes one encoder's outputs for every row: row `i` owns `out[offset + i·stride …]`, as many cells as the encoder
 * has outputs. `out` is zero there when it is called, so only what is not zero needs writing. Everything written is
 * finite.
 */
export type Write = (column: Column, out: Float32Array, offset: number, stride: number) => void;

/** A function of one number, NaN = missing. Consecutive scalar steps run fused, without a column in between. */
export interface ScalarStep {
  readonly role: 'scalar';
  readonly gives: 'number' | 'time';
  readonly map: (value: number) => number;
}

/** A step from a column to a column of as many rows. */
export interface ColumnStep {
  readonly role: 'column';
  readonly gives: ColumnKind;
  readonly map: (column: Column) => Column;
}

/** The end of a chain: several outputs at once. */
export interface EncoderStep {
  readonly role: 'encoder';
  /** Names of the outputs, e.g. `contract=One year`. */
  readonly outputs: readonly string[];
  readonly write: Write;
}

export type Step = ScalarStep | ColumnStep | EncoderStep;

/**
 * One way to turn a column into another column or into features. `fit` looks at the training part and returns plain
 * JSON; `compile` turns that JSON (and nothing else) into the step that training, batch, service and browser run.
 * Add one: a file in `transforms/` and a line in `transforms/index.ts`; the conformance suite finds it there.
 */
export interface Transform {
  readonly name: string;
  /** What it computes and what it makes of missing, unseen and infinite values; stands in the reference. */
  readonly summary: string;
  /** Column kinds that it works on. */
  readonly accepts: readonly ColumnKind[];
  /** JSON Schema of its parameters; the pipeline file is checked with it. */
  readonly params: ParamsSchema;
  /** Parameters worth showing, at least one set for each kind; the conformance suite runs all of them. */
  readonly examples: readonly { readonly kind: ColumnKind; readonly params: Params }[];
  /** Parameters have been checked by the schema. Throws a usage error for what a schema cannot say. */
  fit(column: Column, params: Params, input: StepInput): Params;
  /** Throws a `damaged` error where the state is not what `fit` returns (an edited bundle). */
  compile(state: Params, input: StepInput): Step;
}

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
export function numbersOf(column: Column): Float64Array {
  if (column.kind === 'number' || column.kind === 'time') return column.values;
  throw new TypeError(`expected numbers, got a ${column.kind} column`);
}
