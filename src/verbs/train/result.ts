import type { FamilyTried } from '../../cascade/fitting.ts';
import type { Evaluation, Verdict } from '../../evaluation/evaluation.ts';

export interface TrainResult {
  readonly family: string;
  readonly tried: readonly FamilyTried[];
  /** Why this family. */
  readonly because: string;
  readonly backend: string;
  readonly metric: string;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
}
