/** Rows of a leaf as sums, and how far its value may go. */
export interface LeafSums {
  readonly gradient: number;
  readonly curvature: number;
  readonly rows: number;
  /** Bounds of the value by monotone splits above; infinite where there are none. */
  readonly low: number;
  readonly high: number;
}

/** The best way to split a leaf that was found so far. */
export interface Split {
  readonly feature: number;
  /** How much lower the loss gets, to second order, times two. */
  readonly gain: number;
  /** Numbers: last bin of the left side. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Categories: bins of the left side, ascending. Null for numbers. */
  readonly bins: readonly number[] | null;
  readonly leftGradient: number;
  readonly leftCurvature: number;
}

/** What a split is judged by, of one leaf. */
export interface SplitRules {
  readonly lambda: number;
  /** Curvature that each side needs: its own least, and that of enough rows. */
  readonly least: number;
  /** Rows by curvature. */
  readonly rowsPerCurvature: number;
  /** −1, 0 or 1. */
  readonly monotone: number;
  readonly leaf: LeafSums;
}

/** The value of a leaf before the learning rate, within its bounds. */
export function leafValue(
  gradient: number,
  curvature: number,
  lambda: number,
  { low, high }: Pick<LeafSums, 'low' | 'high'>,
): number {
  const value = -gradient / (curvature + lambda);
  return Math.min(Math.max(Number.isFinite(value) ? value : 0, low), high);
}
