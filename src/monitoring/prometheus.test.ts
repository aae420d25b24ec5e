import { describe, expect, it } from 'vitest';
import { bucketQuantile, parsePrometheus } from './prometheus.ts';

const requests = (text: string): number => parsePrometheus(text).requests;
const total = 'aieng_http_requests_total';

describe('the text of /metrics', () => {
  it.each([
    [`${total} 3`, 3],
    [`${total}\t3`, 3],
    [`${total} 3 1700000000000`, 3],
    [`${total} 3 -5 \r\n${total} 4\r\n`, 7],
    [`${total}{} 3`, 3],
    [`${total}{route="/predict"} 3`, 3],
    [`${total}{route="a } b",x="\\"} 9"} 3`, 3],
    [`# ${total} 3`, 0],
    [`${total}3`, 0],
    [`x${total} 3`, 0],
    [`${total} three`, 0],
    [`${total} 3 4 5`, 0],
  ])('%j has %d requests', (text, expected) => expect(requests(text)).toBe(expected));

  it.each([
    '/health',
    '/health/live',
    '/ready',
    '/live',
    '/metrics',
    '/ping',
    '/version',
    '/openapi.json',
    '/v2/health/ready',
  ])('leaves out %s, which the service is asked about itself', (route) => {
    const own = parsePrometheus(
      `${total}{route="${route}",status="5xx"} 3\naieng_http_request_duration_seconds_bucket{route="${route}",le="1"} 3`,
    );
    expect([own.requests, own.errors, own.buckets.size]).toEqual([0, 0, 0]);
  });

  it('takes 5xx for errors of the service, and no other', () => {
    const lines = ['2xx', '4xx', '500', '5xx', '15xx'].map((status) => `${total}{status="${status}"} 1`);
    expect(parsePrometheus(lines.join('\n'))).toMatchObject({ requests: 5, errors: 2 });
    expect(parsePrometheus(`aieng_http_requests{status="5xx"} 1`)).toMatchObject({ requests: 0, errors: 0 });
  });

  it('adds buckets up by their bound, whatever else they say; one without a bound is none', () => {
    const bucket = (labels: string, count: number): string =>
      `aieng_http_request_duration_seconds_bucket{${labels}} ${count}`;
    const { buckets } = parsePrometheus(
      [
        bucket('le="0.5",v="1"', 1),
        bucket('v="2",le="0.5"', 2),
        bucket('le="+Inf"', 4),
        bucket('v="1"', 8),
        bucket('le=""', 8),
        bucket('le="x"', 16),
      ].join('\n'),
    );
    expect([...buckets]).toEqual([
      [0.5, 3],
      [Infinity, 4],
    ]);
  });

  it('has the memory of the largest process and the time of the youngest', () => {
    const text = [5e6, 7e6, 6e6].map((bytes, i) => `process_resident_memory_bytes{i="${i}"} ${bytes}`);
    const times = [30, 20, 40].map((seconds, i) => `process_uptime_seconds{i="${i}"} ${seconds}`);
    expect(parsePrometheus([...text, ...times].join('\n'))).toMatchObject({ memoryMb: 7, uptimeMs: 20_000 });
  });
});

describe('a quantile of a histogram', () => {
  const buckets = new Map([
    [Infinity, 10],
    [1, 4],
    [2, 8],
    [0.5, 4],
  ]);

  it.each([
    [0, 0],
    [0.2, 0.25],
    [0.4, 0.5],
    // The bucket up to 1 is empty: what comes next is in that up to 2.
    [0.5, 1.25],
    [0.8, 2],
    // In the open bucket: its lower bound.
    [0.81, 2],
    [1, 2],
  ])('of %d is %d, linear within its bucket', (probability, expected) => {
    expect(bucketQuantile(buckets, probability)).toBeCloseTo(expected, 12);
  });

  it('of no observation is none', () => {
    expect(bucketQuantile(new Map(), 0.5)).toBeNull();
    expect(
      bucketQuantile(
        new Map([
          [1, 0],
          [Infinity, 0],
        ]),
        0.5,
      ),
    ).toBeNull();
  });
});
