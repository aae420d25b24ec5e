import { describe, expect, it } from 'vitest';
import { Histogram, metricsText } from './metricsText.ts';

describe('figures for Prometheus', () => {
  it('are lines of a name, labels and a figure, below what they mean', () => {
    const labels = { class: 'a "b"\\\n' };
    expect(
      metricsText([
        {
          name: 'rows_total',
          help: 'Rows,\nall \\ of them.',
          type: 'counter',
          samples: () => [{ labels, value: 1e21 }, { value: 0.5 }],
        },
        {
          name: 'odd',
          help: 'Odd.',
          type: 'gauge',
          samples: () => [Infinity, -Infinity, NaN].map((value) => ({ value })),
        },
      ]),
    ).toBe(
      [
        '# HELP rows_total Rows,\\nall \\\\ of them.',
        '# TYPE rows_total counter',
        'rows_total{class="a \\"b\\"\\\\\\n"} 1e+21',
        'rows_total 0.5',
        '',
        '# HELP odd Odd.',
        '# TYPE odd gauge',
        'odd +Inf',
        'odd -Inf',
        'odd NaN',
        '',
      ].join('\n'),
    );
  });

  it('of a histogram add up from bound to bound; a figure at a bound is within it', () => {
    const histogram = new Histogram([1, 2]);
    for (const value of [0, 1, 1.5, 2, 3]) histogram.observe(value);
    expect(
      metricsText([
        { name: 's', help: 'S.', type: 'histogram', samples: () => histogram.samples({ route: '/a' }) },
      ]),
    ).toBe(
      [
        '# HELP s S.',
        '# TYPE s histogram',
        's_bucket{le="1",route="/a"} 2',
        's_bucket{le="2",route="/a"} 4',
        's_bucket{le="+Inf",route="/a"} 5',
        's_sum{route="/a"} 7.5',
        's_count{route="/a"} 5',
        '',
      ].join('\n'),
    );
  });
});
