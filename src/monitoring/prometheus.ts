/** What a service counted since it started, from its /metrics. */
export interface ServiceFigures {
  readonly requests: number;
  /** Answered with 5xx: the service's fault, not the caller's. */
  readonly errors: number;
  /** Predictions that were dropped instead of recorded. */
  readonly lostRecords: number;
  /** Predictions in memory that the disk refuses now. */
  readonly waitingRecords: number;
  /** Refused because there was too much to do. */
  readonly refused: number;
  /** Requests that wait for their turn now. */
  readonly waiting: number;
  /** Requests by latency: cumulative counts by upper bound in seconds. */
  readonly buckets: ReadonlyMap<number, number>;
  readonly memoryMb: number | null;
  /** Since the youngest of its processes started; null where it does not say. */
  readonly uptimeMs: number | null;
}

interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Probes and pages about the service itself say nothing of how it serves. */
export const ownRoutes = /^\/(health|ready|live|metrics|ping|version|openapi\.json|v2\/health)/;

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

function parseValue(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

/** Samples of the Prometheus text format 0.0.4; comments and lines that it does not know are passed over. */
function* samplesOf(text: string): Generator<Sample> {
  for (const row of text.split(/\r?\n/)) {
    const match = row.startsWith('#') ? null : line.exec(row);
    if (match === null) continue;
    const labels = new Map<string, string>();
    for (const [, key, value] of (match[2] ?? '').matchAll(label))
      labels.set(key!, value!.replace(/\\(.)/g, '$1'));
    const value = parseValue(match[3]!);
    if (!Number.isNaN(value)) yield { name: match[1]!, labels, value };
  }
}

/**
 * Quantile of a histogram with cumulative buckets, linear within its bucket (as PromQL's `histogram_quantile`); the
 * last finite bound where it falls into the open bucket. Null without observations.
 */
export function bucketQuantile(buckets: ReadonlyMap<number, number>, probability: number): number | null {
  const ascending = [...buckets].sort((left, right) => left[0] - right[0]);
  const total = ascending.at(-1)?.[1] ?? 0;
  if (!(total > 0)) return null;
  const wanted = probability * total;
  let low = 0;
  let before = 0;
  for (const [bound, count] of ascending) {
    if (count >= wanted && count > before)
      return bound === Infinity ? low : low + ((bound - low) * (wanted - before)) / (count - before);
    low = bound;
    before = count;
  }
  return low;
}

/** How many took longer than a bound, linear within its bucket. */
export function slowerThan(buckets: ReadonlyMap<number, number>, seconds: number): number {
  const ascending = [...buckets].sort((left, right) => left[0] - right[0]);
  const total = ascending.at(-1)?.[1] ?? 0;
  let low = 0;
  let before = 0;
  for (const [bound, count] of ascending) {
    if (bound >= seconds) {
      // Nothing is known of where in the open bucket they are: all of them are slow.
      const within = bound === Infinity ? 0 : ((count - before) * (seconds - low)) / (bound - low);
      return Math.max(0, total - before - within);
    }
    low = bound;
    before = count;
  }
  return 0;
}

/**
 * Reads requests, errors, latency and memory out of the text of /metrics: series are summed over routes, versions and
 * instances (histograms bucket by bucket; memory is that of the largest instance). Probes of health and metrics do not count.
 */
export function parsePrometheus(text: string): ServiceFigures {
  let requests = 0;
  let errors = 0;
  let lostRecords = 0;
  let waitingRecords = 0;
  let refused = 0;
  let waiting = 0;
  let uptime: number | null = null;
  let memory: number | null = null;
  const buckets = new Map<number, number>();
  for (const { name, labels, value } of samplesOf(text)) {
    if (name === 'process_resident_memory_bytes') memory = Math.max(memory ?? 0, value);
    if (name === 'process_uptime_seconds') uptime = Math.min(uptime ?? Infinity, value);
    if (name === 'aieng_prediction_log_lost_total') lostRecords += value;
    if (name === 'aieng_prediction_log_waiting') waitingRecords += value;
    if (name === 'aieng_overload_rejections_total') refused += value;
    if (name === 'aieng_requests_waiting') waiting += value;
    if (ownRoutes.test(labels.get('route') ?? '')) continue;
    if (name === 'aieng_http_requests_total') {
      requests += value;
      if ((labels.get('status') ?? '').startsWith('5')) errors += value;
    }
    if (name !== 'aieng_http_request_duration_seconds_bucket') continue;
    const le = labels.get('le') ?? '';
    // Number('') is 0, and no bound.
    const bound = le === '' ? Number.NaN : parseValue(le);
    buckets.set(bound, (buckets.get(bound) ?? 0) + value);
  }
  buckets.delete(Number.NaN);
  return {
    requests,
    errors,
    lostRecords,
    waitingRecords,
    refused,
    waiting,
    buckets,
    memoryMb: memory === null ? null : memory / 1e6,
    uptimeMs: uptime === null ? null : uptime * 1000,
  };
}
