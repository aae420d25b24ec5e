import type { Manifest } from '../packaging/manifest.ts';
import type { LogState } from '../traffic/predictionLog.ts';
import { Histogram, metricsContentType, metricsText } from './metricsText.ts';
import type { MetricFamily, Sample } from './metricsText.ts';
import type { ShadowCounts } from './beside/shadowLine.ts';

/** Where the figures that are read at scrape time come from. */
export interface MetricsSources {
  readonly manifest: Manifest;
  readonly version: number | null;
  readonly digest: string;
  /** Requests that wait for their turn. */
  readonly waiting: () => number;
  /** Bytes of bodies that are held. */
  readonly bytesHeld: () => number;
  readonly logState: () => LogState | null;
}

/**
 * What the service counts about itself (Prometheus: base units, `_total`, `_seconds`). Every label has a closed set of
 * values: route pattern, status class, model version, class name. No label ever comes from a request.
 */
export interface ServiceMetrics {
  request(route: string, status: number, seconds: number, version: number | null): void;
  predicted(prediction: string | number, version: number | null): void;
  feedback(labels: number): void;
  internalError(): void;
  overloaded(): void;
  /** A request that the second bundle could not answer and the first did. */
  rescued(): void;
  /** Another bundle answers too. */
  alsoServes(second: { readonly version: number | null; readonly digest: string }): void;
  /** Where the figures of shadows come from. */
  countShadows(read: () => ShadowCounts): void;
  text(): string;
  readonly contentType: string;
}

/** Upper bounds in seconds; from half a millisecond, since one row takes tens of microseconds. */
export const durationBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** A figure without labels that is read when it is asked for. */
const read = (name: string, help: string, value: () => number, type: MetricFamily['type'] = 'gauge') => ({
  name,
  help,
  type,
  samples: () => [{ value: value() }],
});

const processFamilies = (): readonly MetricFamily[] => [
  read('process_resident_memory_bytes', 'Resident memory of the service.', () => process.memoryUsage.rss()),
  read('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed),
  read('process_uptime_seconds', 'Time since the service started.', () => process.uptime()),
  read(
    'process_cpu_seconds_total',
    'User and system CPU time.',
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    'counter',
  ),
];

function logFamilies({ logState }: MetricsSources): readonly MetricFamily[] {
  const of = (pick: (state: LogState) => number) => (): number => {
    const state = logState();
    return state === null ? 0 : pick(state);
  };
  return [
    read(
      'aieng_prediction_log_degraded',
      '1 while the prediction log cannot be written (disk full, no permission).',
      of((state) => (state.degraded ? 1 : 0)),
    ),
    read(
      'aieng_prediction_log_records_total',
      'Records written to the prediction log.',
      of((state) => state.written),
      'counter',
    ),
    read(
      'aieng_prediction_log_waiting',
      'Records in memory that the disk refused, which is asked again.',
      of((state) => state.waiting),
    ),
    read(
      'aieng_prediction_log_lost_total',
      'Records that could not be written and were dropped.',
      of((state) => state.lost),
      'counter',
    ),
    read(
      'aieng_prediction_log_errors_total',
      'Writes of the prediction log that failed.',
      of((state) => state.errors),
      'counter',
    ),
  ];
}

type Named = Readonly<Record<'name' | 'version' | 'bundle', string>>;

function modelFamilies(sources: MetricsSources, serving: readonly Named[]): readonly MetricFamily[] {
  return [
    {
      name: 'aieng_model_info',
      help: 'The bundle that is served; always 1.',
      type: 'gauge',
      samples: () => serving.map((labels) => ({ labels, value: 1 })),
    },
    read('aieng_requests_waiting', 'Requests that wait for their turn.', sources.waiting),
    read('aieng_request_bytes_held', 'Bytes of requests that are being worked on.', sources.bytesHeld),
  ];
}

/** What the other of two bundles counts. */
const shadowFamilies = (counts: () => ShadowCounts): readonly MetricFamily[] => [
  read(
    'aieng_shadow_answers_total',
    'Rows that the other bundle answered too.',
    () => counts().answered,
    'counter',
  ),
  read('aieng_shadow_faults_total', 'Rows that it could not answer.', () => counts().faults, 'counter'),
  read(
    'aieng_shadow_dropped_total',
    'Rows that it was not asked for want of time.',
    () => counts().dropped,
    'counter',
  ),
];

/** What is counted of one route. */
class RouteFigures {
  /** By the first digit of the status. */
  readonly statuses = new Float64Array(10);
  readonly durations = new Histogram(durationBuckets);
}

/** What is counted of one version. */
class VersionFigures {
  readonly version: string;
  readonly #routes = new Map<string, RouteFigures>();
  readonly #predictions: Map<string, number>;

  constructor(version: string, classes: readonly string[]) {
    this.version = version;
    this.#predictions = new Map(classes.map((name) => [name, 0]));
  }

  request(route: string, status: number, seconds: number): void {
    let figures = this.#routes.get(route);
    if (figures === undefined) this.#routes.set(route, (figures = new RouteFigures()));
    figures.statuses[Math.floor(status / 100)]! += 1;
    figures.durations.observe(seconds);
  }

  predicted(name: string): void {
    this.#predictions.set(name, (this.#predictions.get(name) ?? 0) + 1);
  }

  requests(): readonly Sample[] {
    const { version } = this;
    return [...this.#routes].flatMap(([route, { statuses }]) =>
      [...statuses].flatMap((value, digit) =>
        value === 0 ? [] : [{ labels: { route, status: `${digit}xx`, version }, value }],
      ),
    );
  }

  durations(): readonly Sample[] {
    const { version } = this;
    return [...this.#routes].flatMap(([route, { durations }]) => durations.samples({ route, version }));
  }

  predictions(): readonly Sample[] {
    const { version } = this;
    return [...this.#predictions].map(([name, value]) => ({ labels: { class: name, version }, value }));
  }
}

const versionFamilies = (all: () => readonly VersionFigures[]): readonly MetricFamily[] => [
  {
    name: 'aieng_http_requests_total',
    help: 'Requests answered.',
    type: 'counter',
    samples: () => all().flatMap((figures) => figures.requests()),
  },
  {
    name: 'aieng_http_request_duration_seconds',
    help: 'From the request’s head to the end of its answer.',
    type: 'histogram',
    samples: () => all().flatMap((figures) => figures.durations()),
  },
  {
    name: 'aieng_predictions_total',
    help: 'Rows predicted, by class.',
    type: 'counter',
    samples: () => all().flatMap((figures) => figures.predictions()),
  },
];

const namedVersion = (version: number | null): string => String(version ?? 'none');

/** What the service counts, from zero on. */
export function createMetrics(sources: MetricsSources): ServiceMetrics {
  const serving: Named[] = [];
  const serves: ServiceMetrics['alsoServes'] = ({ version, digest }) =>
    void serving.push({ name: sources.manifest.name, version: namedVersion(version), bundle: digest });
  serves(sources);
  const own = new VersionFigures(namedVersion(sources.version), sources.manifest.outputs);
  const versions = new Map<number | null, VersionFigures>([[sources.version, own]]);
  const figuresOf = (version: number | null): VersionFigures => {
    let figures = versions.get(version);
    if (figures === undefined)
      versions.set(version, (figures = new VersionFigures(namedVersion(version), [])));
    return figures;
  };
  const counted = { feedback: 0, errors: 0, refused: 0, rescued: 0 };
  const families: MetricFamily[] = [
    ...processFamilies(),
    ...logFamilies(sources),
    ...modelFamilies(sources, serving),
    ...versionFamilies(() => [...versions.values()]),
    read('aieng_feedback_labels_total', 'Labels received.', () => counted.feedback, 'counter'),
    read(
      'aieng_internal_errors_total',
      'Requests that failed through a bug of ours.',
      () => counted.errors,
      'counter',
    ),
    read(
      'aieng_overload_rejections_total',
      'Requests refused because too much was in flight.',
      () => counted.refused,
      'counter',
    ),
  ];
  return {
    request: (route, status, seconds, version) => figuresOf(version).request(route, status, seconds),
    predicted: (prediction, version) =>
      figuresOf(version).predicted(typeof prediction === 'string' ? prediction : 'number'),
    feedback: (labels) => (counted.feedback += labels),
    internalError: () => (counted.errors += 1),
    overloaded: () => (counted.refused += 1),
    rescued: () => (counted.rescued += 1),
    alsoServes: serves,
    countShadows: (counts) =>
      void families.push(
        ...shadowFamilies(counts),
        read(
          'aieng_canary_rescues_total',
          'Requests that the canary could not answer, so that the version in charge did.',
          () => counted.rescued,
          'counter',
        ),
      ),
    text: () => metricsText(families),
    contentType: metricsContentType,
  };
}
