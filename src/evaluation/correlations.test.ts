import { describe, expect, it } from 'vitest';
import { correlations } from './correlations.ts';

const of = (...values: readonly number[]): Float64Array => Float64Array.from(values);

describe('correlations', () => {
  it('tells the strongest first, with the label and of one another, and leaves out what is weak', () => {
    const found = correlations(
      [
        { name: 'up', values: of(1, 2, 3, 4, 5) },
        { name: 'mostly down', values: of(9, 7, 8, 2, 1) },
        { name: 'neither', values: of(5, 1, 3, 1, 5) },
        { name: 'constant', values: of(2, 2, 2, 2, 2) },
      ],
      of(10, 20, 30, 40, 50),
      3,
    );
    expect(found.label).toEqual([
      { column: 'up', value: 1 },
      { column: 'mostly down', value: expect.closeTo(-0.9, 12) },
    ]);
    expect(found.pairs[0]).toEqual({ columns: ['up', 'mostly down'], value: expect.closeTo(-0.9, 12) });
    expect(found.pairs.flatMap(({ columns }) => columns)).not.toContain('constant');
    expect([found.rows, found.columns, found.left]).toEqual([5, 4, 3]);
  });

  it('has none with a label that has no order', () => {
    const one = [{ name: 'x', values: of(1, 2) }];
    expect(correlations(one, null, 0)).toEqual({ rows: 2, columns: 1, left: 0, label: [], pairs: [] });
    expect(correlations([], of(), 0).rows).toBe(0);
  });
});
