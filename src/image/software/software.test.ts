import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packageFacts } from './packageFacts.ts';
import { placePackages } from './placement.ts';
import type { InstalledPackage } from './placement.ts';
import { isLeftOut, looksIdle, staysOfAieng, staysOfBuilds } from './prune.ts';
import { reachable } from './reach.ts';

const installed = (
  name: string,
  id: string,
  dependencies: Record<string, string>,
): [string, InstalledPackage] => [id, { id, name, dependencies: new Map(Object.entries(dependencies)) }];

/** Node's search: the nearest `node_modules/<name>` above a location. */
function nodeFinds(placed: ReadonlyMap<string, string>, location: string, name: string): string | undefined {
  const parts = location.split('/');
  for (let length = parts.length; length >= 0; length -= 1) {
    const above = parts.slice(0, length);
    if (above.at(-1) === 'node_modules') continue;
    const found = placed.get([...above, 'node_modules', name].join('/'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Packages a–e in up to three versions each, needing any versions of those after them, and themselves in circles. */
const graphs = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 1, max: 3 })), {
        maxLength: 4,
      }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((given) => {
    const ids = new Set(given.map(([name, version]) => `${name}@${version}`));
    const packages = new Map<string, InstalledPackage>();
    for (const [name, version, wanted] of given) {
      const dependencies = wanted.filter(
        ([other, number]) =>
          (other > name || number === version) && other !== name && ids.has(`${other}@${number}`),
      );
      const [id, entry] = installed(
        name,
        `${name}@${version}`,
        Object.fromEntries(dependencies.map(([other, number]) => [other, `${other}@${number}`])),
      );
      packages.set(id, entry);
    }
    const first = new Map([...packages.values()].map((entry) => [entry.name, entry.id]));
    return new Map([...packages, installed('aieng', 'root', Object.fromEntries(first))]);
  });

/** Whether two versions of one name reach each other: what no folders can hold, only links. */
function hasCircleOfVersions(packages: ReadonlyMap<string, InstalledPackage>): boolean {
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...packages.get(from)!.dependencies.values()].some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  const all = [...packages.values()];
  return all.some((one) =>
    all.some(
      (other) =>
        one.name === other.name &&
        one.id < other.id &&
        reaches(one.id, other.id) &&
        reaches(other.id, one.id),
    ),
  );
}

describe('placePackages', () => {
  it('lets every package find exactly the copy that it found where it was installed', () => {
    fc.assert(
      fc.property(graphs, (packages) => {
        fc.pre(!hasCircleOfVersions(packages));
        const placed = new Map([...placePackages('root', packages), ['node_modules/aieng', 'root']]);
        for (const [location, id] of placed)
          for (const [name, wanted] of packages.get(id)!.dependencies)
            expect(nodeFinds(placed, location, name)).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses versions that need each other in a circle, which folders cannot hold', () => {
    const packages = new Map([
      installed('aieng', 'root', { a: 'a1', b: 'b1' }),
      installed('a', 'a1', { b: 'b2' }),
      installed('b', 'b2', { a: 'a2' }),
      installed('a', 'a2', { b: 'b1' }),
      installed('b', 'b1', { a: 'a1' }),
    ]);
    expect(() => placePackages('root', packages)).toThrow('cannot be laid out');
  });

  it('is flat where it can be', () => {
    const packages = new Map([
      installed('aieng', 'root', { a: 'a1', b: 'b1' }),
      installed('a', 'a1', { c: 'c1' }),
      installed('b', 'b1', { c: 'c2' }),
      installed('c', 'c1', {}),
      installed('c', 'c2', {}),
    ]);
    expect([...placePackages('root', packages)]).toEqual([
      ['node_modules/a', 'a1'],
      ['node_modules/b', 'b1'],
      ['node_modules/c', 'c1'],
      ['node_modules/b/node_modules/c', 'c2'],
    ]);
  });
});

describe('packageFacts', () => {
  it('collects where loading begins and what is needed', () => {
    const text = JSON.stringify({
      name: 'x',
      version: '1.0.0',
      main: './lib/main',
      bin: { x: 'bin/x.js' },
      exports: {
        '.': { types: './t.d.ts', browser: './b.js', node: { import: './i.mjs', require: './r.cjs' } },
        './docs/*': './docs/*.js',
      },
      dependencies: { a: '1', both: '1' },
      optionalDependencies: { both: '1' },
      peerDependencies: { p: '1', q: '1' },
      peerDependenciesMeta: { q: { optional: true } },
    });
    expect(packageFacts(text)).toEqual({
      name: 'x',
      version: '1.0.0',
      required: ['a'],
      optional: ['both', 'p'],
      optionalPeers: ['q'],
      entries: ['lib/main', 'i.mjs', 'r.cjs', 'bin/x.js'],
      main: 'lib/main',
    });
  });

  it.each(['', '[]', '{"name":7}', 'null', '{"dependencies":[1]}'])('is undefined for %j', (text) => {
    expect(packageFacts(text)).toBeUndefined();
  });
});

describe('reachable', () => {
  it('follows require and import from file to file, also into folders called test', async () => {
    const files = new Map([
      ['index.js', `const a = require('./lib'); export * from "./test/fixture.mjs"; import('./lazy.js')`],
      ['lib/index.js', `require('../data.json'); require('left-pad'); require('../../outside')`],
      ['test/fixture.mjs', `import './other.mjs'`],
      ['test/other.mjs', ''],
      ['test/unused.js', ''],
      ['data.json', '{}'],
      ['lazy.js', ''],
    ]);
    const reached = await reachable(['index'], new Set(files.keys()), (path) =>
      Promise.resolve(files.get(path) ?? ''),
    );
    expect([...reached].sort()).toEqual([
      'data.json',
      'index.js',
      'lazy.js',
      'lib/index.js',
      'test/fixture.mjs',
      'test/other.mjs',
    ]);
  });
});

describe('looksIdle', () => {
  it.each([
    'index.d.ts',
    'a.js.map',
    'src/a.ts',
    'README.md',
    'test/a.js',
    'tests/x.json',
    'docs/i.html',
    '.npmignore',
    'lib/__tests__/a.js',
    'lib/a.test.js',
    'dist/tape_test.js',
    'prebuilds/darwin-arm64/x.node',
    'prebuilds/linux-x64/x.bare',
  ])('is true for %s', (path) => expect(looksIdle(path, 'linux-x64')).toBe(true));

  it.each([
    'package.json',
    'LICENSE',
    'LICENSE.md',
    'docs/NOTICE.md',
    'index.js',
    'lib/test/a.js',
    'lib/tester.js',
    'dist/latest.js',
    'x.wasm',
    'libduckdb.so',
    'prebuilds/linux-x64/x.node',
  ])('is false for %s', (path) => expect(looksIdle(path, 'linux-x64')).toBe(false));
});

describe('what goes in', () => {
  it('of the ONNX runtime is the one build that runs here: 14 of 139 MB', () => {
    const stays = staysOfBuilds('onnxruntime-web')!;
    expect(
      [
        'package.json',
        'dist/ort-wasm-simd-threaded.wasm',
        'dist/ort-wasm-simd-threaded.mjs',
        'dist/ort.wasm.bundle.min.mjs',
        'dist/ort-wasm-simd-threaded.jsep.wasm',
        'dist/ort.all.js',
      ].filter(stays),
    ).toHaveLength(4);
    expect(staysOfBuilds('commander')).toBeUndefined();
  });

  it('leaves out native TensorFlow and types, and of aieng what only compilers read', () => {
    expect(['@tensorflow/tfjs-node', '@types/node', '@tensorflow/tfjs-core'].map(isLeftOut)).toEqual([
      true,
      true,
      false,
    ]);
    expect(
      [
        'bin/aieng.js',
        'dist/main.js',
        'dist/index.d.ts',
        'dist/build-stamp.json',
        'src/index.ts',
        'LICENSE',
      ].filter(staysOfAieng),
    ).toEqual(['bin/aieng.js', 'dist/main.js', 'LICENSE']);
  });
});
