import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { numbers, texts, upTo, words } from '../checks/snapshot.fixture.ts';
import { twinsOf } from './twins.ts';

const told = (column: ReturnType<typeof numbers>, distinct: number) => ({ column, profile: { distinct } });

describe('rows with the same features', () => {
  it('are those that agree in every cell, in order', () => {
    const cell = fc.constantFrom(0, -0, 1, 1.5, Number.NaN);
    const row = fc.record({ n: cell, word: fc.constantFrom('a', 'b'), text: fc.constantFrom('', 'x', 'y') });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const features = [
          told(numbers(rows.map(({ n }) => n)), 4),
          told(words(rows.map(({ word }) => word)), 2),
          told(texts(rows.map(({ text }) => text)), 3),
        ];
        const groups = new Map<string, number[]>();
        rows.forEach(({ n, word, text }, at) => {
          const key = `${n} ${word} ${text}`;
          groups.set(key, [...(groups.get(key) ?? []), at]);
        });
        const expected = [...groups.values()].filter(({ length }) => length > 1);
        expect(twinsOf(features, rows.length)).toEqual({ groups: expected, part: 1 });
      }),
    );
  });

  it('are looked for in a part of many, of which none is parted', () => {
    const [rows, copies] = [900_000, 4000];
    const values = upTo(rows - copies).map((row) => row * 1.1);
    const all = [...values, ...values.slice(0, copies)];
    const { groups, part } = twinsOf([told(numbers(all), rows)], rows);
    expect(part).toBe(5);
    expect(groups.every(([one, other]) => other! - one! === rows - copies)).toBe(true);
    expect(groups.length * part).toBeGreaterThan(0.85 * copies);
    expect(groups.length * part).toBeLessThan(1.15 * copies);
  });

  it('are looked for by all features, where some are copies of each other', () => {
    const random = createRandom('twins of copies');
    const rows = 450_000;
    // What seems to be a million contents is a thousand, and nearly all rows have one of them.
    const values = upTo(rows).map((row) => (row % 100 === 0 ? random.integer(1000) : 1000));
    const [one, fine] = [numbers(values), numbers(upTo(rows).map((row) => Math.floor(row / 2)))];
    const features = [told(one, 1000), told(one, 1000), told(fine, 900)];
    const { groups, part } = twinsOf(features, rows);
    expect(part).toBe(3);
    expect(groups.length * part).toBeGreaterThan(0.9 * 0.98 * (rows / 2));
    expect(groups.length * part).toBeLessThan(1.1 * (rows / 2));
  });
});
