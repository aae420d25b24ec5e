import { binomialTail } from '../statistics/special.ts';
import { formatCount, formatNumber, formatShare } from '../statistics/figures.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import { bucketQuantile } from './prometheus.ts';
import type { ServiceFigures } from './prometheus.ts';
import type { HealthReport, ServiceCounters } from './report.ts';

/** An error rate above the limit counts when chance explains it no better than this: one error is no rate. */
const chance = 0.01;
/** Fewer requests have no 99th percentile. */
const requestsForP99 = 100;

const nothing = {
  since: null,
  requests: 0,
  errors: 0,
  errorRate: 0,
  p50Ms: null,
  p99Ms: null,
  memoryMb: null,
  lostRecords: 0,
  counters: null,
};

/** Nobody asked a service: rows came from a file. */
export const healthNotAsked: HealthReport = {
  ...nothing,
  state: 'not asked',
  message: 'No service was asked.',
};

/** A deployment should be there and does not answer. */
export const healthNotRunning: HealthReport = {
  ...nothing,
  state: 'not running',
  message: 'The service does not answer.',
};

/** A look at a service: what it says, when, and what it said at the look before. */
export interface Look {
  /** null: it does not answer. */
  readonly figures: ServiceFigures | null;
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly before: ServiceCounters | null;
}

const boundOf = (bound: number | null): number => bound ?? Infinity;

/** Did the service start again since? Then what it had counted before is gone: its counters are of this life alone. */
function isNewLife({ uptimeMs, ...now }: ServiceFigures, at: number, before: ServiceCounters): boolean {
  if (uptimeMs !== null && at - uptimeMs > before.at) return true;
  return (
    now.requests < before.requests ||
    now.errors < before.errors ||
    now.lostRecords < before.lostRecords ||
    before.buckets.some(([bound, count]) => (now.buckets.get(boundOf(bound)) ?? 0) < count)
  );
}

/** What a service counted since the look before, or in its whole life where there was none, or it started again since. */
function sinceBefore(
  figures: ServiceFigures,
  at: number,
  before: ServiceCounters | null,
): Omit<ServiceFigures, 'uptimeMs'> & { readonly since: number | null } {
  if (before === null || isNewLife(figures, at, before)) return { ...figures, since: null };
  const earlier = new Map(before.buckets.map(([bound, count]) => [boundOf(bound), count]));
  return {
    requests: figures.requests - before.requests,
    errors: figures.errors - before.errors,
    lostRecords: figures.lostRecords - before.lostRecords,
    buckets: new Map(
      [...figures.buckets].map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)]),
    ),
    memoryMb: figures.memoryMb,
    since: before.at,
  };
}

const countersOf = (
  { requests, errors, lostRecords, buckets }: ServiceFigures,
  at: number,
): ServiceCounters => ({
  at,
  requests,
  errors,
  lostRecords,
  buckets: [...buckets].map(([bound, count]) => [bound === Infinity ? null : bound, count]),
});

type Since = Pick<HealthReport, 'requests' | 'errors' | 'errorRate' | 'p99Ms' | 'memoryMb' | 'lostRecords'>;

function complaintsOf(since: Since, policy: MonitorSection['health']): string[] {
  const { requests, errors, errorRate, p99Ms, memoryMb, lostRecords } = since;
  const complaints: string[] = [];
  if (
    errorRate > policy.max_error_rate &&
    binomialTail(Math.round(errors), Math.round(requests), policy.max_error_rate) < chance
  )
    complaints.push(
      `${formatShare(errorRate)} of ${formatCount(requests, 'request')} failed (limit ${formatShare(policy.max_error_rate)})`,
    );
  if (p99Ms !== null && requests >= requestsForP99 && p99Ms > policy.max_p99_ms)
    complaints.push(
      `one request in a hundred takes more than ${formatNumber(p99Ms)} ms (limit ${formatNumber(policy.max_p99_ms)} ms)`,
    );
  if (memoryMb !== null && memoryMb > policy.max_memory_mb)
    complaints.push(
      `it uses ${formatNumber(memoryMb)} MB of memory (limit ${formatNumber(policy.max_memory_mb)} MB)`,
    );
  if (lostRecords > 0)
    complaints.push(`${formatCount(lostRecords, 'prediction')} could not be recorded: the log lacks them`);
  return complaints;
}

/**
 * The verdict on a service since the look before: error rate beyond the limit and beyond chance, 99th percentile of
 * latency, memory, predictions that were not recorded. A million good requests of last week excuse nothing.
 */
export function judgeHealth({ figures, at, before }: Look, policy: MonitorSection['health']): HealthReport {
  if (figures === null) return healthNotRunning;
  const { since, requests, errors, lostRecords, buckets, memoryMb } = sinceBefore(figures, at, before);
  const ms = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);
  const seen = {
    since,
    requests,
    errors,
    errorRate: requests === 0 ? 0 : errors / requests,
    p50Ms: ms(bucketQuantile(buckets, 0.5)),
    p99Ms: ms(bucketQuantile(buckets, 0.99)),
    memoryMb,
    lostRecords,
    counters: countersOf(figures, at),
  };
  const complaints = complaintsOf(seen, policy);
  if (complaints.length === 0) return { ...seen, state: 'ok', message: 'The service is healthy.' };
  return { ...seen, state: 'unhealthy', message: `The service is unhealthy: ${complaints.join('; ')}.` };
}
