import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges, tokenOf, tokenRequest } from './challenge.ts';

const bearer = (realm: string): { scheme: string; parameters: Record<string, string> } => ({
  scheme: 'bearer',
  parameters: { realm, service: 'registry.example.com' },
});

describe('parseChallenges', () => {
  it.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        },
      ],
    ],
    ['Basic realm="a \\"b\\""', [{ scheme: 'basic', parameters: { realm: 'a "b"' } }]],
    ['BASIC', [{ scheme: 'basic', parameters: {} }]],
    [
      'Basic realm="x", Bearer realm=https://a/t , service = s',
      [
        { scheme: 'basic', parameters: { realm: 'x' } },
        { scheme: 'bearer', parameters: { realm: 'https://a/t', service: 's' } },
      ],
    ],
    ['', []],
    ['"', []],
  ])('reads %s', (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });

  it('ends, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...' ,="\\abc\t'.split('')), maxLength: 200 }),
        (header) => {
          expect(parseChallenges(header).length).toBeLessThanOrEqual(header.length);
        },
      ),
    );
  });
});

describe('tokenRequest', () => {
  const scope = 'repository:ml/churn:pull';

  it('asks with name and password in a header, not in the address', () => {
    const credentials = { kind: 'password', username: 'me', password: 's3cret' } as const;
    const asked = tokenRequest(bearer('https://auth.example.com/token?a=1'), scope, credentials, false);
    expect(asked?.url.href).toBe(
      'https://auth.example.com/token?a=1&service=registry.example.com&scope=repository%3Aml%2Fchurn%3Apull',
    );
    // RFC 7617: base64 of me:s3cret.
    expect(asked?.headers.authorization).toBe('Basic bWU6czNjcmV0');
  });

  it('asks as nobody for public images', () => {
    expect(tokenRequest(bearer('https://a/t'), scope, null, false)).toMatchObject({
      method: 'GET',
      headers: {},
    });
  });

  it('posts a refresh token', () => {
    const asked = tokenRequest(bearer('https://a/t'), scope, { kind: 'identity', token: 'r/1' }, false);
    expect(asked?.method).toBe('POST');
    expect(asked?.url.href).toBe('https://a/t');
    expect(new TextDecoder().decode(asked?.body ?? undefined)).toBe(
      'grant_type=refresh_token&service=registry.example.com&scope=repository%3Aml%2Fchurn%3Apull&client_id=aieng&refresh_token=r%2F1',
    );
  });

  it.each(['http://a/t', 'file:///etc/passwd', '/token', ''])('sends no password to %j', (realm) => {
    expect(tokenRequest(bearer(realm), scope, null, false)).toBeUndefined();
  });

  it('speaks plainly where the registry does', () => {
    expect(tokenRequest(bearer('http://127.0.0.1:1/t'), scope, null, true)).toBeDefined();
  });
});

describe('tokenOf', () => {
  it.each([
    ['{"token":"abc"}', 'abc'],
    ['{"access_token":"abc"}', 'abc'],
    ['{"token":"","access_token":"abc"}', 'abc'],
    ['{"token":"a\\r\\nx-evil: 1"}', undefined],
    ['{"token":7}', undefined],
    ['<html>', undefined],
    ['null', undefined],
  ])('of %s is %s', (text, token) => {
    expect(tokenOf(text)).toBe(token);
  });
});
