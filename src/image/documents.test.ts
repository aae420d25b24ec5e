import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AiengError } from '../errors.ts';
import { choosePlatform, parseConfig, parseManifest } from './documents.ts';
import { mediaTypes } from './mediaTypes.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const descriptor = (digit: string, size = 1): object => ({ mediaType: 'm', digest: digest(digit), size });
const index = (...platforms: object[]): Uint8Array =>
  encode({
    schemaVersion: 2,
    manifests: platforms.map((platform, at) => ({ ...descriptor(String(at)), platform })),
  });

describe('parseManifest', () => {
  it.each([mediaTypes.manifest, mediaTypes.dockerManifest, undefined])(
    'reads a manifest of %s',
    (mediaType) => {
      const document = {
        schemaVersion: 2,
        mediaType,
        config: descriptor('a'),
        layers: [descriptor('b', 12)],
      };
      expect(parseManifest(encode(document), 'x')).toEqual({
        kind: 'manifest',
        config: descriptor('a'),
        layers: [descriptor('b', 12)],
      });
    },
  );

  it.each([
    [{ schemaVersion: 1 }, 'schema version'],
    [{ schemaVersion: 2, config: { digest: '../../etc/passwd', size: 1 } }, 'sha256 digest'],
    [{ schemaVersion: 2, config: descriptor('a', -1) }, 'number of bytes'],
    [{ schemaVersion: 2, config: descriptor('a', 1e15) }, 'number of bytes'],
    [{ schemaVersion: 2, config: descriptor('a', 1.5) }, 'number of bytes'],
    [
      {
        schemaVersion: 2,
        config: descriptor('a'),
        layers: Array.from({ length: 501 }, () => descriptor('b')),
      },
      '500',
    ],
    [[], 'not a JSON object'],
    [null, 'not a JSON object'],
  ])('refuses %j', (document, problem) => {
    expect(() => parseManifest(encode(document), 'x')).toThrow(problem);
  });

  it('throws nothing but a clear error, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (config, layers) => {
        for (const parse of [parseManifest, parseConfig])
          try {
            parse(
              encode({
                schemaVersion: 2,
                config,
                layers,
                rootfs: config,
                manifests: layers,
                history: layers,
              }),
              'x',
            );
          } catch (error) {
            expect(error).toBeInstanceOf(AiengError);
          }
      }),
    );
  });

  it('refuses what is not text', () => {
    expect(() => parseManifest(new Uint8Array([0xff, 0xfe]), 'x')).toThrow('not JSON');
  });
});

describe('choosePlatform', () => {
  const amd64 = { os: 'linux', architecture: 'amd64' };
  const choose = (bytes: Uint8Array, platform = amd64): string => {
    const parsed = parseManifest(bytes, 'node:20');
    if (parsed.kind !== 'index') throw new Error('no index');
    return choosePlatform(parsed, platform, 'node:20').digest;
  };

  it('takes the one of the platform, not an attestation', () => {
    const bytes = index(
      { os: 'unknown', architecture: 'unknown' },
      { os: 'windows', architecture: 'amd64' },
      amd64,
    );
    expect(choose(bytes)).toBe(digest('2'));
  });

  it('takes the plain one of several variants', () => {
    const arm = { os: 'linux', architecture: 'arm64' };
    expect(choose(index({ ...arm, variant: 'v9' }, { ...arm, variant: 'v8' }), arm)).toBe(digest('1'));
  });

  it('lists what there is where the platform is missing', () => {
    const bytes = index({ os: 'linux', architecture: 's390x' }, { os: 'unknown', architecture: 'unknown' });
    expect(() => choose(bytes)).toThrow('node:20 is not there for linux/amd64; it is there for linux/s390x.');
  });
});
