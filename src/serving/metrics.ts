import type * as prom from 'prom-client';
import type { Registry } from 'prom-client';
import type { Manifest } from '../packaging/manifest.ts';
import type { LogState } from '../traffic/predictionLog.ts';
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
  text(): Promise<string>;
  readonly contentType: string;
}

/** Upper bounds in seconds; from half a millisecond, since one row takes tens of microseconds. */
export const durationBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

type Prometheus = typeof prom;

function registerProcess(prometheus: Prometheus, registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    new prometheus.Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('process_resident_memory_bytes', 'Resident memory of the service.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
  gauge('process_uptime_seconds', 'Time since the service started.', () => process.uptime());
  let counted = 0;
  new prometheus.Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / 1e6;
      this.inc(Math.max(0, seconds - counted));
      counted = seconds;
    },
  });
}

function registerLog(prometheus: Prometheus, registers: Registry[], sources: MetricsSources): void {
  const read = (pick: (state: LogState) => number): number => {
    const state = sources.logState();
    return state === null ? 0 : pick(state);
  };
  new prometheus.Gauge({
    name: 'aieng_prediction_log_degraded',
    help: '1 while the prediction log cannot be written (disk full, no permission).',
    registers,
    collect() {
      this.set(read((state) => (state.degraded ? 1 : 0)));
    },
  });
  for (const [name, help, pick] of [
    [
      'aieng_prediction_log_records_total',
      'Records written to the prediction log.',
      (s: LogState) => s.written,
    ],
    [
      'aieng_prediction_log_lost_total',
      'Records that could not be written and were dropped.',
      (s: LogState) => s.lost,
    ],
    [
      'aieng_prediction_log_errors_total',
      'Writes of the prediction log that failed.',
      (s: LogState) => s.errors,
    ],
  ] as const) {
    let counted = 0;
    new prometheus.Counter({
      name,
      help,
      registers,
      collect() {
        const now = read(pick);
        this.inc(now - counted);
        counted = now;
      },
    });
  }
}

/** What the other of two bundles counts; registered where there is one. */
function registerShadows(prometheus: Prometheus, registers: Registry[], read: () => ShadowCounts): void {
  for (const [name, help, pick] of [
    [
      'aieng_shadow_answers_total',
      'Rows that the other bundle answered too.',
      (c: ShadowCounts) => c.answered,
    ],
    ['aieng_shadow_faults_total', 'Rows that it could not answer.', (c: ShadowCounts) => c.faults],
    [
      'aieng_shadow_dropped_total',
      'Rows that it was not asked for want of time.',
      (c: ShadowCounts) => c.dropped,
    ],
  ] as const) {
    let counted = 0;
    new prometheus.Counter({
      name,
      help,
      registers,
      collect() {
        const now = pick(read());
        this.inc(now - counted);
        counted = now;
      },
    });
  }
}

function registerModel(
  prometheus: Prometheus,
  registers: Registry[],
  sources: MetricsSources,
): (bundle: { readonly version: number | null; readonly digest: string }) => void {
  const info = new prometheus.Gauge({
    name: 'aieng_model_info',
    help: 'The bundle that is served; always 1.',
    labelNames: ['name', 'version', 'bundle'],
    registers,
  });
  const serves = (bundle: { readonly version: number | null; readonly digest: string }): void =>
    info.set(
      { name: sources.manifest.name, version: String(bundle.version ?? 'none'), bundle: bundle.digest },
      1,
    );
  serves(sources);
  for (const [name, help, read] of [
    ['aieng_requests_waiting', 'Requests that wait for their turn.', sources.waiting],
    ['aieng_request_bytes_held', 'Bytes of requests that are being worked on.', sources.bytesHeld],
  ] as const)
    new prometheus.Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  return serves;
}

/** Remembers what `make` gave for a key: prom-client hashes labels anew at every call. */
function memo<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

/** Sets up a registry of its own (never prom-client's global one) with every series of the service. */
export async function createMetrics(sources: MetricsSources): Promise<ServiceMetrics> {
  const prometheus = await import('prom-client');
  const register = new prometheus.Registry();
  const registers = [register];
  registerProcess(prometheus, registers);
  registerLog(prometheus, registers, sources);
  const alsoServes = registerModel(prometheus, registers, sources);
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new prometheus.Counter({ name, help, labelNames, registers });

  const requests = counter('aieng_http_requests_total', 'Requests answered.', ['route', 'status', 'version']);
  const durations = new prometheus.Histogram({
    name: 'aieng_http_request_duration_seconds',
    help: 'From the request’s head to the end of its answer.',
    labelNames: ['route', 'version'],
    buckets: durationBuckets,
    registers,
  });
  const predictions = counter('aieng_predictions_total', 'Rows predicted, by class.', ['class', 'version']);
  const feedback = counter('aieng_feedback_labels_total', 'Labels received.', []);
  const errors = counter('aieng_internal_errors_total', 'Requests that failed through a bug of ours.', []);
  const refused = counter(
    'aieng_overload_rejections_total',
    'Requests refused because too much was in flight.',
    [],
  );

  let rescues: prom.Counter | undefined;
  const named = (version: number | null): string => String(version ?? 'none');
  const requestOf = memo((key) => {
    const [route = '', status = '', version = ''] = key.split(' ');
    return requests.labels({ route, status, version });
  });
  const durationOf = memo((key) => {
    const [route = '', version = ''] = key.split(' ');
    return durations.labels({ route, version });
  });
  // A class may have a space in its name, so it stands last.
  const predictionOf = memo((key) => {
    const end = key.indexOf(' ');
    return predictions.labels({ class: key.slice(end + 1), version: key.slice(0, end) });
  });
  for (const name of sources.manifest.outputs) predictionOf(`${named(sources.version)} ${name}`).inc(0);

  return {
    request: (route, status, seconds, version) => {
      requestOf(`${route} ${Math.floor(status / 100)}xx ${named(version)}`).inc();
      durationOf(`${route} ${named(version)}`).observe(seconds);
    },
    predicted: (prediction, version) =>
      predictionOf(`${named(version)} ${typeof prediction === 'string' ? prediction : 'number'}`).inc(),
    feedback: (labels) => feedback.inc(labels),
    internalError: () => errors.inc(),
    overloaded: () => refused.inc(),
    rescued: () => rescues?.inc(),
    alsoServes,
    countShadows: (read) => {
      registerShadows(prometheus, registers, read);
      rescues = counter(
        'aieng_canary_rescues_total',
        'Requests that the canary could not answer, so that the version in charge did.',
        [],
      );
    },
    text: () => register.metrics(),
    contentType: register.contentType,
  };
}
