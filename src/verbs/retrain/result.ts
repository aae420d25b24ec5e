import type { Comparison, Verdict } from '../../evaluation/evaluation.ts';
import type { DeploymentStatus } from '../../deployment/target.ts';

export type RetrainDecision =
  | 'no-trigger'
  | 'cooldown'
  | 'not-enough-data'
  | 'busy'
  | 'challenger-not-better'
  | 'gate-failed'
  | 'promoted'
  | 'promoted-and-deployed';

export interface RetrainResult {
  readonly decision: RetrainDecision;
  readonly because: string;
  readonly triggers: readonly string[];
  readonly trainingRows: number | null;
  readonly comparisonRows: number | null;
  /** Champion against challenger on the recent rows that only judge. */
  readonly comparison: Comparison | null;
  /** The same two on the source's test part: what the change means for the old population. */
  readonly onSource: Comparison | null;
  /** What the recent rows added to open domains and ranges. */
  readonly schemaChanges: readonly string[];
  readonly verdict: Verdict | null;
  readonly champion: { readonly version: number | null; readonly bundle: string } | null;
  readonly challenger: { readonly version: number; readonly bundle: string } | null;
  readonly deployed: DeploymentStatus | null;
}
