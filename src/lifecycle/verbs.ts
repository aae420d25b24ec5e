import type { Comparison, Evaluation, Verdict } from '../evaluation/evaluation.ts';
import type { Applied, DeploymentStatus, Plan } from '../deployment/target.ts';
import type { MonitorReport } from '../monitoring/report.ts';
import type { Schedule, ScheduleRun } from '../scheduling/schedule.ts';
import type { FileChange } from '../scheduling/scheduler.ts';
import type { LinkedProcess } from '../serving/index.ts';
import type { Rejection } from '../data/source.ts';
import type { Finding } from '../validation/finding.ts';
import type { RunComparison } from '../evaluation/runChanges.ts';
import type { Comment, Commented } from './stickyComment.ts';

/** Options and results of every verb. `pipeline` is a name or a path; left out = the only one. */
export interface StageOptions {
  readonly pipeline?: string;
  /** Run just this stage; its inputs must be fresh. */
  readonly only?: boolean;
  /** How long to wait for another run that holds the pipeline. */
  readonly waitMs: number;
}

export interface InitOptions {
  readonly directory: string;
  readonly from?: string;
  readonly label?: string;
  readonly name?: string;
}
export interface InitResult {
  readonly name: string;
  readonly task: string | null;
  /** Paths relative to the project root. */
  readonly created: readonly string[];
  readonly notes: readonly string[];
  readonly next: string;
}

export interface IngestResult {
  readonly rows: number;
  readonly quarantined: number;
  readonly columns: number;
  /** The first few. */
  readonly rejections: readonly Rejection[];
  readonly quarantineFile: string | null;
  readonly unknownColumns: readonly string[];
  /** Set when no schema file was there and one was inferred. */
  readonly inferredSchema: string | null;
}

export interface ValidateResult {
  readonly rows: number;
  readonly findings: readonly Finding[];
  readonly comparedWith: string | null;
}

export interface FeaturizeResult {
  readonly rows: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly unlabelled: number;
  };
  readonly inputs: number;
  readonly outputs: readonly string[];
  readonly task: string;
}

export interface FamilyTried {
  readonly family: string;
  /** The pipeline's metric on the validation part. */
  readonly validation: number;
  readonly parameters: number;
  readonly epochs: number;
  readonly bestEpoch: number;
}
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

/** How an image of the bundle is to be made; what is left out is the pipeline's `deploy.image`. */
export interface ImageFlags {
  readonly image?: string;
  readonly base?: string;
  readonly variant?: 'serve' | 'full';
  /** `linux/arm64` */
  readonly platform?: string;
  readonly push?: boolean;
}
export interface PackageOptions extends StageOptions, ImageFlags {
  /** Also write the deterministic tar here. */
  readonly output?: string;
  /** Write a Dockerfile, .dockerignore and the bundle into this folder, for those who build themselves. */
  readonly dockerfile?: string;
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
export interface PackageResult {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly existed: boolean;
  /** Folder of the bundle. */
  readonly path: string;
  readonly tar: string | null;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly image: ImageResult | null;
  /** Files for `docker build`, relative to where the command was called. */
  readonly dockerfile: readonly string[];
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

export interface MonitorOptions {
  readonly pipeline?: string;
  /** Rows to judge instead of the prediction log. */
  readonly current?: string;
  readonly labels?: string;
  readonly bundle?: string;
}
export type MonitorResult = MonitorReport;

export interface RetrainOptions {
  readonly pipeline?: string;
  readonly waitMs: number;
  /** Retrain without a trigger, in spite of cooldown. */
  readonly force: boolean;
  /** Promote without deploying. */
  readonly noDeploy: boolean;
}
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

export interface RunOptions extends StageOptions {
  readonly to: 'package' | 'deploy';
}

export interface PredictOptions {
  readonly bundle: string;
  /** Path of a file or of a folder of files, or `-` for stdin (NDJSON, or CSV with `format`). */
  readonly input: string;
  /** Path, or `-` for stdout; with `shard`, the folder that all shards write to. */
  readonly output: string;
  /** Of stdin and stdout; with `shard`, of the part. */
  readonly format?: 'csv' | 'ndjson' | 'parquet';
  /** Record the predictions for monitoring under the bundle's name. */
  readonly log: boolean;
  /** Do only the part of one of `of` workers, `index` from 0. */
  readonly shard?: { readonly index: number; readonly of: number };
}
export interface MergeOptions {
  /** Where the shards wrote their parts. */
  readonly folder: string;
  /** Path, or `-` for stdout. */
  readonly output: string;
  /** Of stdout; left out = that of the parts. */
  readonly format?: 'csv' | 'ndjson' | 'parquet';
}
export interface PredictResult {
  readonly rows: number;
  readonly rejected: number;
  readonly rejections: readonly Rejection[];
  readonly output: string;
  /** With `--shard`: whether the part was made now, or was there already and was kept. */
  readonly shard?: { readonly index: number; readonly of: number; readonly state: 'made' | 'kept' };
  /** With `--merge`: what each part gave, by shard. */
  readonly merged?: readonly { readonly part: string; readonly rows: number; readonly rejected: number }[];
}

export interface ServeOptions {
  readonly bundle: string;
  readonly host: string;
  /** 0 = the system chooses. */
  readonly port: number;
  /** Where predictions and labels are recorded; left out = the log of the bundle's name in the store. */
  readonly logFolder?: string;
  /** Name of this instance inside the log; left out = one of its own. */
  readonly instance?: string;
  /** The version that answers name, where the bundle came as a folder. */
  readonly modelVersion?: number;
  readonly bodyLimitBytes?: number;
  /** Requests with this word in `x-aieng-probe` are a supervisor's own questions: neither logged nor counted. */
  readonly probeToken?: string;
  /** Called once, when requests are answered. */
  readonly onListening?: (address: { readonly url: string; readonly port: number }) => void;
  /** The process, where a supervisor started it: it is told the port, and the service ends with its supervisor. */
  readonly supervised?: LinkedProcess;
}
/** What served, said when it has stopped. */
export interface ServeResult {
  readonly name: string;
  readonly version: number | null;
  readonly bundle: string;
  readonly url: string;
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

export interface DoctorResult {
  readonly checks: readonly {
    readonly name: string;
    readonly state: 'ok' | 'warning' | 'failed';
    readonly message: string;
    readonly hint: string | null;
  }[];
}

export type ExplainTopic = 'stage' | 'gate' | 'drift' | 'prediction';
export interface ExplainOptions {
  readonly topic: ExplainTopic;
  /** Stage name, gate name, column or prediction id. */
  readonly subject?: string;
  readonly pipeline?: string;
}
export interface ExplainResult {
  readonly topic: ExplainTopic;
  readonly title: string;
  readonly lines: readonly string[];
  readonly data: unknown;
}

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
export interface CompareResult extends RunComparison {
  readonly markdown: string | null;
  readonly comment: Commented | null;
}
