/** A 95 % interval; NaN where there is none. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
  /** For people: why there is none, or what it cannot be trusted with. */
  readonly note?: string;
}

/** Chance on each side of a 95 % interval. */
export const confidenceTail = 0.025;

/** No interval. */
export const nowhere: Bounds = { low: Number.NaN, high: Number.NaN };
