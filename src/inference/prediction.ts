import type { PredictionInterval } from '../statistics/conformal.ts';

/**
 * Why an answer came out as it did: how far each column of the table moved the model's raw sum (log odds, or the number),
 * before calibration. `base` and all contributions add up to `margin`.
 */
export interface Explanation {
  /** Class whose raw sum is explained: the positive one of two, the predicted one of several. None for a number. */
  readonly of?: string;
  /** What `base`, the contributions and `margin` are. */
  readonly scale: 'log odds' | 'label' | 'log of the label' | 'quantile of the label';
  /** What the model says of no row in particular: its mean over training rows. */
  readonly base: number;
  /** By column, the largest first. */
  readonly contributions: Readonly<Record<string, number>>;
  /** Sum of the columns that are not listed. */
  readonly others?: number;
  /** The raw sum of this row. */
  readonly margin: number;
  /** Sampled walks that the contributions are the mean of; absent where they are exact. */
  readonly samples?: number;
}

/** One answer. The same shape in files and in the service. */
export interface Prediction {
  /** Row id (batch) or the service's own unique prediction id. */
  readonly id: string;
  /** Class name or number. */
  readonly prediction: string | number;
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Where the label of a number lies, at the level of the bundle. */
  readonly prediction_interval?: PredictionInterval;
  /** Where it was asked for. */
  readonly explanation?: Explanation;
}

/** What is wrong with one field of one row. */
export interface RowIssue {
  /** JSON pointer, e.g. `/features/tenure` or `/3/tenure`. */
  readonly path: string;
  readonly message: string;
}

/** One row's answer with what the prediction log keeps of it. */
export interface Answer {
  readonly rowId: string;
  readonly prediction: string | number;
  readonly probabilities?: Readonly<Record<string, number>> | undefined;
  /** Where the label of a number lies, at the level of the bundle. */
  readonly prediction_interval?: PredictionInterval | undefined;
  /** In the order of the manifest's outputs. */
  readonly scores: readonly number[];
  /** Validated, typed inputs. */
  readonly features: Readonly<Record<string, string | number | null>>;
  /** Where it was asked for. */
  readonly explanation?: Explanation;
}

/** An answer to a text: its inputs may also be what `JSON.stringify` writes of them. */
export type TextAnswer = Omit<Answer, 'features'> & { readonly features: Answer['features'] | string };
