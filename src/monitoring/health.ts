import { binomialTail } from '../statistics/special.ts';
import { formatCount, formatNumber, formatShare } from './wording.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import type { HealthFigures } from './prometheus.ts';
import type { HealthReport } from './report.ts';

/** An error rate above the limit counts when chance explains it no better than this: one error is no rate. */
const chance = 0.01;
/** Fewer requests have no 99th percentile. */
const requestsForP99 = 100;

const nothing = { requests: 0, errors: 0, errorRate: 0, p50Ms: null, p99Ms: null, memoryMb: null };

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

/**
 * The verdict on a service's figures (null: it does not answer): error rate beyond the limit and beyond chance, 99th
 * percentile of latency, memory.
 */
export function judgeHealth(figures: HealthFigures | null, policy: MonitorSection['health']): HealthReport {
  if (figures === null) return healthNotRunning;
  const { requests, errors, p99Ms, memoryMb } = figures;
  const errorRate = requests === 0 ? 0 : errors / requests;
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
  return {
    ...figures,
    errorRate,
    state: complaints.length === 0 ? 'ok' : 'unhealthy',
    message:
      complaints.length === 0
        ? 'The service is healthy.'
        : `The service is unhealthy: ${complaints.join('; ')}.`,
  };
}
