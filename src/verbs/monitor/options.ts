export interface MonitorOptions {
  readonly pipeline?: string;
  /** Rows to judge instead of the prediction log. */
  readonly current?: string;
  readonly labels?: string;
  readonly bundle?: string;
}
