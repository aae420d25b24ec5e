import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs-core';
import { usageError } from '../../errors.ts';
import type { Backend, BackendName } from '../model.ts';

/** TensorFlow.js as this room uses it: tfjs-core's own interface. */
export type TensorFlow = typeof tfjs;

/** What a pipeline may ask for: `auto` is native where it loads and works, else WebAssembly. */
export type BackendChoice = 'auto' | BackendName;

export interface LoadedBackend {
  readonly tf: TensorFlow;
  readonly backend: Backend;
  /** Makes it the one that computes, should another backend have been loaded in between. Call before any operation. */
  readonly activate: () => void;
}

/** Node's own `require`, as far as this room uses it. */
interface Require {
  (name: string): unknown;
  resolve(name: string): string;
}

/**
 * A loader of TensorFlow.js. Once per backend; `auto` takes what is loaded already, else native where
 * `@tensorflow/tfjs-node` can be required and multiplies two matrices correctly, else WebAssembly. The promise is rejected
 * with a usage error where `native` is asked for and does not work here.
 */
export type BackendLoader = (choice: BackendChoice) => Promise<LoadedBackend>;

/** The backends that one `require` finds. */
export interface Backends {
  readonly load: BackendLoader;
  /** What `load` would compute with. WebAssembly is named without being loaded. */
  readonly name: (choice: BackendChoice) => Promise<Backend>;
}

/** Backends whose packages are found by `require`. Everybody shares `loadBackend`; tests have packages of their own. */
export function openBackends(require: Require): Backends {
  const loaded = new Map<BackendName, Promise<LoadedBackend>>();
  let native: Promise<LoadedBackend | undefined> | undefined;
  const remember = (name: BackendName, load: () => Promise<LoadedBackend>): Promise<LoadedBackend> => {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const loading = load();
    loaded.set(name, loading);
    return loading;
  };
  const load: BackendLoader = async (choice) => {
    if (choice === 'auto') {
      const [first] = loaded.values();
      if (first !== undefined) return first;
    }
    if (choice !== 'wasm') {
      native ??= loadNative(require);
      const found = await native;
      if (found !== undefined) return remember('native', () => Promise.resolve(found));
      if (choice === 'native') throw nativeMissing();
    }
    return remember('wasm', () => loadWasm(require));
  };
  const isWasm = (choice: BackendChoice): boolean =>
    choice === 'wasm' || (choice === 'auto' && loaded.size === 0 && !isInstalled(require, nativePackage));
  return {
    load,
    name: async (choice) => (isWasm(choice) ? wasmBackend(require) : (await load(choice)).backend),
  };
}

const shared = openBackends(createRequire(import.meta.url));

/** Loads TensorFlow.js, once per process and backend. */
export const loadBackend: BackendLoader = shared.load;

/** What `loadBackend` would compute with: a run of which everything is known needs no TensorFlow.js to say so. */
export const nameBackend: Backends['name'] = shared.name;

const nativePackage = '@tensorflow/tfjs-node';
const wasmPackage = '@tensorflow/tfjs-backend-wasm';

function wasmBackend(require: Require): Backend {
  const description: unknown = require(`${wasmPackage}/package.json`);
  if (typeof description !== 'object' || description === null || !('version' in description))
    throw new RangeError(`${wasmPackage} does not say its version`);
  return { name: 'wasm', version: `tfjs-backend-wasm ${String(description.version)}` };
}

function isInstalled(require: Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function nativeMissing(): Error {
  return usageError({
    code: 'backend-not-available',
    message:
      'model.backend is native, but @tensorflow/tfjs-node is not installed here or does not work on this machine.',
    hint: 'Set `backend: auto` (or wasm) under `model:` in the pipeline, or run `npm install @tensorflow/tfjs-node`.',
  });
}

/** WebAssembly with SIMD, one thread: threads are slower at the sizes of tables' nets, and order of sums stays fixed. */
async function loadWasm(require: Require): Promise<LoadedBackend> {
  return withoutNewListeners(async () => {
    const tf = await import('@tensorflow/tfjs-core');
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    tf.enableProdMode();
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    const folder = dirname(require.resolve(`${wasmPackage}/package.json`));
    wasm.setWasmPaths(`${folder}/dist/`);
    await tf.setBackend('wasm');
    await tf.ready();
    return asLoaded(tf, 'wasm', wasmBackend(require));
  });
}

/**
 * The native backend, or undefined where it is absent or broken: its installer leaves a folder behind even when
 * the library could not be downloaded, so only a product that comes out right counts.
 */
async function loadNative(require: Require): Promise<LoadedBackend | undefined> {
  return withoutNewListeners(async () => {
    if (!isInstalled(require, nativePackage)) return undefined;
    try {
      const core = await import('@tensorflow/tfjs-core');
      core.enableProdMode(); // else tfjs-node announces on the console that it replaces the platform
      restoreLegacyUtil(require);
      const module: unknown = require(nativePackage);
      if (!isTensorFlow(module)) return undefined;
      module.enableProdMode();
      await module.setBackend('tensorflow');
      await module.ready();
      if (!multiplies(module)) return undefined;
      const version = `tfjs-node ${nodeVersion(module)}`;
      return asLoaded(module, 'tensorflow', { name: 'native', version });
    } catch {
      return undefined;
    }
  });
}

function asLoaded(tf: TensorFlow, registeredName: string, backend: Backend): LoadedBackend {
  const activate = (): void => {
    // Takes effect at once: only a backend that was never initialised makes it wait.
    if (tf.getBackend() !== registeredName) void tf.setBackend(registeredName);
  };
  return { tf, backend, activate };
}

/** tfjs-node calls `util.isNullOrUndefined` and `util.isArray`, which Node 23 removed. */
function restoreLegacyUtil(require: Require): void {
  const util: unknown = require('node:util');
  if (typeof util !== 'object' || util === null) return;
  const legacy = {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, implementation] of Object.entries(legacy))
    if (!(name in util)) Object.defineProperty(util, name, { value: implementation, configurable: true });
}

/** The module behind an untyped `require`: it is TensorFlow.js if it has what this room calls. */
function isTensorFlow(module: unknown): module is TensorFlow {
  if (typeof module !== 'object' || module === null) return false;
  return ['tensor2d', 'matMul', 'fused', 'setBackend', 'ready', 'enableProdMode', 'tidy'].every(
    (name) => name in module,
  );
}

function nodeVersion(module: object): string {
  const versions: unknown = 'version' in module ? module.version : undefined;
  if (typeof versions !== 'object' || versions === null || !('tfjs-node' in versions)) return 'unknown';
  return String(versions['tfjs-node']);
}

function multiplies(tf: TensorFlow): boolean {
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync(),
  );
  return [19, 22, 43, 50].every((expected, i) => product[i] === expected);
}

/**
 * The WebAssembly module listens for uncaught errors and makes them exit 7 without a message. Listeners that were
 * not there before are taken off again.
 */
async function withoutNewListeners<T>(load: () => Promise<T>): Promise<T> {
  const uncaught = new Set(process.listeners('uncaughtException'));
  const unhandled = new Set(process.listeners('unhandledRejection'));
  try {
    return await load();
  } finally {
    for (const listener of process.listeners('uncaughtException'))
      if (!uncaught.has(listener)) process.off('uncaughtException', listener);
    for (const listener of process.listeners('unhandledRejection'))
      if (!unhandled.has(listener)) process.off('unhandledRejection', listener);
  }
}
