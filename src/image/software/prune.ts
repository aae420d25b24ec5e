/**
 * Packages that an image never holds. tfjs-node is the native TensorFlow: 400 MB of libtensorflow for one platform,
 * optional everywhere; the container computes with WebAssembly, which answers the same within 1e-5. Type packages
 * hold no code; the libraries of the ONNX runtime's many builds are within the one that is kept. The CPU kernels are a peer of the wasm kernels' sources; the bundled file that Node loads has its own.
 */
const leftOut =
  /^(?:@types\/.*|@webgpu\/types|@tensorflow\/tfjs-node|@tensorflow\/tfjs-backend-cpu|onnxruntime-common|flatbuffers|guid-typescript)$/;

export const isLeftOut = (name: string): boolean => leftOut.test(name);

/**
 * What the service loads, found by tracing the files that `aieng serve` opens: checks of documents (ajv),
 * model (tfjs-core, wasm), ids, wording. `yaml` and `chalk` are for `--pipeline` files and terminals. DuckDB and the
 * Kubernetes client are for other verbs. A package that is missing here shows at once: the service does not start.
 */
export const serviceRoots: readonly string[] = [
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-core',
  'ajv',
  'chalk',
  'fastest-levenshtein',
  'onnxruntime-web',
  'ulid',
  'yaml',
];

/** Packages whose `main` is one bundled file: the other builds (browser, ES modules, minified) never run. */
const bundled = new Set(['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm']);

export const isBundled = (name: string): boolean => bundled.has(name);

/** Of packages with many builds the files that run here, each of them whole. */
const ownFiles: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'onnxruntime-web',
    new Set([
      'dist/ort-wasm-simd-threaded.mjs',
      'dist/ort-wasm-simd-threaded.wasm',
      'dist/ort.wasm.bundle.min.mjs',
    ]),
  ],
]);

/** What stays of such a package; undefined: it is none. */
export function staysOfBuilds(name: string): ((path: string) => boolean) | undefined {
  const kept = ownFiles.get(name);
  return kept && ((path) => kept.has(path) || path === 'package.json' || legal.test(path));
}

/** TypeScript and its declarations (Node runs none below node_modules), maps, words, code of the Bare runtime. */
const idleExtension = /\.(?:map|[cm]?tsx?|md|markdown|flow|tsbuildinfo|bare)$/i;
const idleFolder =
  /^(?:\.[^/]*|tests?|docs?|examples?|benchmarks?|bench|coverage|man)\/|(?:^|\/)(?:__tests__|\.github)\//i;
const idleName = /(?:^|\/)(?:\.[^/]+|[^/]+[._](?:test|spec)\.[cm]?js)$/i;
const legal = /^(?:licen[cs]e|copying|notice|copyright)/i;

/** `prebuilds/darwin-arm64/…` where the image is for linux/amd64. */
function isForeignPrebuild(path: string, nodePlatform: string): boolean {
  const named = /(?:^|\/)prebuilds\/([a-z0-9]+-[a-z0-9]+)/.exec(path)?.[1];
  return named !== undefined && named !== nodePlatform;
}

/** Whether a file looks like one that never runs. Those that a package's entries reach are kept all the same. */
export function looksIdle(path: string, nodePlatform: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (legal.test(name) || path === 'package.json') return false;
  return (
    idleExtension.test(path) ||
    idleFolder.test(path) ||
    idleName.test(path) ||
    isForeignPrebuild(path, nodePlatform)
  );
}

/** What stays of a bundled package: what its main file reaches, WebAssembly beside it, and its license. */
export function staysOfBundled(path: string, reached: ReadonlySet<string>): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return reached.has(path) || path === 'package.json' || legal.test(name) || /^dist\/[^/]+\.wasm$/.test(path);
}

/** Files of aieng itself that an image needs; the build stamp is about the machine that compiled. */
export function staysOfAieng(path: string): boolean {
  if (path === 'package.json' || path === 'LICENSE') return true;
  if (!/^(?:bin|dist)\//.test(path)) return false;
  return !/\.(?:map|d\.[cm]?ts)$/.test(path) && path !== 'dist/build-stamp.json';
}
