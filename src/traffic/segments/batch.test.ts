import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch } from './batch.ts';
import type { Noted } from './batch.ts';
import { hashId } from './idFilter.ts';

interface Line extends Noted {
  readonly line: string;
}

const line: fc.Arbitrary<Line> = fc.record(
  {
    line: fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 })),
    id: fc.constantFrom('a', 'b', 'ü'),
    rowId: fc.constantFrom('a', 'row'),
    at: fc.integer(),
    bundle: fc.constantFrom('one', 'two'),
  },
  { requiredKeys: ['line', 'id', 'at'] },
);
const lines = fc.array(line, { maxLength: 40 });

const filled = (given: readonly Line[], batch = new Batch()): Batch => {
  for (const each of given) batch.add(each.line, each);
  return batch;
};

function expectHolds(batch: Batch, given: readonly Line[]): void {
  expect(Buffer.from(batch.text()).equals(Buffer.from(given.map((each) => each.line).join('')))).toBe(true);
  expect([batch.count, batch.bytes]).toEqual([given.length, batch.text().length]);
  expect(batch.latest()).toBe(Math.max(-Infinity, ...given.map(({ at }) => at)));
  let end = 0;
  for (const [place, { line: text, id, rowId, at, bundle }] of given.entries()) {
    end += Buffer.byteLength(text);
    expect(batch.endOf(place)).toBe(end);
    const ids = rowId === undefined ? [] : [...new Set([id, rowId])];
    expect(batch.noteOf(place)).toEqual({ at, bundle, ids: ids.map(hashId) });
  }
}

describe('a batch of lines', () => {
  it('holds what was added, in order, also once it was used before', () => {
    fc.assert(
      fc.property(lines, lines, (before, given) => {
        const batch = filled(before);
        batch.clear();
        expectHolds(filled(given, batch), given);
      }),
    );
  });

  it('takes the lines of another from any one on', () => {
    fc.assert(
      fc.property(lines, lines, fc.nat(40), (own, other, some) => {
        const first = Math.min(some, other.length);
        const batch = filled(own);
        batch.take(filled(other), first);
        expectHolds(batch, [...own, ...other.slice(first)]);
      }),
    );
  });

  it('knows how many of its lines lie whole in its first bytes', () => {
    fc.assert(
      fc.property(lines, fc.nat(20_000), (given, bytes) => {
        const sizes = given.map((each) => Buffer.byteLength(each.line));
        const whole = sizes.findIndex(
          (_, at) => sizes.slice(0, at + 1).reduce((sum, size) => sum + size, 0) > bytes,
        );
        expect(filled(given).wholeIn(bytes)).toBe(whole === -1 ? given.length : whole);
      }),
    );
  });
});
