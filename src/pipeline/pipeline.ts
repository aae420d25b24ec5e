import type { Compression, Dialect } from '../data/dialect.ts';
import type { HistoryRule } from '../data/history/rule.ts';
import type { Gate } from '../evaluation/evaluation.ts';
import type { FeaturesSpec } from '../features/spec.ts';
import type { TrainOptions } from '../modeling/model.ts';
import type { AlertsSection } from './alerts/section.ts';
import type { PipelineEnvironment } from './environments/environment.ts';
import type { Override } from './overrides/override.ts';
import type { RemoteSection } from './source/remoteSection.ts';
import type { Expectation } from '../validation/expectations/expectation.ts';

/**
 * A pipeline file, checked and with every default filled in. Keys keep the file's own snake_case, so that what a
 * person reads in YAML is what they find in the code.
 */
export interface Pipeline {
  readonly name: string;
  /** Absolute path of the file. */
  readonly file: string;
  /** What the model is for, in one sentence; stands in the model card. */
  readonly goal: string;
  readonly source: SourceSection;
  /** Path of the row schema, relative to the root. */
  readonly schema: string;
  readonly label: LabelSection;
  /** Columns that identify a row; empty = hash of the feature cells. */
  readonly row_id: readonly string[];
  /** Time column (time split, time-aware monitoring). */
  readonly time: string | null;
  /** What the data must keep to, beside the row schema. */
  readonly checks: readonly Expectation[];
  /** Files of a team's own checks, relative to the root, as `checks` names them. */
  readonly ownChecks: readonly string[];
  readonly split: SplitSection;
  readonly features: FeaturesSpec;
  /** `features.history`: columns that rows get from the rows before them; null = none. */
  readonly history: HistoryRule | null;
  readonly model: ModelSection;
  readonly evaluation: EvaluationSection;
  readonly package: PackageSection;
  readonly deploy: DeploySection;
  readonly monitor: MonitorSection;
  readonly retrain: RetrainSection;
  readonly batch: BatchSection;
  /** Who is told what happens while nobody watches; `${NAME}` stands in it as it is written. */
  readonly alerts: AlertsSection;
  readonly logs: LogsSection;
  readonly trust: TrustSection;
  /**
   * JSON pointer → the text as it is written, for each value of `source` and `deploy` that came from the environment
   * (`/deploy/port` → `${PORT}`). What is recorded or shown says this, never the value.
   */
  readonly variables: Readonly<Record<string, string>>;
  /** JSON pointer → where it is written in the file: for messages about what the file says. */
  readonly places: Readonly<Record<string, { readonly line: number; readonly column: number }>>;
  /** The file says how rows are split, and does not leave it to the default. */
  readonly saysSplit?: boolean;
  /** The section of `env` that it was opened with; null: none. */
  readonly env: PipelineEnvironment | null;
  /** Keys that were set for this run and stand otherwise in the file. */
  readonly overrides: readonly Override[];
  /** What the file should say otherwise, and was read all the same: for people. */
  readonly notices: readonly string[];
}

export interface SourceSection extends RemoteSection {
  /** Relative to the root, or an address. `${ENV}` has been replaced here; `display` keeps the name. */
  readonly path: string;
  readonly display: string;
  /** auto = by its content. */
  readonly format: Dialect['format'];
  /** auto = by its content. */
  readonly compression: Compression;
  /** Workbooks: name of the sheet, or its number from 1; null = the first one that holds rows. */
  readonly sheet: string | number | null;
  /** JSON: the members on the way to the list of rows, with dots between them; null = found out. */
  readonly records: string | null;
  /** Several files: the columns that the names of their folders give; null = those written `name=value`. */
  readonly partitions: readonly string[] | null;
  /** null = found out. */
  readonly delimiter: string | null;
  /** A character, or `none`. */
  readonly quote: string;
  readonly escape: NonNullable<Dialect['escape']>;
  readonly encoding: string;
  /** Physical lines before the header that are no table. */
  readonly skip_lines: number;
  /** Lines that begin with it are no records; null = there are none. */
  readonly comment: string | null;
  /** Does the first record name the columns? */
  readonly header: boolean;
  /** Names of the columns of a file without a header; null = `column_1`, `column_2`, … */
  readonly names: readonly string[] | null;
  readonly row_names: boolean;
  readonly lines_after_header: number;
  readonly skip_footer: number;
  /** null = found out. */
  readonly trailing_delimiter: boolean | null;
  readonly empty_rows: NonNullable<Dialect['emptyRows']>;
  readonly ragged: NonNullable<Dialect['ragged']>;
  /** Above this share of quarantined records, ingest fails. */
  readonly max_rejected_share: number;
}

export interface LabelSection {
  readonly column: string;
  readonly task: 'auto' | 'binary' | 'multiclass' | 'regression';
  /** Binary: the class whose probability is the score; null = the rarer one. */
  readonly positive: string | null;
}

export interface SplitSection {
  readonly strategy: 'hash' | 'time' | 'group' | 'stratified';
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
  /** Column whose values stay together (group). */
  readonly group: string | null;
}

/** `metric` is `auto` until `resolveMetrics` knows the task. */
export interface ModelSection extends TrainOptions {
  /** `auto`, or the name of a family. */
  readonly family: string;
  readonly backend: 'auto' | 'native' | 'wasm';
  readonly seed: number;
  /** Folds by which family `auto` chooses; null = by the work. */
  readonly folds: number | null;
  /** Input of an imported model → the column that it takes; inputs that are called as their column need no line. */
  readonly inputs: Readonly<
    Record<string, string | { readonly column: string; readonly codes?: readonly string[] }>
  >;
  /** Share of labels that lie in the interval of a number; null = no interval. */
  readonly interval: number | null;
}

export interface EvaluationSection {
  /** null = log_loss for classes, rmse for numbers. */
  readonly metric: string | null;
  /** `false_positive` and `false_negative`, or actual class → answered class → cost; null = none are stated. */
  readonly costs: Readonly<Record<string, number | Readonly<Record<string, number>>>> | null;
  /** Columns to slice by. */
  readonly slices: readonly string[];
  readonly min_slice_rows: number;
  readonly fairness: {
    /** Columns whose groups are to be treated alike. */
    readonly columns: readonly string[];
    readonly min_rows: number;
  };
  readonly bootstrap: number;
  /** Metric `auto` = the metric above, until `resolveMetrics` knows the task. */
  readonly gates: readonly Gate[];
}

export interface PackageSection {
  readonly golden_rows: number;
}

export interface DeploySection {
  readonly target: string;
  readonly host: string;
  readonly port: number;
  /** How long a new instance may take to get healthy. */
  readonly timeout_seconds: number;
  readonly drain_seconds: number;
  readonly body_limit_bytes: number;
  /** Names by which callers reach it, beside addresses and localhost. */
  readonly allowed_hosts: readonly string[];
  /** Tokens by name: their hashes (`sha256:…`), or themselves where they came from the environment. */
  readonly auth: {
    readonly tokens: Readonly<Record<string, string>>;
    /** Empty: the tokens above are good for feedback, too. */
    readonly feedback: Readonly<Record<string, string>>;
  };
  /** Path of a Unix socket in place of host and port. */
  readonly socket: string | null;
  /** Files of a certificate and its key; both or none. */
  readonly tls: { readonly certificate: string | null; readonly key: string | null };
  /** The page at `/docs`. */
  readonly docs: boolean;
  /** Processes side by side; 0 = one for each core. */
  readonly workers: number;
  readonly gateway: boolean;
  readonly durable: boolean;
  /** How a bundle beside the version in charge is judged. */
  readonly canary: {
    /** Of the requests, for a challenger that `retrain` promotes; null = it takes over at once. */
    readonly share: number | null;
    readonly min_rows: number;
    readonly min_labels: number;
    readonly hours: number;
    readonly promotion: 'auto' | 'approve';
  };
  /** A bundle whose signature does not hold is not put to work. */
  readonly require_signature: boolean;
  readonly image: {
    /** Where it is pushed to and pulled from; null = it stays on this machine. */
    readonly repository: string | null;
    /** A registry reference, `oci:<folder>` or `this-machine`. */
    readonly base: string;
    readonly variant: 'serve' | 'full';
  };
  readonly container: {
    readonly engine: 'auto' | 'docker' | 'podman';
    readonly memory_mb: number;
    readonly cpus: number;
    readonly pids: number;
  };
  readonly kubernetes: {
    readonly context: string | null;
    readonly namespace: string;
    readonly environment: string;
    readonly min_replicas: number;
    readonly max_replicas: number;
    readonly target_cpu_percent: number;
    readonly cpu_millis: number;
    readonly memory_mb: number | null;
    readonly service_monitor: boolean;
    /** A Secret of the namespace with certificate and key. */
    readonly tls_secret: string | null;
    readonly claim: { readonly size_gb: number; readonly storage_class: string | null };
    readonly schedule: { readonly monitor: string | null; readonly retrain: string | null };
    readonly batch: { readonly input: string | null; readonly output: string; readonly shards: number };
    readonly route: {
      /** `name` or `namespace/name`. */
      readonly gateway: string | null;
      readonly canary_namespace: string | null;
      readonly canary_percent: number;
    };
  };
}

export interface MonitorSection {
  /** At most this many of the newest predictions … */
  readonly window_rows: number;
  /** … and none older than this. */
  readonly window_hours: number;
  /** Fewer rows: "not enough data". */
  readonly min_rows: number;
  readonly drift: {
    /** False discovery rate over the columns (Benjamini–Hochberg). */
    readonly alpha: number;
    /** Smallest effect that matters: Wasserstein / reference std, or Jensen–Shannon distance (natural log). */
    readonly min_effect: number;
    readonly ignore: readonly string[];
  };
  readonly performance: {
    /** Relative worsening of the metric that matters, e.g. .1 = 10 %. */
    readonly max_worsening: number;
    readonly min_labels: number;
    /** Confidence that it is worse, e.g. .99. */
    readonly confidence: number;
  };
  readonly health: {
    readonly max_error_rate: number;
    readonly max_p99_ms: number;
    readonly max_memory_mb: number;
  };
  /** What the service should reach; null = no such objective. */
  readonly slo: {
    /** Share of requests that are answered, e.g. .999. */
    readonly availability: number | null;
    readonly latency_ms: number | null;
    /** Share of requests that take no longer than `latency_ms`. */
    readonly latency_share: number;
  };
  /** Labels that arrive as a file (CSV, NDJSON, Parquet with `id` and the label column). */
  readonly labels: string | null;
}

/** What a batch prediction reads and writes; paths are relative to the root. */
export interface BatchSection {
  /** A file or a folder of files; null = there is no batch. */
  readonly input: string | null;
  /** `{date}` stands for the day of the run (UTC). */
  readonly output: string;
  /** Parts that the work is done in. */
  readonly shards: number;
  readonly log: boolean;
}

export interface TrustSection {
  /** Name → file with a public key or certificates, relative to the root. */
  readonly keys: Readonly<Record<string, string>>;
  /** What signs each version that is made; without key and command, nothing does. */
  readonly sign_with: {
    /** `env:NAME`, or a path. */
    readonly key: string | null;
    readonly command: readonly string[] | null;
    /** Names of variables that the command may see. */
    readonly environment: readonly string[];
    readonly public_key: string | null;
    readonly certificate: string | null;
  };
}

export interface LogsSection {
  /** Predictions older than this expire; those with a label are folded into training rows before. */
  readonly keep_days: number;
}

export interface RetrainSection {
  readonly triggers: {
    readonly drift: boolean;
    readonly performance: boolean;
    /** Cron expression (UTC), or null. */
    readonly schedule: string | null;
    /** Retrain once this many new labelled rows are there, or null. */
    readonly new_rows: number | null;
    /** Days since the model was trained or a challenger tried, also without an alarm; null = never. */
    readonly every_days: number | null;
  };
  /** null = a day, and longer with each attempt that promotes nothing. */
  readonly cooldown_hours: number | null;
  /** Challengers that may be trained in seven days, or null. */
  readonly budget: number | null;
  /** Largest share of the labelled recent rows that only judges. */
  readonly compare_share: number;
  readonly min_labelled_rows: number;
  /** Fewer rows that only judge: the models are not compared. */
  readonly min_compare_rows: number;
  /** Improvement of the metric that a challenger must exceed. */
  readonly margin: number;
  /** Who lets a better challenger take over. */
  readonly promotion: 'auto' | 'approve';
  /** Deploy a promoted challenger to the running deployment. */
  readonly deploy: boolean;
}
