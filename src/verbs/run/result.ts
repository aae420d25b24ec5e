import type { PackageResult } from '../package/result.ts';
import type { DeployResult } from '../deploy/result.ts';

/** What `run` gives: the bundle, and the deployment where it went on to one. */
export interface RunResult {
  readonly package: PackageResult;
  readonly deploy: DeployResult | null;
}
