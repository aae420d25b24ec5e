import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeQuarantine, encodeQuarantine } from './quarantine.ts';
import type { Rejection } from './source.ts';

it('decode ∘ encode = id', () => {
  const rejection: fc.Arbitrary<Rejection> = fc
    .record({
      file: fc.string(),
      line: fc.nat(),
      column: fc.option(fc.string(), { nil: undefined }),
      reason: fc.string(),
      raw: fc.string({ unit: 'binary' }),
    })
    .map(({ column, ...rest }) => (column === undefined ? rest : { ...rest, column }));
  fc.assert(
    fc.property(fc.array(rejection), (rejections) => {
      expect(decodeQuarantine(encodeQuarantine(rejections))).toEqual(rejections);
    }),
  );
});

it('calls a damaged object damaged', () => {
  for (const text of [
    '{',
    'null',
    '{"file":"a","line":"1","reason":"r","raw":""}',
    '{"file":"a","line":1,"reason":"r","raw":"","column":5}',
  ])
    expect(() => decodeQuarantine(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'quarantine-damaged', exitCode: 8 }),
    );
});
