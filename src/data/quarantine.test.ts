import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeQuarantine, encodeQuarantine, groupRejections } from './quarantine.ts';
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

it('groups by column and reason, the value that was got aside', () => {
  const one = (line: number, reason: string, column?: string): Rejection => ({
    file: 'a.csv',
    line,
    reason,
    raw: `r${line}`,
    ...(column === undefined ? {} : { column }),
  });
  const groups = groupRejections([
    one(2, 'expected 3 fields, got 4'),
    one(3, 'expected a number, got "x"', 'a'),
    one(4, 'expected a number, got "y\ngot z"', 'a'),
    one(5, 'expected a number, got "x"', 'b'),
    one(6, 'a quote is opened and never closed'),
    one(7, 'expected a number, got "u"', 'a'),
    one(8, 'expected a number, got "v"', 'a'),
  ]);
  expect(
    groups.map(({ column, reason, count, examples }) => [
      column,
      reason,
      count,
      examples.map(({ line }) => line),
    ]),
  ).toEqual([
    ['a', 'expected a number', 4, [3, 4, 7]],
    [null, 'expected 3 fields', 1, [2]],
    ['b', 'expected a number', 1, [5]],
    [null, 'a quote is opened and never closed', 1, [6]],
  ]);
});
