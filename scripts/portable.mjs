// The runtimes of models that run anywhere (src/portable): one file for each kind of model, of the sources that serve.
// What is left out: checks of the shape of files that were checked when they were written (TypeBox), the trees' kernel,
// which a few hundred rows at a time never come to, and of transforms how they are fitted and what is said of them.
import { readFile } from 'node:fs/promises';
import { parse } from 'acorn';
import { build, transform } from 'esbuild';
import { dirname, join, sep } from 'node:path';

/** Kinds of models, each with a runtime of its own. */
export const runtimes = ['trees', 'imported', 'all'];

const unchecked =
  'const shape = () => shape; export const Type = new Proxy({}, { get: () => shape }); export const Value = { Check: () => true, Errors: () => [] };';

/** The kernel's memory, by the names that are asked for in training too. */
const noKernel = ['treeMemoryOrNone', 'giveTreeMemoryBack', 'takeTreeMemory', 'helperLost', 'failedAt']
  .map((name) => `export const ${name} = () => undefined;`)
  .join('\n');

/** Members of a transform that only fitting and the reference ask for. */
const ofFitting = new Set(['summary', 'params', 'examples', 'fit', 'expand']);

/**
 * A transform's file without what only fitting asks for; what that alone used goes with it.
 * @param {string} source TypeScript
 * @returns {Promise<string>} JavaScript
 */
async function withoutFitting(source) {
  const { code } = await transform(source, { loader: 'ts', target: 'es2022' });
  /** @type {[number, number, string][]} */
  const cuts = [];
  for (const statement of parse(code, { ecmaVersion: 2022, sourceType: 'module' }).body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { init } of declared.declarations) {
      if (init?.type !== 'ObjectExpression') continue;
      const named = init.properties.flatMap((one) =>
        one.type === 'Property' && one.key.type === 'Identifier' ? [{ name: one.key.name, ...one }] : [],
      );
      if (!named.some(({ name }) => name === 'compile')) continue;
      for (const { name, start, end } of named)
        if (ofFitting.has(name)) cuts.push([start, end, `${name}: undefined`]);
    }
  }
  return cuts.reduceRight((text, [start, end, by]) => text.slice(0, start) + by + text.slice(end), code);
}

/** What is imported for a model from elsewhere: it does its own preparing, and takes words by their codes at most. */
const fewTransforms = "import { categories } from './categories.ts'; export const transforms = [categories];";

/** @param {string} name of the runtime @returns {import('esbuild').Plugin} */
const lean = (name) => ({
  name: 'lean',
  setup({ onResolve, onLoad, resolve }) {
    // No file of ours does anything by being imported: one of which nothing is used is left out.
    onResolve({ filter: /^\.\.?\// }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === 'seen') return undefined;
      const found = await resolve(path, { resolveDir, kind, pluginData: 'seen' });
      return found.errors.length > 0 ? { errors: found.errors } : { path: found.path, sideEffects: false };
    });
    // Nothing of Node or TensorFlow.js may be left: what is named and not used goes, and the rest fails the build.
    onResolve({ filter: /^(node:|@tensorflow\/|@duckdb\/|onnxruntime-web|ajv$)/ }, ({ path }) => ({
      path,
      external: true,
      sideEffects: false,
    }));
    onResolve({ filter: /^@sinclair\/typebox/ }, () => ({
      path: 'unchecked',
      namespace: 'lean',
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: 'lean' }, () => ({ contents: unchecked }));
    onLoad({ filter: /gbdt[/\\]kernel[/\\]memory\.ts$/ }, () => ({ contents: noKernel }));
    onLoad({ filter: /gbdt[/\\]kernel[/\\]forestKernel\.ts$/ }, () => ({
      contents: 'export const addingForest = () => undefined;',
    }));
    onLoad({ filter: /features[/\\]transforms[/\\].*\.ts$/ }, async ({ path }) =>
      path.endsWith('index.ts')
        ? undefined
        : { contents: await withoutFitting(await readFile(path, 'utf8')), resolveDir: dirname(path) },
    );
    if (name === 'imported')
      onLoad({ filter: /features[/\\]transforms[/\\]index\.ts$/ }, ({ path }) => ({
        contents: fewTransforms,
        resolveDir: dirname(path),
      }));
  },
});

/**
 * The text of a runtime: a script that leaves `aieng` with `open`.
 *
 * @param {string} root of the package
 * @param {string} name one of `runtimes`
 * @returns {Promise<string>}
 */
export async function runtimeText(root, name) {
  const built = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'src', 'portable', 'runtime', `${name}.ts`).split(sep).join('/')],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'aieng',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    logOverride: { 'empty-import-meta': 'silent' },
    legalComments: 'none',
    charset: 'ascii',
    plugins: [lean(name)],
  });
  const [output] = Object.values(built.metafile.outputs);
  const left = output.imports.map(({ path }) => path);
  if (left.length > 0) throw new Error(`the runtime ${name} imports ${left.join(', ')}`);
  return built.outputFiles[0].text;
}
