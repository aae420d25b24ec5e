/** The verdict on one column (of the inputs or of the predictions). */
export interface ColumnDrift {
  readonly column: string;
  readonly of: 'input' | 'prediction';
  /** Which test gave p, which distance gave the effect: `ks`, `chi2`; `wasserstein`, `jensen_shannon`. */
  readonly test: string;
  readonly distance: string;
  readonly p: number;
  /** p after Benjamini–Hochberg over the columns. */
  readonly adjustedP: number;
  readonly effect: number;
  readonly psi: number;
  readonly rows: number;
  readonly referenceRows: number;
  readonly state: 'stable' | 'drifted' | 'not enough data';
  /** Plain words, e.g. `"Fiber optic" 0 % → 85 %`, `mean 41.2 → 91.5`. */
  readonly change: string;
  /** For the chart: bins or categories with shares in reference and current. */
  readonly bins: readonly { readonly label: string; readonly reference: number; readonly current: number }[];
}

/** A change of the data's shape rather than its distribution. */
export interface SchemaAlarm {
  readonly column: string;
  readonly kind: 'column-missing' | 'new-category' | 'type-change' | 'out-of-range';
  readonly message: string;
  readonly count: number;
  readonly share: number;
}

export interface PerformanceReport {
  readonly metric: string;
  readonly labelled: number;
  readonly rows: number;
  readonly state: 'ok' | 'worse' | 'not enough labels';
  readonly reference: number | null;
  readonly current: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Every metric on the labelled rows. */
  readonly metrics: Readonly<Record<string, { readonly reference: number | null; readonly current: number }>>;
  /** What it costs, in words: `of 1,000 rows, 62 more are misjudged than at training`. */
  readonly cost: string | null;
  /** Labels without a prediction, and labels that a newer one replaced. */
  readonly orphanLabels: number;
  readonly replacedLabels: number;
}

/** Figures of the running service, from its /metrics. */
export interface HealthReport {
  readonly state: 'ok' | 'unhealthy' | 'not running' | 'not asked';
  readonly requests: number;
  readonly errors: number;
  readonly errorRate: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly memoryMb: number | null;
  readonly message: string;
}

export interface Alarm {
  readonly kind: 'drift' | 'schema' | 'prediction-drift' | 'performance' | 'health';
  readonly message: string;
  readonly columns: readonly string[];
}

export interface MonitorReport {
  readonly name: string;
  readonly version: number | null;
  readonly bundle: string;
  readonly at: number;
  readonly window: { readonly rows: number; readonly from: number | null; readonly to: number | null };
  readonly drift: readonly ColumnDrift[];
  readonly schema: readonly SchemaAlarm[];
  readonly performance: PerformanceReport;
  readonly health: HealthReport;
  readonly alarms: readonly Alarm[];
  readonly decision: 'calm' | 'alarm' | 'not enough data';
}
