import { isDatabase, placeOf } from '../data/address.ts';
import { formatByName } from '../data/dialect.ts';
import type { Gate } from '../evaluation/evaluation.ts';
import type { FairnessMeasure } from '../evaluation/fairnessShape.ts';
import type { FeatureSpec, FeaturesSpec, Params, StepSpec } from '../features/spec.ts';
import type { AlertsSection } from './alerts/section.ts';
import { buildExpectations } from './expectations/build.ts';
import type { WrittenCheck } from './expectations/written.ts';
import { buildHistory } from './history/section.ts';
import type { WrittenHistory } from './history/section.ts';
import type {
  BatchSection,
  DeploySection,
  EvaluationSection,
  LabelSection,
  LogsSection,
  ModelSection,
  MonitorSection,
  PackageSection,
  Pipeline,
  RetrainSection,
  TrustSection,
  SourceSection,
  SplitSection,
} from './pipeline.ts';

/** A gate as the file has it. */
export interface WrittenGate {
  readonly metric: string;
  readonly at_least?: number;
  readonly at_most?: number;
  readonly better_than?: 'baseline' | 'champion';
  readonly margin?: number;
  readonly fairness?: FairnessMeasure;
  readonly column?: string;
  readonly undecided?: 'fail' | 'pass';
}

/** A pipeline in its long form with every default: what the schema guarantees. */
export interface CheckedPipeline {
  readonly name?: string;
  readonly goal: string;
  readonly source: Omit<SourceSection, 'display'> & {
    /** As it was written before there was `compression`. */
    readonly gzip: boolean | null;
  };
  readonly schema?: string;
  readonly label: Omit<LabelSection, 'positive'> & { readonly positive: string | number | boolean | null };
  readonly row_id: readonly string[];
  readonly time: string | null;
  readonly checks: readonly WrittenCheck[];
  readonly split: SplitSection;
  readonly features: {
    readonly auto: boolean;
    readonly drop: readonly string[];
    readonly interactions: readonly (readonly [string, string])[];
    readonly transforms: readonly string[];
    readonly history: WrittenHistory;
    readonly columns: Readonly<Record<string, readonly (readonly Readonly<Record<string, Params>>[])[]>>;
  };
  readonly model: Omit<ModelSection, 'metric'>;
  readonly evaluation: Omit<EvaluationSection, 'gates'> & { readonly gates: readonly WrittenGate[] };
  readonly package: PackageSection;
  readonly deploy: DeploySection;
  readonly monitor: MonitorSection;
  readonly retrain: RetrainSection;
  readonly batch: BatchSection;
  readonly alerts: AlertsSection;
  readonly logs: LogsSection;
  readonly trust: TrustSection;
}

/** `gzip: true` is the old word for `compression: gzip`. */
function compressionOf({ compression, gzip, path }: CheckedPipeline['source']): SourceSection['compression'] {
  if (compression !== 'auto') return compression;
  if (gzip !== null) return gzip ? 'gzip' : 'none';
  return formatByName(path).compression;
}

/** A database has no format of its own; a file that says none is recognised by its content. */
function formatOf({ path, format }: CheckedPipeline['source']): SourceSection['format'] {
  if (isDatabase(placeOf(path))) return 'database';
  return format === 'auto' ? (formatByName(path).format ?? 'auto') : format;
}

function buildSource(checked: CheckedPipeline['source'], display: string | undefined): SourceSection {
  return {
    ...checked,
    display: display ?? checked.path,
    format: formatOf(checked),
    compression: compressionOf(checked),
  };
}

function buildFeatures({
  auto,
  drop,
  interactions,
  transforms,
  columns,
}: CheckedPipeline['features']): FeaturesSpec {
  const features = Object.entries(columns).flatMap(([column, chains]) =>
    chains.map((chain): FeatureSpec => ({
      column,
      steps: chain.flatMap((step) =>
        Object.entries(step).map(([transform, params]): StepSpec => ({ transform, params })),
      ),
    })),
  );
  return {
    ...{ auto, drop, features },
    ...(interactions.length === 0 ? {} : { interactions }),
    ...(transforms.length === 0 ? {} : { transforms }),
  };
}

/** A gate as evaluation takes it. Exactly one of its conditions is there: the cross-checks said so. */
function buildGate({
  metric,
  at_least: atLeast,
  at_most: atMost,
  better_than: than,
  margin = 0,
  fairness,
  column,
  undecided = 'fail',
}: WrittenGate): Gate {
  if (fairness !== undefined)
    return { kind: 'fairness', measure: fairness, atMost: atMost ?? 0, column: column ?? null, undecided };
  if (than !== undefined) return { kind: than, metric, margin };
  return { kind: 'absolute', metric, threshold: atLeast ?? atMost ?? 0 };
}

/** Where a pipeline was read from and what of it must not be shown. */
export interface Origin {
  /** Absolute path. */
  readonly file: string;
  /** Name by the file name. */
  readonly name: string;
  readonly variables: Pipeline['variables'];
  readonly places: Pipeline['places'];
  readonly env: Pipeline['env'];
  readonly overrides: Pipeline['overrides'];
  readonly notices: Pipeline['notices'];
  readonly saysSplit: boolean;
}

/** The typed pipeline from its checked long form. */
export function buildPipeline(checked: CheckedPipeline, origin: Origin): Pipeline {
  const name = checked.name ?? origin.name;
  const { positive } = checked.label;
  return {
    name,
    file: origin.file,
    goal: checked.goal,
    source: buildSource(checked.source, origin.variables['/source/path']),
    schema: checked.schema ?? `pipelines/${name}.schema.json`,
    label: { ...checked.label, positive: positive === null ? null : String(positive) },
    row_id: checked.row_id,
    time: checked.time,
    checks: buildExpectations(checked.checks, checked.time),
    ownChecks: [...new Set(checked.checks.flatMap(({ code }) => code ?? []))],
    split: checked.split,
    features: buildFeatures(checked.features),
    history: buildHistory(checked.features.history, checked.time),
    model: { ...checked.model, metric: checked.evaluation.metric ?? 'auto' },
    evaluation: { ...checked.evaluation, gates: checked.evaluation.gates.map(buildGate) },
    package: checked.package,
    deploy: checked.deploy,
    monitor: checked.monitor,
    retrain: checked.retrain,
    batch: checked.batch,
    alerts: checked.alerts,
    logs: checked.logs,
    trust: checked.trust,
    variables: origin.variables,
    places: origin.places,
    ...(origin.saysSplit ? { saysSplit: true } : {}),
    env: origin.env,
    overrides: origin.overrides,
    notices: origin.notices,
  };
}
