import { describe, expect, it } from 'vitest';
import { changedParts } from './staleness.ts';

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
});
