/** One answer. The same shape in files and in the service. */
export interface Prediction {
  /** Row id (batch) or the service's own unique prediction id. */
  readonly id: string;
  /** Class name or number. */
  readonly prediction: string | number;
  readonly probabilities?: Readonly<Record<string, number>>;
}

/** What is wrong with one field of one row. */
export interface RowIssue {
  /** JSON pointer, e.g. `/features/tenure` or `/3/tenure`. */
  readonly path: string;
  readonly message: string;
}
