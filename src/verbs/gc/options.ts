/** How the store is cleaned. */
export interface GcOptions {
  /** Only say what would go. */
  readonly dryRun?: boolean;
}
