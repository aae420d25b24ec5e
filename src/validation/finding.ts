export type Severity = 'error' | 'warning' | 'info';

/** What a check found: which rows, how many, what to do. */
export interface Finding {
  /** The check's name in TFDV's words: `missing-column`, `unexpected-value`, `low-presence`, … */
  readonly check: string;
  readonly column?: string;
  readonly severity: Severity;
  /** One sentence: got versus expected. */
  readonly message: string;
  /** Rows concerned. */
  readonly count: number;
  /** Up to 5 offending cells with their row id. */
  readonly examples: readonly { readonly rowId: string; readonly value: string }[];
  /** The one thing to do next. */
  readonly fix: string;
}
