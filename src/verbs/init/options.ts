import type { Dialect } from '../../data/dialect.ts';
import type { Ask } from '../../project/context.ts';

/** What may be predicted. */
export const tasks = ['binary', 'multiclass', 'regression'] as const;
export type Task = (typeof tasks)[number];

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
  /** What is predicted; left out = what the label's values say. */
  readonly task?: Task;
  /** The column that says when a row became known; null: none does; left out = what is found. */
  readonly time?: string | null;
  /** Asks whoever is there what the data do not tell; left out = nobody is asked. */
  readonly ask?: Ask;
  readonly name?: string;
  /** `column=pattern`, or a pattern for every column that has such dates. */
  readonly dateFormats?: readonly string[];
  /** What is said of how the file is written; the rest is found out. */
  readonly dialect?: Partial<Dialect>;
}
