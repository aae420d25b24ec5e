import { createRequire } from 'node:module';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { describe, expect, it } from 'vitest';
import { loadBackend, openBackends } from './backend.ts';

const listeners = (): number =>
  process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');

const ownRequire = createRequire(import.meta.url);

/** A `require` that finds `tfjs-node` to be this; undefined = it is not installed. */
function requireWith(tfjsNode: (() => unknown) | undefined): Parameters<typeof openBackends>[0] {
  const isNative = (name: string): boolean => name === '@tensorflow/tfjs-node';
  const find = (name: string): unknown => (isNative(name) ? tfjsNode?.() : ownRequire(name));
  const resolve = (name: string): string => {
    if (isNative(name) && tfjsNode === undefined) throw new Error(`Cannot find module '${name}'`);
    return isNative(name) ? '/tfjs-node.js' : ownRequire.resolve(name);
  };
  return Object.assign(find, { resolve });
}

/** TensorFlow.js as far as the loader tries it: what it says two matrices multiply to. */
function nativeThatAnswers(product: readonly number[]): () => unknown {
  let backend = '';
  const tf = {
    tensor2d: () => ({}),
    matMul: () => ({ dataSync: () => Float32Array.from(product) }),
    fused: {},
    tidy: (work: () => unknown) => work(),
    ready: () => Promise.resolve(),
    enableProdMode: () => undefined,
    setBackend: (name: string) => {
      backend = name;
      return Promise.resolve(true);
    },
    getBackend: () => backend,
    version: { 'tfjs-node': '4.22.0' },
  };
  return () => tf;
}
const right = [19, 22, 43, 50];

describe('loadBackend', () => {
  it('loads once, leaves no listeners for uncaught errors, and is what auto then gives', async () => {
    const before = listeners();
    const [first, second] = await Promise.all([loadBackend('wasm'), loadBackend('wasm')]);
    expect(second).toBe(first);
    expect(listeners()).toBe(before);
    expect(await loadBackend('auto')).toBe(first);
    expect(first.backend.version).toMatch(/^tfjs-backend-wasm \d+\.\d+\.\d+$/);
    expect(first.tf.getBackend()).toBe('wasm');
  });
});

describe('a backend that is only named', () => {
  it('is the one that would be loaded, without loading it', async () => {
    const asked: string[] = [];
    const own = requireWith(undefined);
    const { name } = openBackends(
      Object.assign(
        (wanted: string): unknown => {
          asked.push(wanted);
          return own(wanted);
        },
        { resolve: (wanted: string): string => own.resolve(wanted) },
      ),
    );
    const expected = { name: 'wasm', version: `tfjs-backend-wasm ${version_wasm}` };
    expect([await name('wasm'), await name('auto')]).toEqual([expected, expected]);
    expect(new Set(asked)).toEqual(new Set(['@tensorflow/tfjs-backend-wasm/package.json']));
    await expect(name('native')).rejects.toMatchObject({ code: 'backend-not-available' });
    // What computes already is what goes on computing.
    const native = openBackends(requireWith(nativeThatAnswers(right)));
    await native.load('wasm');
    expect(await native.name('auto')).toEqual(expected);
    expect((await native.name('native')).name).toBe('native');
  });
});

describe('the native backend', () => {
  it('is taken where it is installed and multiplies correctly, by auto too', async () => {
    const { load, name } = openBackends(requireWith(nativeThatAnswers(right)));
    const native = await load('native');
    expect(native.backend).toEqual({ name: 'native', version: 'tfjs-node 4.22.0' });
    expect(native.tf.getBackend()).toBe('tensorflow');
    expect(await load('auto')).toBe(native);
    expect(await name('auto')).toBe(native.backend);
    expect(await openBackends(requireWith(nativeThatAnswers(right))).load('auto')).toMatchObject({
      backend: { name: 'native' },
    });
  });

  it.each<[string, (() => unknown) | undefined]>([
    ['is not installed', undefined],
    [
      'has lost its library',
      () => {
        throw new Error('libtensorflow.so.2: cannot open shared object file');
      },
    ],
    ['multiplies wrongly', nativeThatAnswers([19, 22, 43, 51])],
    ['gives no numbers', nativeThatAnswers([])],
    ['is something else', () => ({ version: '1' })],
    ['is nothing', () => null],
  ])('is refused where it %s, and auto takes WebAssembly', async (_what, tfjsNode) => {
    const { load, name } = openBackends(requireWith(tfjsNode));
    const named = await name('auto');
    await expect(load('native')).rejects.toMatchObject({
      code: 'backend-not-available',
      exitCode: 2,
      hint: expect.stringMatching(/backend: auto.*npm install @tensorflow\/tfjs-node/),
    });
    const instead = await load('auto');
    expect(instead.backend.name).toBe('wasm');
    expect(await load('wasm')).toBe(instead);
    expect(named).toEqual(instead.backend);
  });
});
