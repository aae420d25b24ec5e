import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLines, diffObject, isEqual } from './diff.ts';

const map = (data: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'churn', ...metadata },
  data,
});

describe('compareLines', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });

  it('gives both texts back', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const compared = compareLines(a, b);
        expect(compared.filter(({ mark }) => mark !== '+').map(({ text }) => text)).toEqual(a);
        expect(compared.filter(({ mark }) => mark !== '-').map(({ text }) => text)).toEqual(b);
      }),
    );
  });

  it('keeps a longest common subsequence', () => {
    // The textbook pair: a longest common subsequence of XMJYAUZ and MZJAWXU is MJAU.
    const kept = compareLines(Array.from('XMJYAUZ'), Array.from('MZJAWXU')).filter(
      ({ mark }) => mark === ' ',
    );
    expect(kept.map(({ text }) => text).join('')).toBe('MJAU');
  });
});

describe('diffObject', () => {
  it('shows a change with three lines around it, keys in order, and nothing that the server writes', () => {
    const entries = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`k${String(i).padStart(2, '0')}`, i]),
    );
    const before = {
      ...map(entries, { uid: '1', resourceVersion: '7', managedFields: [{}] }),
      status: { a: 1 },
    };
    const after = map({ ...entries, k06: 'new' }, { uid: '2', generation: 3 });
    expect(diffObject(before, after)).toBe(
      [
        '--- ConfigMap/churn',
        '+++ ConfigMap/churn',
        '    k03: 3',
        '    k04: 4',
        '    k05: 5',
        '-   k06: 6',
        '+   k06: new',
        '    k07: 7',
        '    k08: 8',
        '    k09: 9',
      ].join('\n'),
    );
  });

  it('parts changes that are far from each other', () => {
    const entries = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`k${String(i).padStart(2, '0')}`, i]),
    );
    const text = diffObject(map(entries), map({ ...entries, k03: 'x', k25: 'y' }));
    expect(text.split('\n').filter((line) => line === '@@')).toHaveLength(1);
  });

  it('is empty where only the server’s fields differ', () => {
    expect(diffObject(map({ a: 1 }, { uid: '1' }), map({ a: 1 }, { uid: '2', labels: {} }))).toBe('');
  });

  it('shows what is made and what is removed', () => {
    expect(diffObject(null, map({ a: 1 }))).toContain('--- (none)\n+++ ConfigMap/churn\n+ apiVersion: v1');
    expect(diffObject(map({ a: 1 }), null)).toContain('+++ (none)\n- apiVersion: v1');
  });

  it('never shows a Secret’s values, but that they change', () => {
    const secret = (value: string) => ({
      ...map({ token: value, other: 'c2FtZQ==' }),
      kind: 'Secret',
      stringData: { x: value },
    });
    const text = diffObject(secret('b2xkLXRva2Vu'), secret('bmV3LXRva2Vu'));
    expect(text).toContain('-   token: "*** (hidden, old value)"\n+   token: "*** (hidden, new value)"');
    expect(text).toContain('other: "*** (hidden)"');
    expect(text).not.toMatch(/b2xkL|bmV3L|c2FtZ/);
    expect(diffObject(null, secret('bmV3LXRva2Vu'))).not.toMatch(/bmV3L|c2FtZ/);
  });
});

it('isEqual does not mind the order of keys, and does that of lists', () => {
  expect(isEqual({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toBe(true);
  expect(isEqual({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(isEqual({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(isEqual([], {})).toBe(false);
});
