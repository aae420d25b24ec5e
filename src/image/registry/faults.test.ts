import { describe, expect, it } from 'vitest';
import { isNetworkFault, isPassing, refusal, unreachable } from './faults.ts';

const pull = { registry: 'r.io', where: 'r.io/ml/node:20', purpose: 'pull' } as const;
const push = { registry: 'docker.io', where: 'docker.io/library/churn:3', purpose: 'push' } as const;
const fault = (code: string): Error => Object.assign(new Error('x'), { code });

describe('unreachable', () => {
  it('says why in words and what to do without a registry', () => {
    expect(unreachable(pull, fault('ENOTFOUND'))).toMatchObject({
      exitCode: 2,
      code: 'registry-unreachable',
      message: 'The registry r.io cannot be reached: there is no such host (ENOTFOUND).',
      hint: 'Check the name and the network. Without a registry: --base this-machine, or --base oci:<dir>.',
    });
    expect(unreachable(push, fault('ECONNREFUSED'))).toMatchObject({
      hint: 'Check the name and the network.',
    });
  });
});

describe('refusal', () => {
  it.each([
    [401, 'registry-denied', 'The registry r.io does not let you pull r.io/ml/node:20 (401).'],
    [403, 'registry-denied', 'The registry r.io does not let you pull r.io/ml/node:20 (403).'],
    [404, 'image-not-found', 'The registry r.io has no r.io/ml/node:20 (404, MANIFEST_UNKNOWN).'],
    [429, 'registry-busy', 'The registry r.io answered 429, MANIFEST_UNKNOWN again and again.'],
    [
      418,
      'registry-refused',
      'The registry r.io answered 418, MANIFEST_UNKNOWN to the pull of r.io/ml/node:20.',
    ],
  ])('of %i is %s', (status, code, message) => {
    expect(refusal(pull, status, 'MANIFEST_UNKNOWN')).toMatchObject({ code, message, exitCode: 2 });
  });

  it('shows nothing of an answer that is not an error code', () => {
    expect(refusal(pull, 404, 'X\u001b[31m').message).toBe('The registry r.io has no r.io/ml/node:20 (404).');
  });

  it('says that a name without a registry goes to Docker Hub', () => {
    expect(refusal(push, 401, null)).toMatchObject({ hint: expect.stringContaining('name yours') });
  });
});

describe('isPassing', () => {
  it('tells a broken connection from one that will never be', () => {
    expect(['ECONNRESET', 'ETIMEDOUT', 'EPIPE'].map((code) => isPassing(fault(code)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['ENOTFOUND', 'ECONNREFUSED'].map((code) => isPassing(fault(code)))).toEqual([false, false]);
    expect(isNetworkFault(new TypeError('ours'))).toBe(false);
  });
});
