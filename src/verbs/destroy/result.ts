export interface DestroyResult {
  readonly name: string;
  readonly target: string;
  /** What was taken away, in words. */
  readonly removed: readonly string[];
}
