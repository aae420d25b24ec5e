import type { Task } from '../modeling/model.ts';

/** Predictions on labelled rows. `scores` is `rows × outputs`, as `Scorer.predict` gives it. */
export interface Scored {
  readonly scores: Float64Array;
  readonly target: Float64Array;
}

export interface Interval {
  readonly value: number;
  /** Bounds of the 95 % bootstrap interval. */
  readonly low: number;
  readonly high: number;
}

export type Metrics = Readonly<Record<string, number>>;

export interface SliceResult {
  /** `column = value`, `column missing`, `column in [a, b)`. */
  readonly slice: string;
  readonly rows: number;
  readonly metrics: Metrics;
  /** The slice's metric is worse than the whole beyond noise. */
  readonly worse: boolean;
}

export interface BaselineResult {
  /** `majority`, `mean`, `one-rule: contract`. */
  readonly name: string;
  /** What it does, to be read after "than": `always answering 'No'`, `looking at contract alone`. */
  readonly description: string;
  readonly metrics: Metrics;
  /** How much better the model is in the evaluation's metric, paired on the same rows; positive = better. */
  readonly improvement?: Interval;
}

export interface Evaluation {
  readonly task: Task;
  readonly rows: number;
  /** The pipeline's metric, e.g. `log_loss`. */
  readonly metric: string;
  readonly metrics: Metrics;
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly slices: readonly SliceResult[];
  readonly baselines: readonly BaselineResult[];
  /** Reported beside the baselines and part of no gate: the linear model, where another family was kept. */
  readonly beside?: readonly BaselineResult[];
  /** Decision threshold on the positive class's probability (binary). */
  readonly threshold?: number;
  /** `confusion[actual][predicted]`, classes in task order. */
  readonly confusion?: readonly (readonly number[])[];
  /** Reliability diagram: mean predicted and observed per bin (binary, top class for multi-class). */
  readonly reliability?: readonly {
    readonly predicted: number;
    readonly observed: number;
    readonly rows: number;
  }[];
  readonly roc?: readonly { readonly falsePositiveRate: number; readonly truePositiveRate: number }[];
}

/** One gate, as the pipeline states it. */
export type Gate =
  | { readonly kind: 'absolute'; readonly metric: string; readonly threshold: number }
  | { readonly kind: 'baseline'; readonly metric: string; readonly margin: number }
  | { readonly kind: 'champion'; readonly metric: string; readonly margin: number };

export interface GateResult {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly value: number | null;
  readonly threshold: number | null;
  /** Plain words, e.g. `log loss .41 on the test part, best baseline .49 (one-rule: contract)`. */
  readonly because: string;
}

export interface Verdict {
  readonly passed: boolean;
  readonly gates: readonly GateResult[];
  /** One plain sentence for a product owner. */
  readonly sentence: string;
}

/** A paired comparison on the same rows: difference of a metric, positive = the challenger is better. */
export interface Comparison {
  readonly metric: string;
  readonly rows: number;
  readonly champion: number;
  readonly challenger: number;
  readonly improvement: Interval;
}
