import type { Applied, DeploymentStatus, Plan } from '../deployment/target.ts';
import type { Schedule, ScheduleRun } from '../scheduling/schedule.ts';
import type { FileChange } from '../scheduling/scheduler.ts';

/** Options and results of the verbs that put a bundle somewhere: images, deployments, schedules. */
/** How an image of the bundle is to be made; what is left out is the pipeline's `deploy.image`. */
export interface ImageFlags {
  readonly image?: string;
  readonly base?: string;
  readonly variant?: 'serve' | 'full';
  /** `linux/arm64` */
  readonly platform?: string;
  readonly push?: boolean;
}
/** An image of a bundle. */
export interface ImageResult {
  readonly reference: string;
  readonly digest: string;
  readonly base: { readonly name: string; readonly digest: string };
  readonly variant: 'serve' | 'full';
  readonly platform: string;
  readonly layers: readonly {
    readonly name: 'base' | 'dependencies' | 'aieng' | 'bundle';
    readonly digest: string;
    readonly bytes: number;
  }[];
  readonly layout: string;
  readonly archive: string;
  readonly existed: boolean;
  readonly pushed: {
    readonly pullReference: string;
    readonly uploadedBytes: number;
    readonly reusedBytes: number;
  } | null;
}
export interface DeployOptions {
  readonly bundle?: string;
  readonly pipeline?: string;
  readonly to?: string;
  readonly host?: string;
  readonly port?: number;
  /** Kubernetes: instead of the pipeline's. */
  readonly kubeContext?: string;
  readonly namespace?: string;
  /** Write the target's files (Compose, kustomize) here and touch nothing else. */
  readonly render?: string;
  /** With `render`: push the image that the files name. */
  readonly push?: boolean;
  readonly dryRun: boolean;
  readonly waitMs: number;
}
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

export interface DestroyResult {
  readonly name: string;
  readonly target: string;
  /** What was taken away, in words. */
  readonly removed: readonly string[];
}

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

export interface RollbackResult {
  readonly name: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly applied: Applied;
}

export interface StopResult {
  readonly name: string;
  readonly wasRunning: boolean;
  readonly version: number | null;
  readonly url: string | null;
}

export interface ScheduleOptions {
  readonly pipeline?: string;
  /** `--list` and `--remove`; otherwise a schedule is installed. */
  readonly action: 'install' | 'list' | 'remove';
  /** A cron expression of five fields, or a nickname (`@daily`). */
  readonly every?: string;
  /** `monitor,retrain` */
  readonly verbs?: string;
  /** Name of the scheduler; for a list or a removal, left out = all. */
  readonly on?: string;
  /** IANA name; left out = the scheduler's own. */
  readonly timezone?: string;
  /** Names of variables whose values go along. */
  readonly environment: readonly string[];
  readonly dryRun: boolean;
  /** Folder for the files of a scheduler that runs elsewhere. */
  readonly output?: string;
}
export interface ScheduleState extends Pick<
  Schedule,
  'id' | 'pipeline' | 'expression' | 'timezone' | 'verbs'
> {
  readonly on: string;
  /** `missing`: it is written down here, but its scheduler has lost it. `unrecorded`: the other way round. */
  readonly state: 'installed' | 'missing' | 'unrecorded' | 'planned';
  readonly where: string | null;
  /** The next three slots: ms since 1970 UTC, and in words. */
  readonly next: readonly { readonly at: number; readonly words: string }[];
  readonly lastRun: (ScheduleRun & { readonly runId: string }) | null;
  /** A slot that was begun and is not written down as ended: it runs, or it was killed. */
  readonly unfinished: number | null;
  readonly log: string | null;
}
export interface ScheduleResult {
  readonly action:
    'listed' | 'planned' | 'installed' | 'changed' | 'unchanged' | 'removed' | 'nothing-to-remove';
  readonly schedules: readonly ScheduleState[];
  /** Our own lines and files; of a file that we share (a crontab) nothing else. */
  readonly changes: readonly FileChange[];
  readonly commands: readonly string[];
  readonly words: readonly string[];
}
