import type { Outcome } from '../../project/outcome.ts';
import type { runActions } from './actions.ts';
import type { RunsResult } from './result.ts';

/** Which runs are listed: each of these has to fit. */
export interface RunsFilter {
  readonly pipeline?: string;
  readonly family?: string;
  /** The command that made it. */
  readonly command?: string;
  readonly outcome?: string;
  readonly tag?: string;
  /** ms since 1970 UTC. */
  readonly since?: number;
}

/** What is done with runs: list, show, compare, mark, delete, bring to or from MLflow. */
export interface RunsOptions {
  readonly action: (typeof runActions)[number];
  /** list: none. Else runs, each by its id, the beginning or the end of one, or as `name@version`. */
  readonly runs?: readonly string[];
  readonly filter?: RunsFilter;
  /** list: at most so many. */
  readonly limit?: number;
  /** list: the best of each pipeline first, by the metric of its gates on its test part. */
  readonly best?: boolean;
  /** list: runs that made no model too. */
  readonly all?: boolean;
  /** tag: what the run has from now on, or with `remove` has no more. */
  readonly tags?: readonly string[];
  readonly remove?: boolean;
  /** note: takes the place of the one before; empty takes that away. */
  readonly note?: string;
  /** list and compare: a table for spreadsheets goes here. */
  readonly csv?: string;
  /** The same as Markdown. */
  readonly markdown?: string;
  /** import: the experiments whose runs come here. */
  readonly experiments?: readonly string[];
  /** export, import: the address of an MLflow tracking server; empty: that of `MLFLOW_TRACKING_URI`. */
  readonly mlflow?: string;
  /** How an outcome is told as Markdown. */
  readonly tell?: (outcome: Outcome<RunsResult>) => string;
}
