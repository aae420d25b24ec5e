import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ownRoutes } from '../../monitoring/prometheus.ts';
import { createMetrics, durationBuckets } from '../../serving/metrics.ts';
import type { MonitorSection } from '../../pipeline/pipeline.ts';
import { dashboardText } from './dashboard.ts';
import { queriesOf } from './queries.ts';
import { rulesText } from './rules.ts';

const facts = { buckets: durationBuckets, ownRoutes };
const health = { max_error_rate: 0.01, max_p99_ms: 500, max_memory_mb: 1024 };
const slo = { availability: 0.999, latency_ms: 120, latency_share: 0.99 };

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
const rulesOf = async (own: MonitorSection['slo'] = slo) => {
  const parsed: Rules = parse(await rulesText('churn', { health, slo: own }, facts));
  return parsed.groups[0]!.rules;
};
const namesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\b(?:aieng|process|nodejs)_[a-z_]+/g)].map(([name]) => name)),
];

describe('rules and dashboard', () => {
  it('ask for metrics that the service has', async () => {
    const metrics = createMetrics({
      manifest: Object.assign(Object.create(null), { name: 'churn', outputs: ['No', 'Yes'] }),
      version: 3,
      digest: 'a'.repeat(64),
      waiting: () => 0,
      bytesHeld: () => 0,
      logState: () => null,
    });
    metrics.request('/predict', 500, 0.1, 3);
    const text = metrics.text();
    const asked = [
      ...(await rulesOf()).map(({ expr }) => expr),
      dashboardText('churn', { health }, facts),
    ].flatMap(namesIn);
    expect(asked.length).toBeGreaterThan(10);
    for (const name of asked)
      expect(text).toMatch(new RegExp(`^# TYPE ${name.replace(/_bucket$/, '')} `, 'm'));
    // The bound that the latency objective asks for is one of the histogram.
    expect(text).toContain('le="0.25"');
    expect((await rulesOf()).find(({ alert }) => alert === 'AiengSlowFast')?.expr).toContain('le="0.25"');
  });

  it('leave objectives out that the pipeline does not have', async () => {
    const names = (await rulesOf({ ...slo, availability: null, latency_ms: null })).map(({ alert }) => alert);
    expect(names.filter((name) => /Fast|Slow/.test(name))).toEqual([]);
    expect((await rulesOf()).map(({ alert }) => alert)).toContain('AiengAvailabilitySlow');
  });

  it('quote what stands in a query', () => {
    expect(queriesOf('a"b\\c', facts).info).toBe(String.raw`aieng_model_info{name="a\"b\\c"}`);
  });

  it('are JSON that Grafana imports, each panel with a place of its own', () => {
    const dashboard: { panels: { id: number; gridPos: object }[] } = JSON.parse(
      dashboardText('churn', { health }, facts),
    );
    const places = dashboard.panels.map(({ gridPos }) => JSON.stringify(gridPos));
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(places.length);
  });
});
