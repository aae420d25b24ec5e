import type { RunComparison } from '../../evaluation/runChanges.ts';
import type { Commented } from './stickyComment.ts';

export interface CompareResult extends RunComparison {
  readonly markdown: string | null;
  readonly comment: Commented | null;
}
