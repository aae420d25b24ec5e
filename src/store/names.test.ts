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
});
