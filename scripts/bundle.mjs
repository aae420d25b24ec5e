// Gathers the sources, and the packages that every command or the service waits for, into a few files of dist: opening
// a file costs a start more than reading what is in it. dist is flat: the entry points by name, and parts that they
// import. A part is named after those who load it (`parts`); it has what exactly these share, so that no command loads
// much that it does not use, and what only one rare command uses is a file of its own.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src');
const dist = join(root, 'dist');
const packed = join(root, 'node_modules', '.cache', 'aieng-packages');

const stages = ['ingest', 'validate', 'featurize', 'train', 'package'];

/** @param {string} name @returns {string} */
const familyFile = (name) => `modeling/families/${name}.ts`;

/**
 * Who loads code together, by name. `main` is what `--help` needs, `tell` how anything is told, `desk` what every command needs that
 * does something: what these load is split no further.
 */
const loaders = {
  main: ['cli/main.ts'],
  tell: [
    'deliver',
    'failure',
    'usage',
    'render/github',
    'render/json',
    'render/layout',
    'render/shortened',
  ].map((name) => `cli/${name}.ts`),
  desk: [
    ...['cli/signals.ts', 'cli/render/progress.ts'],
    ...['project/workspace.ts', 'project/alerting/afterCommand.ts'],
  ],
  serve: ['verbs/serve/serve.ts'],
  status: ['verbs/status/status.ts'],
  run: ['verbs/run/run.ts', ...stages.map((stage) => `cascade/stages/${stage}.ts`)],
  predict: ['verbs/predict/predict.ts'],
  loop: ['verbs/monitor/monitor.ts', 'verbs/retrain/retrain.ts'],
  fit: [
    'gbdt/fitTrees',
    'imported/takeAsGiven',
    'linear/fitLinear',
    'mlp/fitMlp',
    'rule/fitRule',
    'tabm/fitTabm',
  ].map(familyFile),
  linear: ['linear/loadLinear'].map(familyFile),
  trees: ['gbdt/loadTrees'].map(familyFile),
  nets: ['mlp/loadMlp', 'tabm/loadTabm'].map(familyFile),
  foreign: ['imported/loadForeign', 'imported/given'].map(familyFile),
};
const always = ['main', 'tell', 'desk'];
const commands = ['serve', 'status', 'run', 'predict', 'loop'];

/** What CommonJS code asks for, where it became an ES module. */
const requiring =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Packages of many files that are made one file first, each a part by itself. Of a CommonJS package `*` gives nothing.
 */
const packages = [
  {
    name: '@sinclair/typebox',
    contents:
      "export * from '@sinclair/typebox'; export { Value } from '@sinclair/typebox/value'; export { TypeCompiler } from '@sinclair/typebox/compiler';",
    license: 'license',
    banner: '',
  },
  {
    name: 'yaml',
    contents: `export { ${['LineCounter', 'isMap', 'isScalar', 'isSeq', 'parse', 'parseDocument', 'stringify'].join(', ')} } from 'yaml';`,
    license: 'LICENSE',
    banner: requiring,
  },
  {
    name: 'commander',
    contents: "export { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';",
    license: 'LICENSE',
    banner: requiring,
  },
];

/** @param {string} specifier @returns {string} `@scope/name/file` → `@scope/name` */
const packageOf = (specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';

/** @param {string} name of a package @returns {string} */
const packedFile = (name) => join(packed, `${basename(name)}.mjs`);

async function packPackages() {
  const { build } = await import('esbuild');
  mkdirSync(packed, { recursive: true });
  await Promise.all(
    packages.map(({ name, contents, banner }) =>
      build({
        absWorkingDir: root,
        stdin: { contents, resolveDir: root },
        outfile: packedFile(name),
        bundle: true,
        minify: true,
        legalComments: 'none',
        format: 'esm',
        platform: 'node',
        target: 'node20',
        banner: { js: banner },
      }),
    ),
  );
}

/** @typedef {{importedIds: readonly string[], dynamicallyImportedIds: readonly string[]}} Module */

/** @param {readonly string[]} files @param {(id: string) => Module | null} moduleOf @returns {Set<string>} all that they import, themselves too */
function importedFrom(files, moduleOf) {
  const found = new Set(files);
  for (const id of found) for (const imported of moduleOf(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/**
 * Modules that code below the commands imports when it needs them, and that are not named above: were they in a part of
 * somebody else, all of that would be loaded for them.
 * @param {readonly string[]} ids @param {(id: string) => Module | null} moduleOf @returns {[string, string[]][]} name → the module
 */
function laterLoaders(ids, moduleOf) {
  const named = new Set(
    Object.values(loaders)
      .flat()
      .map((file) => join(source, file)),
  );
  const below = ids.filter((id) => id.startsWith(source) && !/[/\\]src[/\\](cli|verbs)[/\\]/.test(id));
  const imported = new Set(below.flatMap((id) => moduleOf(id)?.dynamicallyImportedIds ?? []));
  return [...imported]
    .filter((id) => id.startsWith(source) && !named.has(id))
    .sort()
    .map((id) => [basename(id) === 'index.ts' ? basename(dirname(id)) : basename(id, '.ts'), [id]]);
}

/**
 * @param {() => readonly string[]} ids of all modules
 * @returns {(id: string, context: {getModuleInfo: (id: string) => Module | null}) => string | null} the part that a module is in
 */
function naming(ids) {
  /** @type {[string, Set<string>][] | undefined} */
  let reached;
  const own = new Map(packages.map(({ name }) => [packedFile(name), basename(name)]));
  return (id, context) => {
    if (own.has(id)) return own.get(id) === 'commander' ? 'main' : (own.get(id) ?? null);
    const moduleOf = (asked) => context.getModuleInfo(asked);
    reached ??= [
      ...Object.entries(loaders).map(([name, files]) => [name, files.map((file) => join(source, file))]),
      ...laterLoaders(ids(), moduleOf),
    ].map(([name, files]) => [name, importedFrom(files, moduleOf)]);
    const names = reached.filter(([, modules]) => modules.has(id)).map(([name]) => name);
    if (names.length === 0) return null;
    if (always.includes(names[0])) return names[0];
    if (commands.every((name) => names.includes(name))) return 'desk';
    return names.join('-');
  };
}

/**
 * Writes dist.
 * @param {Readonly<Record<string, string>>} entries name → file of src
 * @returns {Promise<string[]>} the files that were written, by name
 */
export async function bundle(entries) {
  await packPackages();
  const { rolldown } = await import('rolldown');
  const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { dependencies, optionalDependencies, peerDependencies } = description;
  const installed = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  const inside = new Set(packages.map(({ name }) => name));
  const outside = new Set(installed.filter((name) => !inside.has(name)));
  const seen = new Set();
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(source, file)])),
    platform: 'node',
    tsconfig: false,
    preserveEntrySignatures: 'allow-extension',
    // Nothing of ours does anything when it is merely imported.
    treeshake: { moduleSideEffects: false },
    transform: { target: 'node20', jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
    external: (id) => id.startsWith('node:') || outside.has(packageOf(id)),
    checks: { ineffectiveDynamicImport: false },
    plugins: [
      {
        name: 'aieng',
        resolveId: (id) => (inside.has(packageOf(id)) ? packedFile(packageOf(id)) : null),
        moduleParsed: ({ id }) => void seen.add(id),
      },
    ],
  });
  const { output } = await build.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: false, annotation: false, jsdoc: false },
    codeSplitting: {
      groups: [
        { debugName: 'parts', name: naming(() => [...seen].sort()), includeDependenciesRecursively: false },
      ],
    },
  });
  await build.close();
  const licenses = packages.map(({ name, license }) => {
    const file = `${basename(name)}.LICENSE`;
    copyFileSync(join(root, 'node_modules', name, license), join(dist, file));
    return file;
  });
  return [...output.map(({ fileName }) => fileName), ...licenses];
}
