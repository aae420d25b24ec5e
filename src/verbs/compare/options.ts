import type { Comment } from './stickyComment.ts';
import type { RunComparison } from '../../evaluation/runChanges.ts';

/** Which two outputs are compared, and where the comparison is told. */
export interface CompareOptions {
  /** What a command wrote with `--json` on the base branch; `-` = there is none. */
  readonly base: string;
  /** The same of the change. */
  readonly head: string;
  /** The comparison as a comment of a pull request. */
  readonly tell: (comparison: RunComparison) => Comment;
  /** Also write the comment here. */
  readonly markdown?: string;
  /** Also put it on the pull request: one comment, renewed by each run. */
  readonly comment?: boolean;
  /** Left out = the one that GitHub Actions says the run is for. */
  readonly pullRequest?: number;
}
