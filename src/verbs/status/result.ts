import type { DeploymentStatus } from '../../deployment/target.ts';

export interface StatusResult {
  readonly deployments: readonly {
    readonly status: DeploymentStatus;
    readonly history: readonly {
      readonly version: number | null;
      readonly bundle: string;
      readonly at: number;
      readonly why: string;
    }[];
    readonly lastReport: { readonly at: number; readonly decision: string; readonly alarms: number } | null;
  }[];
  readonly pipelines: readonly {
    readonly name: string;
    readonly newestVersion: number | null;
    readonly lastRun: string | null;
  }[];
}
