import { describe, expect, it } from 'vitest';
import { findAlarms } from './alarms.ts';
import { healthNotAsked, judgeHealth } from './health.ts';
import { noLabels } from '../traffic/account.ts';
import { assembleReport } from './monitorTraffic.ts';
import { parsePrometheus } from './prometheus.ts';
import type { ColumnDrift, MonitorReport } from './report.ts';

const limits = { max_error_rate: 0.01, max_p99_ms: 500, max_memory_mb: 300 };

const scrape = `# HELP aieng_http_requests_total Requests answered.
# TYPE aieng_http_requests_total counter
aieng_http_requests_total{route="/predict",status="2xx",version="1"} 900
aieng_http_requests_total{route="/predict",status="2xx",version="2"} 80
aieng_http_requests_total{route="/predict",status="4xx",version="1"} 15
aieng_http_requests_total{route="/predict",status="5xx",version="1"} 5
aieng_http_requests_total{route="/health/live",status="2xx",version="1"} 7000
aieng_http_request_duration_seconds_bucket{le="0.01",route="/predict",version="1"} 400
aieng_http_request_duration_seconds_bucket{le="0.1",route="/predict",version="1"} 880
aieng_http_request_duration_seconds_bucket{le="+Inf",route="/predict",version="1"} 900
aieng_http_request_duration_seconds_bucket{le="0.01",route="/predict",version="2"} 100
aieng_http_request_duration_seconds_bucket{le="0.1",route="/predict",version="2"} 100
aieng_http_request_duration_seconds_bucket{le="+Inf",route="/predict",version="2"} 100
aieng_model_info{name="a \\"b\\" } 9",version="1"} 1
process_resident_memory_bytes 1.5e+08
process_resident_memory_bytes{instance="2"} 2e8
nonsense {{{
`;

describe('health', () => {
  it('adds up series and reads quantiles as histogram_quantile does', () => {
    const figures = parsePrometheus(scrape);
    expect(figures).toMatchObject({ requests: 1000, errors: 5, memoryMb: 200 });
    // Cumulative 500, 980, 1000: the median is the end of the first bucket; the 990th lies in the open one.
    expect(figures.p50Ms).toBeCloseTo(10, 9);
    expect(figures.p99Ms).toBeCloseTo(100, 9);
    expect(parsePrometheus('')).toEqual({ requests: 0, errors: 0, p50Ms: null, p99Ms: null, memoryMb: null });
  });

  it('is unhealthy for errors beyond chance, slowness and memory', () => {
    const fine = { requests: 1000, errors: 5, p50Ms: 1, p99Ms: 20, memoryMb: 120 };
    expect(judgeHealth(fine, limits)).toMatchObject({ state: 'ok', errorRate: 0.005 });
    expect(judgeHealth({ ...fine, errors: 40 }, limits).message).toBe(
      'The service is unhealthy: 4 % of 1,000 requests failed (limit 1 %).',
    );
    expect(judgeHealth({ ...fine, requests: 20, errors: 1 }, limits).state).toBe('ok');
    expect(judgeHealth({ ...fine, p99Ms: 900 }, limits).message).toMatch(/more than 900 ms \(limit 500 ms\)/);
    expect(judgeHealth({ ...fine, requests: 50, errors: 0, p99Ms: 900 }, limits).state).toBe('ok');
    expect(judgeHealth({ ...fine, memoryMb: 301 }, limits).state).toBe('unhealthy');
    expect(judgeHealth(null, limits).state).toBe('not running');
  });
});

const stable: ColumnDrift = {
  column: 'tenure',
  of: 'input',
  test: 'ks',
  distance: 'wasserstein',
  p: 0.5,
  adjustedP: 0.7,
  effect: 0.02,
  psi: 0.01,
  rows: 400,
  referenceRows: 3000,
  state: 'stable',
  change: 'mean 40 → 41',
  bins: [],
};
const calm: Pick<MonitorReport, 'drift' | 'schema' | 'performance' | 'health'> = {
  drift: [stable],
  schema: [],
  performance: {
    metric: 'log_loss',
    labelled: 0,
    rows: 400,
    state: 'not enough labels',
    reference: 0.42,
    current: null,
    low: null,
    high: null,
    metrics: {},
    cost: null,
  },
  health: healthNotAsked,
};
const head = {
  name: 'churn',
  version: 1,
  bundle: 'b',
  at: 5,
  from: 1,
  to: 2,
  rejected: 0,
  labels: noLabels,
};

describe('alarms', () => {
  it('are none in calm', () => {
    expect(findAlarms(calm)).toEqual([]);
    expect(assembleReport(head, calm, 400, 200)).toMatchObject({
      decision: 'calm',
      window: { rows: 400, from: 1, to: 2 },
    });
  });

  it('say what drifted, largest effect first, and what it costs', () => {
    const fiber = {
      ...stable,
      column: 'internet',
      state: 'drifted',
      effect: 0.7,
      change: '"Fiber optic" 0 % → 85 %',
    } as const;
    const charges = {
      ...stable,
      column: 'charges',
      state: 'drifted',
      effect: 1.2,
      change: 'mean 41.2 → 91.5',
    } as const;
    const answers = {
      ...fiber,
      of: 'prediction',
      column: 'predicted class',
      change: '"Yes" 20 % → 60 %',
    } as const;
    const worse = {
      ...calm.performance,
      state: 'worse',
      labelled: 900,
      current: 0.73,
      cost: 'of 1,000 rows, 62 more are misjudged than at training',
    } as const;
    const alarms = findAlarms({
      ...calm,
      drift: [stable, fiber, charges, answers],
      performance: worse,
      health: judgeHealth(null, limits),
    });
    expect(alarms).toEqual([
      {
        kind: 'performance',
        message: 'log loss 0.42 → 0.73 on 900 labels; of 1,000 rows, 62 more are misjudged than at training.',
        columns: [],
      },
      {
        kind: 'drift',
        message:
          '2 of 3 columns drifted: charges (mean 41.2 → 91.5) and internet ("Fiber optic" 0 % → 85 %).',
        columns: ['charges', 'internet'],
      },
      {
        kind: 'prediction-drift',
        message: 'The model\'s answers changed: predicted class ("Yes" 20 % → 60 %).',
        columns: ['predicted class'],
      },
      { kind: 'health', message: 'The service does not answer.', columns: [] },
    ]);
  });

  it('say that there is not enough data when nothing could be judged', () => {
    expect(assembleReport(head, calm, 150, 200).decision).toBe('not enough data');
    const ok = { ...calm, performance: { ...calm.performance, state: 'ok' } } as const;
    expect(assembleReport(head, ok, 150, 200).decision).toBe('calm');
    const ill = { ...calm, health: judgeHealth(null, limits) };
    expect(assembleReport(head, ill, 0, 200).decision).toBe('alarm');
  });
});
