import type { Dialect } from '../../data/dialect.ts';

/** What is judged: the prediction log of what is deployed, or rows of a file. */
export interface MonitorOptions {
  readonly pipeline?: string;
  /** Rows to judge instead of the prediction log. */
  readonly current?: string;
  /** Rows before those of `current`: they are looked back at (features.history), and not judged. */
  readonly earlier?: string;
  readonly labels?: string;
  /** What is said of how `current` is written, or else `labels`; the rest is found out. */
  readonly dialect?: Partial<Dialect>;
  readonly bundle?: string;
  /** Why the present population is to be the reference from now on. */
  readonly accept?: string;
  /** An earlier look to be shown beside this one, by when it was. */
  readonly beside?: string;
}
