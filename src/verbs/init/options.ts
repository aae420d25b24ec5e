import type { Dialect } from '../../data/dialect.ts';

/** Where the project goes, and the data that it starts from. */
export interface InitOptions {
  readonly directory: string;
  readonly from?: string;
  /** Databases: what of them is read. */
  readonly table?: string;
  readonly query?: string;
  /** Of an S3 compatible store. */
  readonly endpoint?: string;
  /** May the host of a web address be a private one? */
  readonly allowPrivate?: boolean;
  readonly label?: string;
  readonly name?: string;
  /** `column=pattern`, or a pattern for every column that has such dates. */
  readonly dateFormats?: readonly string[];
  /** What is said of how the file is written; the rest is found out. */
  readonly dialect?: Partial<Dialect>;
}
