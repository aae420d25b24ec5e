// The code of each stage as a digest: a stage's cache key has it, and a bundle names the one that trained it. It covers
// what `compute` really uses: esbuild gathers the stage, drops what is never called, and prints it without comments
// or white space. So a comment changes nothing, a function that no stage calls changes nothing, and a used one does.
// The same on every machine and every version of Node. Packages stay outside: their versions are part of the key by name.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const stages = ['ingest', 'validate', 'featurize', 'train', 'package'];

/**
 * @typedef {object} StageCode
 * @property {string} digest SHA-256 of the code
 * @property {string[]} packages that the code imports, by name, sorted
 * @property {string[]} files that it is made of, relative to the root, sorted
 */

/** @type {Map<string, string>} */
const marked = new Map();

/**
 * A source in which every constant that is computed when the file is loaded says that computing it does nothing else, so
 * that one which nobody uses is left out. Nothing of ours does anything when it is merely imported.
 * @param {string} text @returns {string}
 */
function withPureConstants(text) {
  const known = marked.get(text);
  if (known !== undefined) return known;
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest);
  const computed = source.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => declarationList.declarations)
    .filter(({ name, initializer }) => ts.isIdentifier(name) && initializer !== undefined)
    .map(({ initializer }) => initializer)
    .filter((value) => !ts.isFunctionLike(value) && !ts.isLiteralExpression(value));
  let pure = text;
  for (const { pos, end } of computed.toReversed())
    pure = `${pure.slice(0, pos)} /* @__PURE__ */ (() => (${pure.slice(pos, end)}\n))()${pure.slice(end)}`;
  marked.set(text, pure);
  return pure;
}

/**
 * Reads sources, some of them as they would be after a change.
 * @param {ReadonlyMap<string, string>} changed absolute path → text
 */
const sources = (changed) => ({
  name: 'sources',
  setup({ onLoad, onResolve, resolve: find }) {
    onResolve({ filter: /^\.\.?\// }, async ({ path, ...from }) => {
      if (from.pluginData === 'found') return undefined;
      const { importer, kind, namespace, resolveDir } = from;
      const found = await find(path, { importer, kind, namespace, resolveDir, pluginData: 'found' });
      return { ...found, sideEffects: false };
    });
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: withPureConstants(changed.get(path) ?? (await readFile(path, 'utf8'))),
      loader: 'ts',
    }));
  },
});

/** @param {string} specifier @returns {string} `@scope/name/file` → `@scope/name` */
const packageOf = (specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)[0];

/**
 * @param {string} stage
 * @param {ReadonlyMap<string, string>} changed
 * @returns {Promise<StageCode>}
 */
async function codeOf(stage, changed) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: `export { compute } from './src/cascade/stages/${stage}.ts';`,
      resolveDir: root,
    },
    outfile: `${stage}.js`,
    bundle: true,
    write: false,
    metafile: true,
    treeShaking: true,
    minifyWhitespace: true,
    legalComments: 'none',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    tsconfigRaw: { compilerOptions: { target: 'es2023', verbatimModuleSyntax: true } },
    plugins: [sources(changed)],
  });
  const [made] = Object.values(metafile.outputs);
  const packages = made.imports.map(({ path }) => path).filter((path) => !path.startsWith('node:'));
  return {
    digest: createHash('sha256').update(outputFiles[0].contents).digest('hex'),
    packages: [...new Set(packages.map(packageOf))].sort(),
    files: Object.entries(made.inputs)
      .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && file.startsWith('src/'))
      .map(([file]) => file)
      .sort(),
  };
}

/**
 * The code of every stage, as it stands or as it would be with some files changed.
 * @param {ReadonlyMap<string, string>} [changed] absolute path → text
 * @returns {Promise<Record<string, StageCode>>}
 */
export async function codeOfStages(changed = new Map()) {
  const codes = await Promise.all(stages.map((stage) => codeOf(stage, changed)));
  return Object.fromEntries(stages.map((stage, index) => [stage, codes[index]]));
}
