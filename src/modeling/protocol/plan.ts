/** Rows by their positions among those that are not for the test: what one fit learns from, is stopped by, and answers. */
export interface Fold {
  readonly fit: Int32Array;
  readonly stop: Int32Array;
  readonly judge: Int32Array;
}

/** Cells (rows × columns) up to which `auto` fits five folds, and three. Beyond: one. */
const mostCells = { five: 2_000_000, three: 8_000_000 } as const;

/** How many of five folds are fitted where the pipeline does not say it: by the work, never by the time that it takes. */
export function foldsPlanned(rows: number, columns: number): number {
  const cells = rows * Math.max(1, columns);
  if (cells <= mostCells.five) return 5;
  return cells <= mostCells.three ? 3 : 1;
}

/** Can a model be learnt, stopped and judged in it? */
export function canBeUsed({ fit, stop, judge }: Fold, target: Float64Array, classes: boolean): boolean {
  if (fit.length === 0 || stop.length === 0 || judge.length === 0) return false;
  return !classes || fit.some((row) => target[row] !== target[fit[0]!]);
}

/**
 * One fold where there are no better: fitted on the training part, stopped by every other row of the validation part and
 * judged on the rest. A validation part of one row does both.
 */
export function plainFold(training: number, validation: number): Fold {
  const own = Int32Array.from({ length: validation }, (_, at) => training + at);
  const even = own.filter((_, at) => at % 2 === 0);
  const odd = own.filter((_, at) => at % 2 === 1);
  const fit = Int32Array.from({ length: training }, (_, at) => at);
  return { fit, stop: even, judge: odd.length === 0 ? even : odd };
}
