import { binomialTail } from '../statistics/special.ts';
import { formatCount, formatNumber, formatShare } from '../statistics/figures.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import { judgeObjectives, withPoint } from './objectives.ts';
import type { ServedPoint } from './objectives.ts';
import { bucketQuantile, slowerThan } from './prometheus.ts';
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

const noObjectives: MonitorSection['slo'] = { availability: null, latency_ms: null, latency_share: 0.99 };

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
  /** Times that a process was started again since it was deployed; null where the target does not say. */
  readonly restarts?: number | null;
  /** What was answered up to the look before. */
  readonly history?: readonly ServedPoint[];
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
): Omit<ServiceFigures, 'uptimeMs' | 'waiting' | 'waitingRecords'> & { readonly since: number | null } {
  if (before === null || isNewLife(figures, at, before)) return { ...figures, since: null };
  const earlier = new Map(before.buckets.map(([bound, count]) => [boundOf(bound), count]));
  return {
    requests: figures.requests - before.requests,
    errors: figures.errors - before.errors,
    lostRecords: figures.lostRecords - before.lostRecords,
    refused: Math.max(0, figures.refused - (before.refused ?? 0)),
    buckets: new Map(
      [...figures.buckets].map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)]),
    ),
    memoryMb: figures.memoryMb,
    since: before.at,
  };
}

const countersOf = (
  { requests, errors, lostRecords, refused, buckets }: ServiceFigures,
  at: number,
  restarts: number | null,
): ServiceCounters => ({
  at,
  requests,
  errors,
  lostRecords,
  refused,
  ...(restarts === null ? {} : { restarts }),
  buckets: [...buckets].map(([bound, count]) => [bound === Infinity ? null : bound, count]),
});

type Since = Pick<
  HealthReport,
  | 'requests'
  | 'errors'
  | 'errorRate'
  | 'p99Ms'
  | 'memoryMb'
  | 'lostRecords'
  | 'waitingRecords'
  | 'refused'
  | 'restarts'
>;

/** Restarts since the look before. Fewer than before say nothing: a deployment counts its own, pods that went took theirs along. */
function restartsSince(now: number | null, before: ServiceCounters | null): number {
  const earlier = before?.restarts;
  if (now === null || earlier === undefined) return 0;
  return Math.max(0, now - earlier);
}

function complaintsOf(since: Since, policy: MonitorSection['health']): string[] {
  const { requests, errors, errorRate, p99Ms, memoryMb, lostRecords, refused = 0, restarts = 0 } = since;
  const { waitingRecords = 0 } = since;
  const complaints: string[] = [];
  if (
    errorRate > policy.max_error_rate &&
    binomialTail(Math.round(errors), Math.round(requests), policy.max_error_rate) < chance
  )
    complaints.push(
      `${formatShare(errorRate)} of ${formatCount(requests, 'request')} failed (limit ${formatShare(policy.max_error_rate)})${refused === 0 ? '' : `, ${formatCount(refused, 'request')} of them refused because there was too much to do`}`,
    );
  if (restarts > 0)
    complaints.push(`its processes had to be started again ${restarts === 1 ? 'once' : `${restarts} times`}`);
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
  if (waitingRecords > 0)
    complaints.push(
      `${formatCount(waitingRecords, 'prediction')} ${waitingRecords === 1 ? 'waits' : 'wait'} in memory for a disk that takes no writes`,
    );
  return complaints;
}

/** The service's answers since the look before, as its objectives count them. */
function pointOf(
  { requests, errors, buckets }: Pick<ServiceFigures, 'requests' | 'errors' | 'buckets'>,
  from: number,
  to: number,
  { latency_ms: latencyMs }: MonitorSection['slo'],
): ServedPoint {
  const slow = latencyMs === null ? 0 : slowerThan(buckets, latencyMs / 1000);
  return { from, to, requests, errors, slow };
}

/** When what is counted began: the look before, or the start of a service that was never looked at or started again. */
const beganAt = ({ figures, at, before }: Look, since: number | null): number =>
  since ?? Math.max(before?.at ?? 0, at - (figures?.uptimeMs ?? 0));

/**
 * The verdict on a service since the look before: error rate beyond the limit and beyond chance, 99th percentile of
 * latency, memory, predictions that were not recorded, restarts; and its objectives. A million good requests of last week
 * excuse nothing.
 */
export function judgeHealth(
  look: Look,
  policy: MonitorSection['health'],
  slo: MonitorSection['slo'] = noObjectives,
): HealthReport {
  const { figures, at, before, history = [], restarts = null } = look;
  if (figures === null) return history.length === 0 ? healthNotRunning : { ...healthNotRunning, history };
  const counted = sinceBefore(figures, at, before);
  const { since, requests, errors, lostRecords, refused, buckets, memoryMb } = counted;
  const ms = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);
  const served = withPoint(history, pointOf(counted, beganAt(look, since), at, slo));
  const seen = {
    since,
    requests,
    errors,
    errorRate: requests === 0 ? 0 : errors / requests,
    p50Ms: ms(bucketQuantile(buckets, 0.5)),
    p99Ms: ms(bucketQuantile(buckets, 0.99)),
    memoryMb,
    lostRecords,
    waitingRecords: figures.waitingRecords,
    refused,
    waiting: figures.waiting,
    restarts: restartsSince(restarts, before),
    objectives: judgeObjectives(served, at, slo),
    history: served,
    counters: countersOf(figures, at, restarts),
  };
  const complaints = complaintsOf(seen, policy);
  if (complaints.length === 0) return { ...seen, state: 'ok', message: 'The service is healthy.' };
  return { ...seen, state: 'unhealthy', message: `The service is unhealthy: ${complaints.join('; ')}.` };
}
