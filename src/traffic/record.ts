/** A line of the prediction log: enough to monitor, to retrain and to replay the prediction exactly. */
export interface PredictionRecord {
  readonly id: string;
  readonly rowId: string;
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly version: number | null;
  readonly bundle: string;
  /** Validated, typed input cells. */
  readonly features: Readonly<Record<string, string | number | null>>;
  readonly prediction: string | number;
  /** Scores in the order of the bundle's outputs. */
  readonly scores: readonly number[];
}

/** A label that arrived later. The newest for an id wins. */
export interface LabelRecord {
  readonly id: string;
  readonly label: string | number;
  readonly at: number;
}
