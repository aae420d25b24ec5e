import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { axesOf, isWithin, shareOf, spanNames, spansAsked } from './parallel.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const run = (figures: readonly (readonly [string, number])[]) => ({
  id: 'r',
  group: 'g',
  figures: new Map(figures),
});

it('every run lies within the ends of the axes, and stands on them', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 1 }), (values) => {
      const runs = values.map((value) => run([['rmse', value]]));
      const axes = axesOf(runs, ['rmse', 'nobody has it']);
      expect(axes.map(({ name }) => name)).toEqual(['rmse']);
      const query = new URLSearchParams();
      for (const { low, high } of axes) {
        query.set(spanNames('rmse').least, String(low));
        query.set(spanNames('rmse').most, String(high));
      }
      const spans = spansAsked(query, ['rmse']);
      for (const [at, each] of runs.entries()) {
        expect(isWithin(each, spans)).toBe(true);
        for (const axis of axes)
          expect(shareOf(axis, values[at]!)).toSatisfy((share) => share >= 0 && share <= 1);
      }
    }),
    { examples: [[[6e-323, 5.4e-323]]] },
  );
});

it('a run without the figure lies in no span of it, and what is no number asks for nothing', () => {
  const spans = spansAsked(new URLSearchParams('least:rmse=1&most:rmse=&least:other=x&most:other=%20'), [
    'rmse',
    'other',
  ]);
  expect([...spans]).toEqual([['rmse', { least: 1, most: null }]]);
  expect([run([]), run([['rmse', 0.9]]), run([['rmse', 1]])].map((each) => isWithin(each, spans))).toEqual([
    false,
    false,
    true,
  ]);
});
