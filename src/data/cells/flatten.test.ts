import { describe, expect, it } from 'vitest';
import { flattenRow, knownColumns, mostFlattened } from './flatten.ts';

const fieldsOf = (row: Readonly<Record<string, unknown>>, columns?: readonly string[]): unknown => {
  const read = flattenRow(row, columns === undefined ? undefined : knownColumns(columns));
  return 'fields' in read ? read.fields : read.problem;
};

describe('flattenRow', () => {
  it('leaves a flat row as it is', () => {
    const row = { a: 1, b: null, c: ['x'], 'd.e': 'f' };
    expect(fieldsOf(row)).toBe(row);
    expect(fieldsOf(row, ['a', 'd.e'])).toBe(row);
  });

  it('finds a column by other spellings of its letters, and takes no two for one', () => {
    const [one, two] = ['caf\u00e9', 'cafe\u0301'];
    expect(fieldsOf({ [two]: 1, a: 2 }, ['a', one])).toEqual({ [one]: 1, a: 2 });
    expect(fieldsOf({ b: { [one]: 1 } }, [`b.${two}`])).toEqual({ [`b.${two}`]: 1 });
    expect(fieldsOf({ [two]: 1, [one]: 2 }, ['a', one])).toContain('stands twice');
    expect(fieldsOf({ [two]: 1, [one]: 2 }, [one, two])).toEqual({ [one]: 2, [two]: 1 });
  });

  it('names the members of nested objects by the way to them, and leaves lists', () => {
    expect(fieldsOf({ a: { b: 1, c: { d: null, e: [{ f: 1 }] } }, g: {} })).toEqual({
      'a.b': 1,
      'a.c.d': null,
      'a.c.e': [{ f: 1 }],
      g: null,
    });
  });

  it('takes the same row nested, dotted, and half and half', () => {
    const flat = { 'a.b.c': 1, 'a.d': 2 };
    for (const row of [
      flat,
      { a: { b: { c: 1 }, d: 2 } },
      { a: { 'b.c': 1, d: 2 } },
      { 'a.b': { c: 1 }, 'a.d': 2 },
    ])
      expect(fieldsOf(row)).toEqual(flat);
  });

  it('refuses a field that stands there twice', () => {
    expect(fieldsOf({ 'a.b': 1, a: { b: 1 } })).toContain('"a.b" stands twice');
  });

  it('leaves an object in a column that is known, and takes null for each column below', () => {
    expect(fieldsOf({ a: { b: 1 }, c: null }, ['a', 'c.d', 'c.e.f'])).toEqual({
      a: { b: 1 },
      'c.d': null,
      'c.e.f': null,
    });
    expect(fieldsOf({ c: { e: null } }, ['c.d', 'c.e.f'])).toEqual({ 'c.e.f': null });
  });

  it('goes so deep and no deeper, and so wide and no wider', () => {
    const nested = (levels: number): Record<string, unknown> =>
      levels === 0 ? { x: 1 } : { a: nested(levels - 1) };
    const names = (levels: number): string[] => Object.keys(fieldsOf(nested(levels)) as object);
    expect(names(mostFlattened - 1)).toEqual([`${'a.'.repeat(mostFlattened - 1)}x`]);
    expect(names(mostFlattened + 3)).toEqual([Array.from({ length: mostFlattened }, () => 'a').join('.')]);
    const wide = (members: number): unknown =>
      fieldsOf({ m: Object.fromEntries(Array.from({ length: members }, (_, at) => [`k${at}`, at])) });
    expect(Object.keys(wide(5000) as object)).toHaveLength(5000);
    expect(wide(5001)).toContain('more than 5000 fields');
  });

  it('makes own members of all names', () => {
    const read = fieldsOf({ a: JSON.parse('{"__proto__": 1}') as unknown }) as object;
    expect(Object.keys(read)).toEqual(['a.__proto__']);
    expect(
      Object.keys(fieldsOf(JSON.parse('{"__proto__": {"x": 1}}') as Record<string, unknown>) as object),
    ).toEqual(['__proto__.x']);
  });
});

describe('an object without members', () => {
  it('is a field without a value, and none of its own where columns below it are known', () => {
    expect(flattenRow({ a: {}, b: 1 })).toEqual({ fields: { a: null, b: 1 } });
    expect(flattenRow({ a: { c: {} }, b: 1 })).toEqual({ fields: { 'a.c': null, b: 1 } });
    expect(flattenRow({ a: {} }, knownColumns(['a.x', 'a.y.z', 'b']))).toEqual({
      fields: { 'a.x': null, 'a.y.z': null },
    });
  });
});
