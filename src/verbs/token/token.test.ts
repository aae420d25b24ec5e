import { expect, it } from 'vitest';
import { fakeEnvironment } from '../../environment/fixed.ts';
import { tokenHash } from '../../serving/access/access.ts';
import { token } from './token.ts';

it('makes a token that its hash belongs to', () => {
  const { result } = token({ environment: fakeEnvironment() }, { action: 'new', name: 'web-shop' });
  expect(result.token).toMatch(/^aieng_[\w-]{30,}$/);
  expect(result.hash).toBe(`sha256:${tokenHash(result.token)}`);
});

it.each(['', 'a b', '-x', 'ä', 'x'.repeat(64), 'a: b'])('refuses the name %j', (name) => {
  expect(() => token({ environment: fakeEnvironment() }, { action: 'new', name })).toThrow(
    /cannot name a token/,
  );
});
