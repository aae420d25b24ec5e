import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { ascending } from './metrics/ranking.ts';
import { doubleOrder } from './ordering.ts';

const compared = (values: Float64Array): number[] =>
  Array.from(values, (_, row) => row).sort((left, right) => values[left]! - values[right]! || left - right);

describe('doubleOrder', () => {
  it('orders doubles as comparing them does, equal ones as they stood', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -0, 1, -1, 5e-324, -5e-324, 1.7e308, -1.7e308),
    );
    fc.assert(
      fc.property(fc.array(value), (list) => {
        const values = Float64Array.from(list);
        expect([...doubleOrder(values)]).toEqual(compared(values));
      }),
    );
    expect([...doubleOrder(Float64Array.of(Infinity, 1, -Infinity, -1))]).toEqual([2, 3, 1, 0]);
  });

  it('is what many rows are ranked by', () => {
    const random = createRandom('ranks');
    for (const rows of [8191, 8192]) {
      const values = Float64Array.from({ length: rows }, () => Math.round(random.normal() * 1000) / 100);
      expect([...ascending(values)]).toEqual(compared(values));
    }
  });
});
