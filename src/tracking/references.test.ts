import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { bundleDigest, digest, objectDigest, orNull } from '../shape.ts';
import { referencesOf } from './references.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64)) as [
  string,
  string,
  string,
  string,
];

describe('the references of a record', () => {
  it('are where its shape says so, however deep, and nowhere else', () => {
    const shape = Type.Object({
      digest: digest(),
      list: Type.Array(Type.Object({ kept: objectDigest() })),
      byName: Type.Record(Type.String(), objectDigest()),
      pair: Type.Tuple([digest(), objectDigest()]),
      either: Type.Union([
        Type.Object({ kind: Type.Literal('bundle'), bundle: bundleDigest() }),
        Type.Object({ kind: Type.Literal('digest'), bundle: digest() }),
      ]),
      maybe: orNull(objectDigest()),
      left: Type.Optional(objectDigest()),
      free: Type.Unknown(),
    });
    const value = {
      digest: a,
      list: [{ kept: b }],
      byName: { 'model.json': c },
      pair: [a, d],
      either: { kind: 'bundle', bundle: d },
      maybe: null,
      free: { kept: a },
    };
    expect(referencesOf(shape, value)).toEqual({ objects: [b, c, d], bundles: [d] });
    expect(referencesOf(shape, { ...value, either: { kind: 'digest', bundle: d } }).bundles).toEqual([]);
    expect(referencesOf(shape, { ...value, maybe: a, left: a }).objects).toEqual([b, c, d, a, a]);
  });

  it('of an intersection are those of its parts', () => {
    const shape = Type.Intersect([Type.Object({ x: objectDigest() }), Type.Object({ y: objectDigest() })]);
    expect(referencesOf(shape, { x: a, y: b }).objects).toEqual([a, b]);
  });
});
