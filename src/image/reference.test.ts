import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AiengError } from '../errors.ts';
import { apiHost, formatReference, isLoopback, parseReference, withTag } from './reference.ts';

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const component = fc
  .tuple(word, fc.constantFrom('.', '_', '__', '-', '--'), word)
  .map(([left, between, right]) => `${left}${between}${right}`);
const registry = fc.oneof(
  fc.constantFrom('localhost', 'localhost:5000', '[::1]:5000', '127.0.0.1:80', 'docker.io'),
  fc.tuple(word, word).map(([left, right]) => `${left}.${right}`),
);
const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/));
const digest = fc.option(fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`));
const references = fc
  .tuple(registry, fc.array(fc.oneof(word, component), { minLength: 2, maxLength: 4 }), tag, digest)
  .map(([host, path, tagged, exact]) => ({
    registry: host,
    repository: path.join('/'),
    tag: tagged,
    digest: exact,
  }));

describe('parseReference', () => {
  it.each([
    ['node', 'docker.io', 'library/node', null],
    ['node:20-slim', 'docker.io', 'library/node', '20-slim'],
    ['me/churn', 'docker.io', 'me/churn', null],
    ['docker.io/node', 'docker.io', 'library/node', null],
    ['index.docker.io/me/churn:1', 'docker.io', 'me/churn', '1'],
    ['localhost/churn:1', 'localhost', 'churn', '1'],
    ['localhost:5000/churn', 'localhost:5000', 'churn', null],
    ['gcr.io/distroless/nodejs20-debian12:nonroot', 'gcr.io', 'distroless/nodejs20-debian12', 'nonroot'],
    ['[::1]:5000/a/b:c', '[::1]:5000', 'a/b', 'c'],
  ])('reads %s as engines do', (text, host, repository, tagged) => {
    expect(parseReference(text)).toEqual({ registry: host, repository, tag: tagged, digest: null });
  });

  it('gives back what was formatted', () => {
    fc.assert(
      fc.property(references, (reference) => {
        expect(parseReference(formatReference(reference))).toEqual(reference);
      }),
    );
  });

  it('never takes a name that could leave a path or an address, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z./:@?#%_-]{0,40}$/)), (text) => {
        try {
          const { registry: host, repository, tag: tagged } = parseReference(text);
          expect(`${host}/${repository}:${tagged ?? ''}`).toMatch(/^[\w.:[\]/-]+$/);
          expect(repository.split('/')).not.toContain('..');
          expect(new URL(`https://${apiHost('example.com')}/v2/${repository}/`).pathname).toBe(
            `/v2/${repository}/`,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(AiengError);
        }
      }),
    );
  });

  it.each([
    ['', 'may hold'],
    ['Churn', 'may hold'],
    ['a//b', 'may hold'],
    ['a/../b', 'may hold'],
    ['churn:', 'no tag'],
    ['churn:-x', 'no tag'],
    ['churn@sha256:12', 'after the @'],
    ['churn@md5:0', 'after the @'],
    [`churn@sha256:${'0'.repeat(64)}@x`, 'more than one @'],
    ['a.b:99999999/x', 'no registry'],
    ['exa mple.com/x', 'no registry'],
    ['a'.repeat(256), 'at most 255'],
  ])('refuses %s', (text, problem) => {
    expect(() => parseReference(text)).toThrow(problem);
  });
});

describe('withTag', () => {
  it('adds a tag where there is none and keeps one that is there', () => {
    expect(withTag('localhost:5000/churn', '3')).toBe('localhost:5000/churn:3');
    expect(withTag('churn:latest', '3')).toBe('churn:latest');
  });

  it('refuses a digest, which only content gives', () => {
    expect(() => withTag(`churn@sha256:${'a'.repeat(64)}`, '3')).toThrow('by digest');
  });
});

describe('isLoopback', () => {
  it.each(['localhost', 'localhost:5000', '127.0.0.1', '127.1.2.3:80', '[::1]', '[::1]:5000'])(
    'is true for %s',
    (host) => expect(isLoopback(host)).toBe(true),
  );

  it.each([
    'localhost.example.com',
    '127.0.0.1.example.com',
    '[::2]',
    'example.com',
    '10.0.0.1',
    '1127.0.0.1',
  ])('is false for %s', (host) => expect(isLoopback(host)).toBe(false));
});
