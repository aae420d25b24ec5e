import type { Applied, Plan } from '../../deployment/target.ts';

export interface DeployResult {
  readonly name: string;
  readonly version: number | null;
  readonly plan: Plan;
  /** Absent with `dryRun`. */
  readonly applied: Applied | null;
  readonly previousVersion: number | null;
  /** What was written instead of deploying, relative to where the command was called. */
  readonly rendered: readonly string[];
}
