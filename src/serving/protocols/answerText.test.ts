import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Answered } from '../answering.ts';
import { writeAnswers } from './answerText.ts';

const answered: fc.Arbitrary<Answered> = fc.record({
  id: fc.string(),
  prediction: fc.oneof(fc.string({ unit: 'binary' }), fc.double()),
  probabilities: fc.option(
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('7', '__proto__')), fc.double(), {
      noNullPrototype: true,
    }),
    { nil: undefined },
  ),
  prediction_interval: fc.option(fc.constant({ low: -1, high: 1.5 }), { nil: undefined }),
  explanation: fc.option(
    fc.constant({ scale: 'label' as const, base: 0, contributions: { a: 1 }, margin: 1 }),
    { nil: undefined },
  ),
  scores: fc.constant([1]),
});

it('writes what JSON.stringify does', () => {
  const model = { name: 'a "b"', version: null, bundle: 'd' };
  fc.assert(
    fc.property(fc.array(answered, { maxLength: 4 }), fc.boolean(), (rows, single) => {
      const shown = rows.map(({ scores: _, ...row }) => row);
      const expected =
        single && shown.length > 0
          ? { ...shown[0], status: 'success', model }
          : { predictions: shown, status: 'success', model };
      expect(writeAnswers({ model, rows, ms: 0 }, single)).toBe(JSON.stringify(expected));
    }),
    { numRuns: 300 },
  );
});
