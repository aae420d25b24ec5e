/** Keys of `source` that say how an address is asked. */
export interface RemoteSection {
  /** Databases: what is read. */
  readonly table: string | null;
  readonly query: string | null;
  /** Databases: the column by which a later reading goes on. */
  readonly cursor: string | null;
  /** Of an S3 compatible store. */
  readonly endpoint: string | null;
  /** May the host be a private or local address? */
  readonly allow_private: boolean;
  readonly max_bytes: number;
  /** Seconds. */
  readonly timeout: number;
}
