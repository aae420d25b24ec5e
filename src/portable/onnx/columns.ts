import type { FittedStep } from '../../features/spec.ts';
import type { Step, StepInput } from '../../features/transform.ts';
import type { Arithmetic } from './arithmetic.ts';
import type { Graph, Value } from './graph.ts';

/**
 * A column of a row in the graph, `rows × 1`: a number or a time (float64, NaN = missing), words (the empty one = missing), or
 * codes (int64; what training did not see is `size`, what is missing `size + 1`).
 */
export type GraphColumn =
  | { readonly kind: 'number' | 'time'; readonly value: Value }
  | { readonly kind: 'words'; readonly value: Value }
  | { readonly kind: 'codes'; readonly value: Value; readonly size: number };

/** What a step is written with. */
export interface Writing {
  readonly graph: Graph;
  readonly math: Arithmetic;
  readonly fitted: FittedStep;
  /** The same step as it runs here. */
  readonly step: Step;
  readonly input: StepInput;
  /** Is it followed by one that only asks whether a cell is missing? */
  readonly onlyMissing: boolean;
}

/** What ONNX cannot say. It is caught where the feature’s name is known, so that all of them are told at once. */
export class Inexpressible extends Error {
  readonly instead: string;

  constructor(because: string, instead: string) {
    super(because);
    this.instead = instead;
  }
}

/** The value of a column of numbers. A wrong kind is a bug: features were checked when they were read. */
export function numberValue(column: GraphColumn): Value {
  if (column.kind === 'number' || column.kind === 'time') return column.value;
  throw new TypeError(`expected numbers, got ${column.kind}`);
}
