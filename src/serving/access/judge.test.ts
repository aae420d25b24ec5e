import { describe, expect, it } from 'vitest';
import { isLoopback, openAccess, parseAccess, tokenHash } from './access.ts';
import type { Access } from './access.ts';
import { isSameSecret, judgeCaller } from './judge.ts';

const status = (headers: Record<string, string>, access: Access = openAccess, purpose?: 'feedback'): number =>
  judgeCaller(headers, purpose ?? 'predict', access)?.status ?? 200;

const named: Access = { hosts: ['api.example.com', '*.inside.example.com'], tokens: [] };

describe('host', () => {
  it.each([
    '127.0.0.1:8080',
    'localhost:8080',
    'LOCALHOST',
    'churn.localhost',
    '[::1]:8080',
    '10.0.0.7',
    '[fe80::1]',
  ])('answers to %s', (host) => {
    expect(status({ host })).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '',
    '[::1',
    'a@127.0.0.1',
  ])('refuses %j', (host) => {
    expect(status({ host })).toBe(403);
  });

  it('answers to names that are allowed, and to names below where they are', () => {
    for (const host of [
      'api.example.com',
      'API.example.com.:443',
      'a.inside.example.com',
      'b.a.inside.example.com',
    ])
      expect(status({ host }, named)).toBe(200);
    for (const host of ['example.com', 'x.api.example.com', 'inside.example.com', 'xinside.example.com'])
      expect(status({ host }, named)).toBe(403);
  });
});

describe('origin', () => {
  it.each([
    ['http://localhost:8080', 'localhost:8080', 200],
    ['https://127.0.0.1:8080', '127.0.0.1:8080', 200],
    ['http://localhost:3000', 'localhost:8080', 403],
    ['http://evil.example', 'localhost:8080', 403],
    ['null', 'localhost:8080', 403],
    ['file://', 'localhost:8080', 403],
    ['https://api.example.com', '10.0.0.7', 200],
    ['https://api.example.com.evil.example', '10.0.0.7', 403],
  ])('%s at %s: %d', (origin, host, expected) => {
    expect(status({ origin, host }, named)).toBe(expected);
  });
});

describe('tokens', () => {
  const tokens: Access = {
    hosts: [],
    tokens: [
      { name: 'shop', hash: tokenHash('one'), purposes: ['predict'] },
      { name: 'crm', hash: tokenHash('two'), purposes: ['feedback'] },
      { name: 'both', hash: tokenHash('three'), purposes: ['predict', 'feedback'] },
    ],
  };
  const asked = (authorization?: string, purpose?: 'feedback'): number =>
    status({ host: 'localhost', ...(authorization === undefined ? {} : { authorization }) }, tokens, purpose);

  it('lets in whose token is known, for what it is good for', () => {
    expect([asked('Bearer one'), asked('bearer  three'), asked('Bearer two', 'feedback')]).toEqual([
      200, 200, 200,
    ]);
    expect([asked('Bearer two'), asked('Bearer one', 'feedback')]).toEqual([403, 403]);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer four',
    'Basic one',
    'one',
    'Bearer one two',
    `Bearer ${tokenHash('one')}`,
  ])('asks for one at %j', (authorization) => {
    expect(asked(authorization)).toBe(401);
  });

  it('says how to send one, and never repeats it', () => {
    const problem = judgeCaller({ host: 'localhost', authorization: 'Bearer s3cret' }, 'predict', tokens);
    expect(problem).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(problem?.message).not.toContain('s3cret');
  });
});

it('compares secrets', () => {
  expect([isSameSecret('a', 'a'), isSameSecret('a', 'b'), isSameSecret('', 'a')]).toEqual([
    true,
    false,
    false,
  ]);
});

it('knows what reaches this machine alone', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true, true]);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.example.com', 'db'].map(isLoopback).includes(true)).toBe(false);
});

describe('parseAccess', () => {
  it('reads what it is written as', () => {
    const access: Access = {
      hosts: ['a'],
      tokens: [{ name: 'x', hash: tokenHash('t'), purposes: ['feedback'] }],
    };
    expect(parseAccess(JSON.stringify(access))).toEqual(access);
  });

  it.each([
    '',
    'null',
    '{}',
    '{"hosts":[]}',
    '{"hosts":[1],"tokens":[]}',
    '{"hosts":[],"tokens":[{"name":"x","hash":"short","purposes":["predict"]}]}',
    `{"hosts":[],"tokens":[{"name":"x","hash":"${'a'.repeat(64)}","purposes":[]}]}`,
  ])('never takes %j for open', (text) => {
    expect(() => parseAccess(text)).toThrow();
  });
});
