import type { Explanation, RowIssue } from '../inference/prediction.ts';
import type { RowReading } from '../data/rows.ts';
import type { RowSchema } from '../data/schema.ts';
import type { PredictionInterval } from '../statistics/conformal.ts';
import type { Manifest } from '../packaging/manifest.ts';

/** What the model said about one row, before the service gives it an id. */
export interface ServingAnswer {
  readonly rowId: string;
  /** Class name or number. */
  readonly prediction: string | number;
  readonly probabilities?: Readonly<Record<string, number>> | undefined;
  /** Where the label of a number lies, at the level of the bundle. */
  readonly prediction_interval?: PredictionInterval | undefined;
  /** Scores in the order of the bundle's outputs. */
  readonly scores: readonly number[];
  /** Validated, typed input cells: what the prediction log keeps. */
  readonly features: Readonly<Record<string, string | number | null>>;
  readonly explanation?: Explanation;
}

/** An answer to a text: its cells may also be what `JSON.stringify` writes of them. */
export type ServingTextAnswer = Omit<ServingAnswer, 'features'> & {
  readonly features: ServingAnswer['features'] | string;
};

/** What the service needs of a loaded bundle; `inference`'s predictor satisfies it structurally. */
export interface ServingPredictor {
  readonly manifest: Manifest;
  /** The contract of a row: inputs, ids, and what is known and ignored. */
  readonly schema: RowSchema;
  /** SHA-256 of the bundle's canonical manifest. */
  readonly digest: string;
  readonly version: number | null;
  /**
   * Answers rows of a request, JSON values or the texts of a CSV body. `pointer(i)` is the JSON pointer of row i, the prefix of its issues' paths. Never
   * throws for bad input; issues non-empty means that nothing was predicted.
   */
  predictRows(
    rows: readonly unknown[],
    pointer: (row: number) => string,
    way?: RowReading['way'],
    explain?: boolean,
  ): { readonly answers: readonly ServingAnswer[]; readonly issues: readonly RowIssue[] };
  /**
   * The answer to the one row of a text `{"<field>": {…}}`; null where only `predictRows` can say what becomes of it.
   * Absent: of any.
   */
  predictText?(field: string): (text: string) => ServingTextAnswer | null;
  /** Rows that one request may have explained. Throws a usage error where the bundle lacks what explaining takes. */
  explainableRows(): number;
  dispose(): void;
}
