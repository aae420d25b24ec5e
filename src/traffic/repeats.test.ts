import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countRepeats } from './repeats.ts';

const asked = fc.record({
  rowId: fc.constantFrom('a', 'b', 'c'),
  bundle: fc.constantFrom('old', 'new'),
  features: fc.record({ tenure: fc.integer({ min: 0, max: 2 }), note: fc.constantFrom('x', null) }),
});

it('counts every row that an earlier one is the same as, in whatever order its cells are written', () => {
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 40 }), (rows) => {
      const different = new Set(
        rows.map(({ rowId, bundle, features: { tenure, note } }) =>
          JSON.stringify([rowId, bundle, tenure, note]),
        ),
      );
      expect(countRepeats(rows)).toBe(rows.length - different.size);
      const turned = rows.map((row) => ({
        ...row,
        features: { note: row.features.note, tenure: row.features.tenure },
      }));
      // A batch that was logged twice is all there again.
      expect(countRepeats([...rows, ...turned])).toBe(2 * rows.length - different.size);
    }),
  );
});
