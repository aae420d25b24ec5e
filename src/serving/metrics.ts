import type * as prom from 'prom-client';
import type { Registry } from 'prom-client';
import type { Manifest } from '../packaging/manifest.ts';
import type { LogState } from '../traffic/predictionLog.ts';

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
  request(route: string, status: number, seconds: number): void;
  predicted(prediction: string | number): void;
  feedback(labels: number): void;
  internalError(): void;
  overloaded(): void;
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

function registerModel(prometheus: Prometheus, registers: Registry[], sources: MetricsSources): void {
  const version = String(sources.version ?? 'none');
  new prometheus.Gauge({
    name: 'aieng_model_info',
    help: 'The bundle that is served; always 1.',
    labelNames: ['name', 'version', 'bundle'],
    registers,
  }).set({ name: sources.manifest.name, version, bundle: sources.digest }, 1);
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
  const version = String(sources.version ?? 'none');
  registerProcess(prometheus, registers);
  registerLog(prometheus, registers, sources);
  registerModel(prometheus, registers, sources);
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

  const requestOf = memo((key) => {
    const [route = '', status = ''] = key.split(' ');
    return requests.labels({ route, status, version });
  });
  const durationOf = memo((route) => durations.labels({ route, version }));
  const predictionOf = memo((name) => predictions.labels({ class: name, version }));
  for (const name of sources.manifest.outputs) predictionOf(name).inc(0);

  return {
    request: (route, status, seconds) => {
      requestOf(`${route} ${Math.floor(status / 100)}xx`).inc();
      durationOf(route).observe(seconds);
    },
    predicted: (prediction) => predictionOf(typeof prediction === 'string' ? prediction : 'number').inc(),
    feedback: (labels) => feedback.inc(labels),
    internalError: () => errors.inc(),
    overloaded: () => refused.inc(),
    text: () => register.metrics(),
    contentType: register.contentType,
  };
}
