/** What served, said when it has stopped. */
export interface ServeResult {
  readonly name: string;
  readonly version: number | null;
  readonly bundle: string;
  readonly url: string;
}
