import { describe, expect, it } from 'vitest';
import { credentialPlace, helperAnswer } from './dockerConfig.ts';

const auth = (text: string): string => Buffer.from(text).toString('base64');
const password = (username: string, secret: string): object => ({
  kind: 'inline',
  credentials: { kind: 'password', username, password: secret },
});

describe('credentialPlace', () => {
  it.each([
    [
      'registry.example.com',
      'ml/churn',
      { auths: { 'registry.example.com': { auth: auth('me:a:b') } } },
      password('me', 'a:b'),
    ],
    [
      'docker.io',
      'me/x',
      { auths: { 'https://index.docker.io/v1/': { auth: auth('me:x') } } },
      password('me', 'x'),
    ],
    ['docker.io', 'me/x', { auths: { 'docker.io': { auth: auth('me:x') } } }, password('me', 'x')],
    [
      'r.example.com',
      'a',
      { auths: { 'https://r.example.com/v2/': { auth: auth('me:x') } } },
      password('me', 'x'),
    ],
    [
      'r.example.com',
      'a',
      { auths: { 'r.example.com': { username: 'me', password: 'x' } } },
      password('me', 'x'),
    ],
  ])('finds %s for %s in %j', (registry, repository, configuration, place) => {
    expect(credentialPlace(configuration, registry, repository)).toEqual(place);
  });

  it('takes the most specific entry, as podman writes them', () => {
    const configuration = {
      auths: {
        'r.io': { auth: auth('all:1') },
        'r.io/ml': { auth: auth('ml:2') },
        'r.io/ml/other': { auth: auth('o:3') },
      },
    };
    expect(credentialPlace(configuration, 'r.io', 'ml/churn')).toEqual(password('ml', '2'));
    expect(credentialPlace(configuration, 'r.io', 'web')).toEqual(password('all', '1'));
  });

  it('gives a refresh token before a password', () => {
    const configuration = { auths: { 'r.io': { auth: auth('me:x'), identitytoken: 'refresh' } } };
    expect(credentialPlace(configuration, 'r.io', 'a')).toEqual({
      kind: 'inline',
      credentials: { kind: 'identity', token: 'refresh' },
    });
  });

  it('asks the helper of a registry before the one for all', () => {
    const configuration = { credHelpers: { 'r.io': 'gcloud' }, credsStore: 'pass', auths: { 'r.io': {} } };
    expect(credentialPlace(configuration, 'r.io', 'a')).toEqual({
      kind: 'helper',
      helper: 'gcloud',
      server: 'r.io',
    });
    expect(credentialPlace(configuration, 'docker.io', 'a')).toEqual({
      kind: 'helper',
      helper: 'pass',
      server: 'https://index.docker.io/v1/',
    });
  });

  it.each(['../evil', 'a/b', 'a;b', '', '-x', 7])('runs no helper called %j', (helper) => {
    expect(credentialPlace({ credsStore: helper }, 'r.io', 'a')).toEqual({ kind: 'none' });
  });

  it.each([
    null,
    [],
    'x',
    { auths: [] },
    { auths: { 'r.io': null } },
    { auths: { 'r.io': { auth: auth('no colon') } } },
    { auths: { 'other.io': { auth: auth('me:x') } } },
    { auths: { 'r.io.evil.com': { auth: auth('me:x') } } },
  ])('finds nobody in %j', (configuration) => {
    expect(credentialPlace(configuration, 'r.io', 'a')).toEqual({ kind: 'none' });
  });

  it('is not fooled by names that every object has', () => {
    expect(credentialPlace({ auths: {} }, 'constructor', '__proto__')).toEqual({ kind: 'none' });
  });
});

describe('helperAnswer', () => {
  it.each([
    [
      '{"ServerURL":"r.io","Username":"me","Secret":"x"}',
      { kind: 'password', username: 'me', password: 'x' },
    ],
    ['{"Username":"<token>","Secret":"x"}', { kind: 'identity', token: 'x' }],
    ['credentials not found in native keychain', undefined],
    ['{"Username":"me","Secret":""}', undefined],
    ['null', undefined],
  ])('of %s', (text, credentials) => {
    expect(helperAnswer(text)).toEqual(credentials);
  });
});
