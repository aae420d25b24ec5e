import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { textAt } from './fields.ts';
import { manifests } from './manifests/manifests.ts';
import { manifestText } from './object.ts';
import { quantity } from './quantity.ts';
import { extra, settings, wish } from './testing.fixture.ts';

describe('text', () => {
  it.each(manifests(wish, settings, extra))('of $kind says the same object', (object) => {
    const text = manifestText(object);
    expect(text).toMatch(/^apiVersion: .*\nkind: .*\nmetadata:\n {2}name: /);
    expect(parse(text)).toEqual(object);
    // YAML 1.1 readers, kubectl among them, take these for other things than text.
    expect(
      textAt(parse(manifestText({ ...object, data: { a: 'on', b: '012', c: '1e3' } })), 'data', 'a'),
    ).toBe('on');
  });

  it.each([
    ['250m', 0.25],
    ['1Gi', 1073741824],
    ['1.5', 1.5],
    ['2e3', 2000],
    ['1k', 1000],
    [3, 3],
    ['1 Gi', undefined],
    ['', undefined],
    [null, undefined],
  ])('quantity %s', (value, expected) => {
    if (expected === undefined) expect(quantity(value)).toBeUndefined();
    else expect(quantity(value)).toBeCloseTo(expected, 10);
  });
});
