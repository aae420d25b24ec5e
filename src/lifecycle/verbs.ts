import type { DeploymentStatus } from '../deployment/target.ts';
import type { ImageFlags, ImageResult } from './placeVerbs.ts';
import type { Comparison, Evaluation, Verdict } from '../evaluation/evaluation.ts';
import type { MonitorReport } from '../monitoring/report.ts';
import type { LinkedProcess } from '../serving/index.ts';
import type { Rejection } from '../data/source.ts';
import type { Finding } from '../validation/finding.ts';
import type { RunComparison } from '../evaluation/runChanges.ts';
import type { Comment, Commented } from './stickyComment.ts';

export type * from './placeVerbs.ts';

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

export interface PackageOptions extends StageOptions, ImageFlags {
  /** Also write the deterministic tar here. */
  readonly output?: string;
  /** Write a Dockerfile, .dockerignore and the bundle into this folder, for those who build themselves. */
  readonly dockerfile?: string;
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
