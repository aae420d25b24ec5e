import type { CompressedRows } from './compressedRows.ts';
import type { MarginLoss } from './marginLoss.ts';

/** A linear model to be fitted: rows, what their margins lose, and the columns' moments. */
export interface LinearProblem {
  readonly rows: CompressedRows;
  readonly loss: MarginLoss;
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** By column: what its weight is multiplied with before it is penalised. */
  readonly scales: Float64Array;
}
