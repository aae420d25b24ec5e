import type { StageOptions } from '../../cascade/stage.ts';

/** Which snapshot is judged, and which findings the schema takes in. */
export interface ValidateOptions extends StageOptions {
  /** Findings that the schema is to take in, by `check:column`, or `all` that can be. */
  readonly accept?: readonly string[];
}
