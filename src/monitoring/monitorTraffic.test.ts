import { describe, expect, it } from 'vitest';
import { findAlarms } from './alarms.ts';
import { healthNotAsked, judgeHealth } from './health.ts';
import { noLabels } from '../traffic/account.ts';
import { assembleReport } from './monitorTraffic.ts';
import { bucketQuantile, parsePrometheus } from './prometheus.ts';
import type { ServiceFigures } from './prometheus.ts';
import type { ColumnDrift, HealthReport, MonitorReport, ServiceCounters } from './report.ts';

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

const started: ServiceFigures = {
  requests: 1000,
  errors: 5,
  lostRecords: 0,
  refused: 0,
  waiting: 0,
  waitingRecords: 0,
  buckets: new Map([
    [0.01, 995],
    [1, 1000],
    [Infinity, 1000],
  ]),
  memoryMb: 120,
  uptimeMs: 50_000,
};
const judged = (changes: Partial<ServiceFigures> = {}): HealthReport =>
  judgeHealth({ figures: { ...started, ...changes }, at: 100_000, before: null }, limits);

describe('health', () => {
  it('adds up series and reads quantiles as histogram_quantile does', () => {
    const figures = parsePrometheus(
      `${scrape}process_uptime_seconds 70\nprocess_uptime_seconds{i="2"} 50\naieng_prediction_log_lost_total 3\naieng_prediction_log_waiting 4\n`,
    );
    expect(figures).toMatchObject({
      requests: 1000,
      errors: 5,
      memoryMb: 200,
      lostRecords: 3,
      waitingRecords: 4,
      refused: 0,
      waiting: 0,
      uptimeMs: 50_000,
    });
    // Cumulative 500, 980, 1000: the median is the end of the first bucket; the 990th lies in the open one.
    expect(bucketQuantile(figures.buckets, 0.5)).toBeCloseTo(0.01, 9);
    expect(bucketQuantile(figures.buckets, 0.99)).toBeCloseTo(0.1, 9);
    expect(parsePrometheus('')).toEqual({
      requests: 0,
      errors: 0,
      lostRecords: 0,
      refused: 0,
      waiting: 0,
      waitingRecords: 0,
      buckets: new Map(),
      memoryMb: null,
      uptimeMs: null,
    });
  });

  it('is unhealthy for errors beyond chance, slowness, memory and predictions that were not recorded', () => {
    const slow = (requests: number): Partial<ServiceFigures> => ({
      requests,
      errors: 0,
      buckets: new Map([
        [0.1, 0],
        [0.9, requests],
      ]),
    });
    expect(judged()).toMatchObject({ state: 'ok', errorRate: 0.005, since: null });
    expect(judged({ errors: 40 }).message).toBe(
      'The service is unhealthy: 4 % of 1,000 requests failed (limit 1 %).',
    );
    // The limit itself is no alarm, nor is one error of a few requests.
    expect(judged({ errors: 10 }).state).toBe('ok');
    expect(judged({ requests: 20, errors: 1 }).state).toBe('ok');
    expect(judged(slow(100)).message).toMatch(/more than 892 ms \(limit 500 ms\)/);
    expect(judged(slow(99)).state).toBe('ok');
    expect(judged({ memoryMb: 300 }).state).toBe('ok');
    expect(judged({ memoryMb: 301 }).state).toBe('unhealthy');
    expect(judged({ lostRecords: 1 }).message).toBe(
      'The service is unhealthy: 1 prediction could not be recorded: the log lacks them.',
    );
    expect(judgeHealth({ figures: null, at: 1, before: null }, limits).state).toBe('not running');
  });

  it('is judged since the look before: a million good requests hide nothing', () => {
    const good = {
      ...started,
      requests: 1_000_000,
      errors: 0,
      buckets: new Map([
        [0.01, 1_000_000],
        [Infinity, 1_000_000],
      ]),
    };
    const { counters } = judgeHealth({ figures: good, at: 60_000, before: null }, limits);
    const later = {
      ...good,
      requests: 1_006_000,
      errors: 6000,
      uptimeMs: 90_000,
      buckets: new Map([
        [0.01, 1_000_000],
        [Infinity, 1_006_000],
      ]),
    };
    const report = judgeHealth({ figures: later, at: 100_000, before: counters }, limits);
    expect(report).toMatchObject({
      state: 'unhealthy',
      since: 60_000,
      requests: 6000,
      errors: 6000,
      errorRate: 1,
    });
    // Counters survive being written down.
    const stored = JSON.parse(JSON.stringify(counters)) as ServiceCounters;
    expect(judgeHealth({ figures: later, at: 100_000, before: stored }, limits)).toEqual(report);
    // Nothing came since: nothing is wrong.
    expect(
      judgeHealth({ figures: { ...later, uptimeMs: 190_000 }, at: 200_000, before: report.counters }, limits),
    ).toMatchObject({
      state: 'ok',
      requests: 0,
    });
  });

  it('starts anew where the service did', () => {
    const { counters } = judged();
    const again = (changes: Partial<ServiceFigures>, at = 120_000): HealthReport =>
      judgeHealth({ figures: { ...started, uptimeMs: null, ...changes }, at, before: counters }, limits);
    const more = {
      requests: 1001,
      buckets: new Map([
        [0.01, 996],
        [1, 1001],
        [Infinity, 1001],
      ]),
    };
    expect(again(more)).toMatchObject({ since: 100_000, requests: 1 });
    expect(again({ ...more, uptimeMs: 20_000 })).toMatchObject({ since: 100_000, requests: 1 });
    // It started after that look.
    expect(again({ ...more, uptimeMs: 19_999 })).toMatchObject({ since: null, requests: 1001 });
    // A counter that went back says so too, whichever it is.
    expect(again({ ...more, requests: 999 }).since).toBeNull();
    expect(again({ ...more, errors: 4 }).since).toBeNull();
    expect(
      again({
        ...more,
        buckets: new Map([
          [0.01, 994],
          [1, 1001],
          [Infinity, 1001],
        ]),
      }).since,
    ).toBeNull();
    const lost = judged({ lostRecords: 2 }).counters;
    const fewer = { ...started, uptimeMs: null, lostRecords: 1 };
    expect(judgeHealth({ figures: fewer, at: 120_000, before: lost }, limits)).toMatchObject({
      since: null,
      lostRecords: 1,
    });
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
      cost: 'of 1,000 rows, 62 more are misjudged than before',
    } as const;
    const alarms = findAlarms({
      ...calm,
      drift: [stable, fiber, charges, answers],
      performance: worse,
      health: judgeHealth({ figures: null, at: 1, before: null }, limits),
    });
    expect(alarms).toEqual([
      {
        kind: 'performance',
        message: 'log loss 0.42 → 0.73 on 900 labels; of 1,000 rows, 62 more are misjudged than before.',
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
    const ill = { ...calm, health: judgeHealth({ figures: null, at: 1, before: null }, limits) };
    expect(assembleReport(head, ill, 0, 200).decision).toBe('alarm');
  });
});
