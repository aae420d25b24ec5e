export interface InitResult {
  readonly name: string;
  readonly task: string | null;
  /** Paths relative to the project root. */
  readonly created: readonly string[];
  readonly notes: readonly string[];
  readonly next: string;
}
