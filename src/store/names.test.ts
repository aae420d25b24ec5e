import { describe, expect, it } from 'vitest';
import { checkDigest, isDigest, nameParts, singleName } from './names.ts';

describe('names', () => {
  it('accepts what callers make up', () => {
    expect(nameParts('stages/churn/train', 'ref')).toEqual(['stages', 'churn', 'train']);
    expect(nameParts('churn@3', 'folder')).toEqual(['churn@3']);
    expect(singleName('01JGFJJZ000000000000000001', 'record')).toBe('01JGFJJZ000000000000000001');
  });

  it.each([
    '..',
    '../x',
    'a/../b',
    '/etc',
    'a//b',
    '',
    '.',
    '.hidden',
    'a\\b',
    'a\0b',
    'x.',
    'a/',
    'C:x',
    'a b',
    'é'.repeat(300),
  ])('refuses %j with exit 2', (name) => {
    expect(() => nameParts(name, 'ref')).toThrow(
      expect.objectContaining({ exitCode: 2, code: 'invalid-name' }),
    );
  });

  it('refuses an id of two parts', () => {
    expect(() => singleName('a/b', 'record')).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('knows a digest', () => {
    expect(isDigest('a'.repeat(64))).toBe(true);
    expect(isDigest('A'.repeat(64))).toBe(false);
    expect(() => checkDigest('../../etc/passwd')).toThrow(
      expect.objectContaining({ code: 'invalid-digest' }),
    );
  });

  it('has at most eight parts of at most 200 characters, each from its first to its last', () => {
    const parts = (count: number): string => Array.from({ length: count }, () => 'a').join('/');
    expect(nameParts(parts(8), 'ref')).toHaveLength(8);
    expect(() => nameParts(parts(9), 'ref')).toThrow('cannot be the name of a ref');
    expect(nameParts('a'.repeat(200), 'ref')).toHaveLength(1);
    expect(() => nameParts('a'.repeat(201), 'ref')).toThrow(`"${'a'.repeat(100)}" cannot`);
    for (const name of ['a', '_', '9', 'a-', 'a@', 'a+b=c', '_x', 'a.b'])
      expect(nameParts(name, 'ref')).toEqual([name]);
    for (const name of ['-a', '@a', '+a', '=a', 'a.', '.a', ' a', 'a ', 'a\n'])
      expect(() => nameParts(name, 'ref')).toThrow();
    for (const digest of [`x${'a'.repeat(64)}`, `${'a'.repeat(64)}x`, 'a'.repeat(63), 'g'.repeat(64)])
      expect(isDigest(digest)).toBe(false);
    expect(checkDigest('0'.repeat(64))).toBe('0'.repeat(64));
    expect(() => checkDigest('x'.repeat(200))).toThrow(`"${'x'.repeat(100)}" is not a digest`);
  });
});
