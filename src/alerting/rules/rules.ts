import type { Severity } from '../../alertWords.ts';
import type { MonitorSection } from '../../pipeline/pipeline.ts';
import type { MetricFacts, Queries } from './queries.ts';
import { queriesOf } from './queries.ts';

/** One rule of Prometheus. */
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly description: string;
}

function serviceRules(pipeline: string, queries: Queries, health: MonitorSection['health']): Rule[] {
  const { info, ofIt, errorShare, latency } = queries;
  return [
    {
      alert: 'AiengServiceDown',
      expr: `absent(${info})`,
      for: '5m',
      severity: 'critical',
      summary: `No service answers for ${pipeline}.`,
      description: `aieng status ${pipeline}`,
    },
    {
      alert: 'AiengErrors',
      expr: `${errorShare('5m')} > ${health.max_error_rate}`,
      for: '5m',
      severity: 'critical',
      summary: `Requests to ${pipeline} fail: {{ $value | humanizePercentage }} (monitor.health.max_error_rate).`,
      description: `Look at the log of the service; \`aieng rollback ${pipeline}\` brings the version before back.`,
    },
    {
      alert: 'AiengLatency',
      expr: `${latency(0.99, '5m')} > ${health.max_p99_ms / 1000}`,
      for: '10m',
      severity: 'warning',
      summary: `One request of a hundred to ${pipeline} takes {{ $value | humanizeDuration }} or more (monitor.health.max_p99_ms).`,
      description: 'More workers, or less load.',
    },
    {
      alert: 'AiengMemory',
      expr: `max(${ofIt('process_resident_memory_bytes')}) > ${health.max_memory_mb * 1e6}`,
      for: '10m',
      severity: 'warning',
      summary: `A process of ${pipeline} uses {{ $value | humanize }}B of memory (monitor.health.max_memory_mb).`,
      description: `aieng status ${pipeline}`,
    },
  ];
}

function recordRules(pipeline: string, { ofIt }: Queries): Rule[] {
  const grew = (series: string, over: string): string => `sum(${ofIt(`increase(${series}[${over}])`)}) > 0`;
  return [
    {
      alert: 'AiengLogNotWritable',
      expr: `max(${ofIt('aieng_prediction_log_degraded')}) > 0`,
      for: '1m',
      severity: 'critical',
      summary: `The prediction log of ${pipeline} cannot be written: monitoring and retraining go blind.`,
      description: 'Free some space, or give the service access to the folder of its log.',
    },
    {
      alert: 'AiengPredictionsLost',
      expr: grew('aieng_prediction_log_lost_total', '15m'),
      for: '0m',
      severity: 'warning',
      summary: `Predictions of ${pipeline} were not recorded: {{ $value | humanize }} in 15 minutes.`,
      description: `aieng status ${pipeline}`,
    },
    {
      alert: 'AiengOverloaded',
      expr: grew('aieng_overload_rejections_total', '5m'),
      for: '10m',
      severity: 'warning',
      summary: `${pipeline} refuses requests because it has too much to do.`,
      description: 'More workers, or less load.',
    },
    {
      alert: 'AiengInternalErrors',
      expr: grew('aieng_internal_errors_total', '15m'),
      for: '0m',
      severity: 'warning',
      summary: `A request to ${pipeline} met a bug.`,
      description: 'Please report it with the log of the service.',
    },
    {
      alert: 'AiengRestarts',
      expr: `sum(${ofIt('resets(process_uptime_seconds[1h])')}) > 3`,
      for: '0m',
      severity: 'warning',
      summary: `${pipeline} restarted {{ $value | humanize }} times in an hour.`,
      description: `aieng status ${pipeline}`,
    },
  ];
}

/** How fast the budget of errors is used: 14.4 times for an hour is 2 % of 30 days, 6 times for six hours is 5 %. */
const burns = [
  { alert: 'Fast', factor: 14.4, long: '1h', short: '5m', severity: 'critical' },
  { alert: 'Slow', factor: 6, long: '6h', short: '30m', severity: 'warning' },
] as const;

function burnRules(name: string, what: string, budget: number, share: (over: string) => string): Rule[] {
  return burns.map(({ alert, factor, long, short, severity }) => {
    // Twelve digits: 0.1 * 6 is 0.6000000000000001.
    const limit = Number((factor * budget).toPrecision(12));
    return {
      alert: `${name}${alert}`,
      expr: `(${share(long)} > ${limit}) and (${share(short)} > ${limit})`,
      for: '2m',
      severity,
      summary: `${what}: {{ $value | humanizePercentage }} in ${long}, more than ${factor} times what the objective allows.`,
      description: 'The budget of the objective (monitor.slo) is used up too fast.',
    };
  });
}

function objectiveRules(pipeline: string, queries: Queries, slo: MonitorSection['slo']): Rule[] {
  const { errorShare, slowShare, boundFor } = queries;
  const bound = slo.latency_ms === null ? null : boundFor(slo.latency_ms / 1000);
  return [
    ...(slo.availability === null
      ? []
      : burnRules('AiengAvailability', `Requests to ${pipeline} fail`, 1 - slo.availability, (over) =>
          errorShare(over),
        )),
    ...(bound === null
      ? []
      : burnRules(
          'AiengSlow',
          `Requests to ${pipeline} take longer than ${bound * 1000} ms`,
          1 - slo.latency_share,
          (over) => slowShare(bound, over),
        )),
  ];
}

/** A rules file of Prometheus for one pipeline, by the limits and objectives of its section `monitor`. */
export async function rulesText(
  pipeline: string,
  { health, slo }: Pick<MonitorSection, 'health' | 'slo'>,
  facts: MetricFacts,
): Promise<string> {
  const { stringify } = await import('yaml');
  const queries = queriesOf(pipeline, facts);
  const rules = [
    ...serviceRules(pipeline, queries, health),
    ...recordRules(pipeline, queries),
    ...objectiveRules(pipeline, queries, slo),
  ];
  const written = rules.map(({ severity, summary, description, ...rule }) => ({
    ...rule,
    labels: { severity, pipeline },
    annotations: { summary, description },
  }));
  const head = `# Made by \`aieng alerts rules ${pipeline}\` from the section monitor of the pipeline; make it anew when that changes.\n`;
  return `${head}${stringify({ groups: [{ name: `aieng-${pipeline}`, rules: written }] }, { lineWidth: 0 })}`;
}
