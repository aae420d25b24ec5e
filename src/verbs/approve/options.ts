export interface ApproveOptions {
  readonly pipeline?: string;
  /** Only tell what waits and what was said. */
  readonly list: boolean;
  readonly reject: boolean;
  /** Why, for the record. */
  readonly why?: string;
  /** The first letters of the digest of the challenger that is meant: refused where another one waits. */
  readonly challenger?: string;
  readonly noDeploy: boolean;
  readonly waitMs: number;
}
