import { describe, expect, it } from 'vitest';
import { changedParts, whyStale } from './staleness.ts';

describe('changedParts', () => {
  it('names a first run, a fresh one and each change', () => {
    expect(changedParts(undefined, { code: 'a' })).toEqual(['never ran']);
    expect(changedParts({ code: 'a', model: { epochs: 1 } }, { model: { epochs: 1 }, code: 'a' })).toEqual(
      [],
    );
    expect(changedParts({ code: 'a' }, { code: 'b' })).toEqual(['code changed']);
    expect(
      changedParts(
        { 'pipeline model': { epochs: 200, hidden: [128, 128], nested: { a: 1 } } },
        { 'pipeline model': { epochs: 100, hidden: [128, 128], nested: { a: 2 } } },
      ),
    ).toEqual(['pipeline model.epochs: 200 → 100', 'pipeline model.nested.a: 1 → 2']);
    expect(changedParts({ 'source a.csv': 'x' }, { 'source b.csv': 'x' })).toEqual([
      'source a.csv is gone',
      'source b.csv is new',
    ]);
  });

  it('names what both know where another code named its parts otherwise', () => {
    const before = { code: 'a', 'row schema': 'x', 'pipeline model': { epochs: 1 }, gone: 1 };
    const after = { code: 'b', 'row schema': 'y', 'pipeline model': { epochs: 2 }, libraries: {} };
    expect(changedParts(before, after)).toEqual([
      'code changed',
      'pipeline model.epochs: 1 → 2',
      'row schema changed',
    ]);
    expect(changedParts({ ...before, code: 'b' }, after)).toEqual([
      'gone is gone',
      'libraries is new',
      'pipeline model.epochs: 1 → 2',
      'row schema changed',
    ]);
  });

  it('says the code of a family only where that itself changed: a family that came or went is told by the pipeline', () => {
    const linear = { code: 'a', 'code of family linear': 'x', 'libraries of family linear': { tfjs: '4' } };
    const before = { ...linear, 'pipeline model': { family: 'linear' } };
    const after = { code: 'a', 'code of family gbdt': 'y', 'pipeline model': { family: 'gbdt' } };
    expect(changedParts(before, after)).toEqual(['pipeline model.family: linear → gbdt']);
    const newer = { ...linear, 'code of family linear': 'z', 'libraries of family linear': { tfjs: '5' } };
    expect(changedParts(linear, newer)).toEqual([
      'code of family linear changed',
      'libraries of family linear.tfjs: 4 → 5',
    ]);
  });

  it('shortens what is long, and says what was not there', () => {
    const long = 'x'.repeat(41);
    expect(changedParts({ p: { a: long.slice(1) } }, { p: { a: long, b: null } })).toEqual([
      `p.a: ${long.slice(1)} → ${'x'.repeat(12)}…`,
    ]);
    expect(changedParts({ p: { a: 1 } }, { p: {} })).toEqual(['p.a: 1 → nothing']);
    expect(changedParts({ p: { a: 1 } }, { p: 1 })).toEqual(['p changed']);
  });
});

describe('whyStale', () => {
  it('is never empty: where nothing changed, the result is gone', () => {
    expect(whyStale({ a: 1 }, { a: 1 })).toEqual(['its result is gone from the store']);
    expect(whyStale({ a: 1 }, { a: 2 })).toEqual(['a changed']);
  });
});
