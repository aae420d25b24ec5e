import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../digest.ts';
import { bundleFiles, openBundle } from './bundle.ts';
import { sampleInputs } from './bundle.fixture.ts';
import { manifestSchema, parseManifest } from './parseManifest.ts';
import { planBundle } from './plan.ts';

const bundle = planBundle(sampleInputs());
type Members = Record<string, unknown>;
/** The manifest as JSON, with a change. */
const changed = (change: (manifest: Members) => void): Uint8Array => {
  const manifest: Members = JSON.parse(canonicalJson(bundle.manifest));
  change(manifest);
  return Buffer.from(JSON.stringify(manifest));
};
const parsed = (change: (manifest: Members) => void): unknown => parseManifest(changed(change), 'x.tar');
const damaged = (message: RegExp): unknown =>
  expect.objectContaining({ exitCode: 8, code: 'bundle-damaged', message: expect.stringMatching(message) });

describe('parseManifest', () => {
  it('reads what was written', () => {
    expect(parsed(() => undefined)).toEqual(bundle.manifest);
  });

  it.each(manifestSchema.required)(
    'refuses one without %s, and one where it is of another type',
    (member) => {
      expect(() => parsed((manifest) => Reflect.deleteProperty(manifest, member))).toThrow(
        damaged(new RegExp(`required property '${member}'`)),
      );
      for (const value of [null, true, member === 'manifest_version' ? '1' : 7])
        expect(() => parsed((manifest) => (manifest[member] = value))).toThrow(
          damaged(new RegExp(`at /${member}`)),
        );
    },
  );

  it.each(['data', 'features', 'code'])('refuses one without the digest of the %s', (part) => {
    expect(() =>
      parsed((manifest) => {
        const { [part]: _, ...others } = Object(manifest['digests']);
        manifest['digests'] = others;
      }),
    ).toThrow(damaged(/at \/digests/));
  });

  it('needs no threshold, and takes one from 0 to 1', () => {
    expect(parsed((manifest) => delete manifest['threshold'])).not.toHaveProperty('threshold');
    for (const threshold of [0, 1])
      expect(parsed((m) => (m['threshold'] = threshold))).toHaveProperty('threshold');
    for (const threshold of [-1e-9, 1 + 1e-9, '0.5'])
      expect(() => parsed((m) => (m['threshold'] = threshold))).toThrow(damaged(/threshold/));
  });

  it('needs no interval, and takes one that fits, of numbers', () => {
    const interval = { level: 0.9, rows: 200, upTo: [10], below: [1, 5], above: [2, 6] };
    const withInterval =
      (changes: object, kind = 'regression') =>
      (): unknown =>
        parsed((manifest) => {
          if (kind === 'regression') manifest['task'] = { kind };
          manifest['interval'] = { ...interval, ...changes };
        });
    expect(withInterval({})()).toHaveProperty('interval', interval);
    expect(withInterval({ floor: 0 })()).toHaveProperty('interval.floor', 0);
    expect(withInterval({}, 'binary')).toThrow(damaged(/only numbers have an interval/));
    expect(withInterval({ below: [1] })).toThrow(damaged(/its interval has 1 and 2 widths for 2 parts/));
    expect(withInterval({ above: [1, -1] })).toThrow(damaged(/width below 0/));
    for (const changes of [
      { level: 1 },
      { level: 0 },
      { upTo: 7 },
      { rows: -1 },
      { floor: '0' },
      { other: 1 },
    ])
      expect(withInterval(changes)).toThrow(damaged(/at \/interval/));
  });

  it('needs no costs, and takes a number for each pair of classes', () => {
    const withCosts = (costs: unknown) => (): unknown =>
      parsed((manifest) => {
        manifest['task'] = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes', costs };
      });
    const right = [
      [0, 1],
      [5, 0],
    ];
    expect(withCosts(right)()).toHaveProperty('task.costs', right);
    for (const costs of [
      [],
      [[0, 1]],
      [[0, 1], [5]],
      [
        [0, 1, 2],
        [5, 0, 1],
      ],
    ])
      expect(withCosts(costs)).toThrow(damaged(/costs of its task are no 2 × 2 numbers/));
    for (const costs of [
      null,
      7,
      [
        [0, -1],
        [5, 0],
      ],
      [
        [0, '1'],
        [5, 0],
      ],
    ])
      expect(withCosts(costs)).toThrow(damaged(/at \/task/));
  });

  it('says that a later form needs a later aieng, and which one where the manifest names it', () => {
    const later = (version: unknown, minimum?: unknown): (() => unknown) => {
      return () =>
        parsed((manifest) => {
          manifest['manifest_version'] = version;
          manifest['surprise'] = 'of a later form';
          if (minimum !== undefined) manifest['minimum_aieng'] = minimum;
        });
    };
    const tooNew = { exitCode: 8, code: 'bundle-too-new', message: expect.stringContaining('version 2') };
    expect(later(2, '0.4.0')).toThrow(
      expect.objectContaining({ ...tooNew, hint: 'Use aieng 0.4.0 or newer for this bundle.' }),
    );
    for (const minimum of [undefined, 7, 'x; rm -rf /'])
      expect(later(2, minimum)).toThrow(
        expect.objectContaining({ ...tooNew, hint: 'Use the aieng that wrote it, or a newer one.' }),
      );
    for (const version of [0, -1, 1.5, '2', null]) expect(later(version)).toThrow(damaged(/manifest.json/));
  });

  it('refuses paths of which two are one place on some disk', () => {
    const listing = (...paths: readonly string[]): (() => unknown) => {
      return () =>
        parsed((manifest) => {
          const files: Members = { ...Object(manifest['files']) };
          for (const path of paths) files[path] = { sha256: sha256(''), bytes: 0 };
          manifest['files'] = files;
        });
    };
    expect(listing('model/x')).not.toThrow();
    expect(listing('model/x', 'other/x')).not.toThrow();
    expect(listing('model/x', 'model/X')).toThrow(damaged(/lists "model\/X" twice/i));
    expect(listing('model/x', 'Model/x')).toThrow(damaged(/lists "Model\/x" twice/i));
    expect(listing('golden.JSON')).toThrow(damaged(/twice/));
    expect(listing('model/x', 'model/x/y')).toThrow(damaged(/"model\/x" as a file and as a folder/));
    expect(listing('Model')).toThrow(damaged(/"model" as a file and as a folder/));
    for (const path of ['../x', '/x', 'a//b', '.hidden', 'a/../b', 'x.', 'manifest.json', 'VERSION', 'a\\b'])
      expect(listing(path), path).toThrow(damaged(/cannot be a file of a bundle|listed/));
  });

  it.each([
    'MODEL_CARD.md',
    'features.json',
    'schema.json',
    'reference.json',
    'golden.json',
    'evaluation.json',
  ])('refuses one that does not list %s', (name) => {
    expect(() =>
      parsed((manifest) => {
        const { [name]: _, ...others } = Object(manifest['files']);
        manifest['files'] = others;
      }),
    ).toThrow(damaged(new RegExp(`does not list ${name}`)));
  });

  it('notices a digest and a size that are not those of the file', () => {
    const files = bundleFiles(bundle);
    const claim = (sha: string, bytes: number): (() => unknown) => {
      const manifest = changed((members) => {
        members['files'] = { ...Object(members['files']), 'model/weights.bin': { sha256: sha, bytes } };
      });
      return () => openBundle(new Map(files).set('manifest.json', manifest), 'x');
    };
    const weights = files.get('model/weights.bin')!;
    expect(claim(sha256(weights), weights.byteLength)).not.toThrow();
    expect(claim(sha256('other'), weights.byteLength)).toThrow(damaged(/content of model\/weights.bin/));
    expect(claim(sha256(weights), weights.byteLength + 1)).toThrow(damaged(/has 3 bytes, expected 4/));
    expect(claim(sha256(weights).slice(1), weights.byteLength)).toThrow(damaged(/sha256/));
    expect(claim(sha256(weights), -1)).toThrow(damaged(/bytes/));
  });
});
