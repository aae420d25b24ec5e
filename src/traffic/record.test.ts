import fc from 'fast-check';
import { expect, it } from 'vitest';
import { predictionLines } from './record.ts';
import type { PredictionRecord } from './record.ts';

const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.constant(null),
);
const cells = fc.dictionary(fc.constantFrom('a', 'b"', 'ü', '7', '__proto__', 'constructor'), cell, {
  noNullPrototype: true,
});
const record: fc.Arbitrary<PredictionRecord> = fc.record({
  id: fc.string(),
  rowId: fc.string({ unit: 'binary' }),
  at: fc.integer(),
  version: fc.option(fc.nat()),
  bundle: fc.constantFrom('d', 'e"'),
  features: cells,
  prediction: fc.oneof(fc.string(), fc.double()),
  scores: fc.array(fc.double(), { maxLength: 4 }),
});

it('writes what JSON.stringify does, whatever came before', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 6 }), (records) => {
      const line = predictionLines();
      for (const each of [...records, ...records]) {
        const written = `${JSON.stringify(each)}\n`;
        expect(line(each)).toBe(written);
        expect(line({ ...each, features: JSON.stringify(each.features) })).toBe(written);
      }
    }),
    { numRuns: 300 },
  );
});
