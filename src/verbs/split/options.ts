/** Which rows are handed out, and where they go. */
export interface SplitOptions {
  readonly pipeline?: string;
  /** Where the rows go, a Parquet file, from where the command was called. */
  readonly exportTo: string;
  /** Also the rows of the validation part. */
  readonly validation: boolean;
  readonly waitMs: number;
}
