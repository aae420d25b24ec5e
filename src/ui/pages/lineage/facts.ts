/** Where a bundle comes from and where it went. What is not known is null. */
export interface LineageFacts {
  readonly name: string;
  readonly bundle: string;
  readonly version: number | null;
  readonly aliases: readonly string[];
  /** Why part of it is not known. */
  readonly unknown: string | null;
  readonly run: {
    readonly id: string;
    readonly command: string;
    readonly at: number;
    readonly commit: string | null;
    readonly dirty: boolean;
  } | null;
  readonly source: {
    readonly files: readonly string[];
    readonly parts: readonly (readonly [name: string, value: string])[];
  } | null;
  readonly snapshot: {
    readonly digest: string;
    readonly rows: number;
    readonly columns: readonly string[];
    readonly quarantined: number;
  } | null;
  readonly checks: {
    readonly errors: number;
    readonly warnings: number;
    readonly first: readonly string[];
  } | null;
  readonly features: {
    readonly digest: string;
    readonly inputs: readonly string[];
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  } | null;
  readonly model: {
    readonly family: string;
    readonly metric: string;
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly passed: boolean;
    readonly sentence: string;
    readonly parameters: number | null;
    readonly because: string;
  } | null;
  /** What `aieng retrain` made it of; null for one of the stages of a run. */
  readonly retrained: {
    readonly run: string;
    readonly at: number;
    /** Name of the candidate that won: `union`, `last-7-days`. */
    readonly window: string | null;
    readonly because: string;
    readonly champion: { readonly version: number | null; readonly bundle: string } | null;
    /** Rows that taught it in the end. */
    readonly rows: number | null;
    /** Rows of the prediction log among them, since the promotion before and of earlier ones; null: not on record. */
    readonly logged: { readonly recent: number; readonly older: number } | null;
    readonly labels: readonly (readonly [fate: string, count: number])[];
  } | null;
  readonly images: readonly {
    readonly image: string;
    readonly reference: string;
    readonly base: string;
    readonly variant: string;
    readonly platform: string;
    readonly at: number;
    readonly pushed: string | null;
  }[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly served: readonly {
    readonly deployment: string;
    readonly from: number;
    readonly until: number | null;
    readonly why: string;
  }[];
}
