import fc from 'fast-check';
import { decodeTime, isValid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { createIds } from './ids.ts';

const most = 2 ** 40 - 1;

describe('ids', () => {
  it('are ULIDs of their time, each greater than the one before, also where the clock stands or goes back', () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 48 - 2 }));
    const part = fc.oneof(fc.constantFrom(0, 1, most - 1, most), fc.integer({ min: 0, max: most }));
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 1, maxLength: 20 }),
        fc.array(part, { minLength: 100, maxLength: 100 }),
        (times, parts) => {
          let [at, drawn] = [0, 0];
          const next = createIds(
            () => times[at++]!,
            () => parts[drawn++ % parts.length]!,
          );
          const ids = times.map(() => next());
          expect(ids.every(isValid)).toBe(true);
          expect(ids).toEqual([...new Set(ids)].sort());
          expect(decodeTime(ids[0]!)).toBe(times[0]);
        },
      ),
    );
  });

  it('count on within a millisecond, over the end of a part', () => {
    const parts = [5, most - 1];
    const next = createIds(
      () => 1_700_000_000_000,
      () => parts.shift()!,
    );
    expect([next(), next(), next()]).toEqual([
      '01HF7YAT0000000005ZZZZZZZY',
      '01HF7YAT0000000005ZZZZZZZZ',
      '01HF7YAT000000000600000000',
    ]);
  });
});
