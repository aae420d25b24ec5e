import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addMetrics, countersOf } from './addMetrics.ts';

it('adds each series up and keeps comments once', () => {
  const text = (count: number): string =>
    `# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\nhttp_requests_total{route="/predict",status="2xx"} ${count}\nhttp_requests_total{route="/predict",status="5xx"} 1 1700000000000\n`;
  expect(addMetrics([text(3), text(4)])).toBe(
    '# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\nhttp_requests_total{route="/predict",status="2xx"} 7\nhttp_requests_total{route="/predict",status="5xx"} 2\n',
  );
});

it('takes the largest where a sum says nothing', () => {
  const text = (seconds: number): string =>
    `aieng_model_info{version="3"} 1\nprocess_uptime_seconds ${seconds}\nhttp_duration_seconds_sum ${seconds}\n`;
  expect(addMetrics([text(5), text(9)])).toBe(
    'aieng_model_info{version="3"} 1\nprocess_uptime_seconds 9\nhttp_duration_seconds_sum 14\n',
  );
});

it.each([
  ['a brace, a quote and a space in a label', 'x{name="a} \\" b"} 2\n', 'x{name="a} \\" b"} 4\n'],
  [
    'infinite bounds and values',
    'x_bucket{le="+Inf"} 5\ny +Inf\nz NaN\n',
    'x_bucket{le="+Inf"} 10\ny +Inf\nz NaN\n',
  ],
  ['exponents and signs', 'x -1.5e-3\n', 'x -0.003\n'],
  ['no metrics', '<html>502</html>\nx{unclosed="1 3\n', ''],
])('reads %s', (_what, text, sum) => {
  expect(addMetrics([text, text])).toBe(sum);
});

it('is the text itself for one instance, and does not depend on the order of instances', () => {
  const series = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}_total$/), fc.integer({ min: 0, max: 1e6 }), {
    maxKeys: 5,
  });
  const toText = (values: Record<string, number>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}\n`)
      .join('');
  const sorted = (text: string): string[] => text.split('\n').sort();
  fc.assert(
    fc.property(series, series, (a, b) => {
      expect(addMetrics([toText(a)])).toBe(toText(a));
      expect(sorted(addMetrics([toText(a), toText(b)]))).toEqual(sorted(addMetrics([toText(b), toText(a)])));
    }),
  );
});

it('keeps the counters and histograms of an instance that has ended, and none of its gauges', () => {
  const counters =
    '# HELP x_total X.\n# TYPE x_total counter\nx_total{a="b"} 3\n# TYPE d histogram\nd_bucket{le="1"} 2\nd_sum 1\n';
  const gauges =
    '# HELP memory Bytes.\n# TYPE memory gauge\nmemory 7\n# TYPE up_info gauge\nup_info{v="1"} 1\n';
  expect(countersOf(gauges + counters)).toBe(counters);
  expect(countersOf('')).toBe('');
});
