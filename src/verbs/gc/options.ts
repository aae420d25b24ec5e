export interface GcOptions {
  /** Only say what would go. */
  readonly dryRun?: boolean;
}
