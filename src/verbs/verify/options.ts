/** What is verified, against which keys. */
export interface VerifyOptions {
  /** As in `sign`; left out = every version of the store. */
  readonly what?: string;
  /** Files with public keys or certificates that are trusted, beside `trust.keys` of the pipeline. */
  readonly keys: readonly string[];
  /** Where the signature of an image or of a model lies. */
  readonly signature?: string;
  /** For which moment certificates have to hold, ms since 1970 UTC; left out = now. */
  readonly at?: number;
}
