/** Which refused records are told, written out, or taken back mended. */
export interface RejectsOptions {
  /** Name or path; left out = the only one. */
  readonly pipeline?: string;
  /** Where to write every rejected record; `-` is standard output. */
  readonly exportTo?: string;
  /** A file of records as `exportTo` wrote them, mended. */
  readonly requeue?: string;
}
