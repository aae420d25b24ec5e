/** Where the pages are served, and whether they may change something. */
export interface UiOptions {
  /** An address of this machine for itself: loopback. */
  readonly host: string;
  /** 0 = the system chooses. */
  readonly port: number;
  /** May the pages change something? */
  readonly write: boolean;
  /** Told once it listens, and whenever an address was used up. */
  readonly onAddress?: (url: string, first: boolean) => void;
}
