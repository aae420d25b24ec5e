/** Which rows a model fits on, is tuned on and is judged on. Row numbers into the id-ordered table. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

export type SplitPart = keyof Split;
