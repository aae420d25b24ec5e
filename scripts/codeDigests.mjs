// The code of each stage as a digest: a stage's cache key has it, and a bundle names the one that trained it. It covers
// what `compute` really uses: esbuild gathers the stage, drops what is never called, and prints it without comments
// or white space. So a comment changes nothing, a function that no stage calls changes nothing, and a used one does.
// The same on every machine and every version of Node. Packages stay outside: their versions are part of the key by name.
// Model families are gathered apart, each with all that it imports, and the stages without any: a stage's key names the
// families that its pipeline fits, so that a change of trees makes no training of a net stale. What draws the page of a
// training is gathered as `pages`: one that is there is drawn again where it would be another one.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const stages = ['ingest', 'validate', 'featurize', 'train', 'package'];
const familyIndex = join(root, 'src/modeling/families/index.ts');

/**
 * @typedef {object} StageCode
 * @property {string} digest SHA-256 of the code
 * @property {string[]} packages that the code imports, by name, sorted
 * @property {string[]} files that it is made of, relative to the root, sorted
 */

/** @type {Map<string, string>} */
const marked = new Map();

/**
 * A source in which `(await import('./x.ts')).y` is an import of `y`: what is loaded when it is needed is used as well, and the
 * rest of its file is not.
 * @param {string} text @returns {string}
 */
function withStaticImports(text) {
  if (!text.includes('(await import(')) return text;
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest);
  const uses = [];
  const visit = (node) => {
    ts.forEachChild(node, visit);
    if (!ts.isPropertyAccessExpression(node) || !ts.isParenthesizedExpression(node.expression)) return;
    const awaited = node.expression.expression;
    if (!ts.isAwaitExpression(awaited) || !ts.isCallExpression(awaited.expression)) return;
    const { expression, arguments: asked } = awaited.expression;
    if (expression.kind === ts.SyntaxKind.ImportKeyword && asked[0].text.startsWith('.'))
      uses.push({ begin: node.getStart(source), end: node.end, name: node.name.text, file: asked[0].text });
  };
  visit(source);
  let plain = text;
  for (const [at, { begin, end }] of [...uses.entries()].reverse())
    plain = `${plain.slice(0, begin)}later${at}${plain.slice(end)}`;
  const imports = uses.map(({ name, file }, at) => `import { ${name} as later${at} } from '${file}';\n`);
  return imports.join('') + plain;
}

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
 * The families of the index with the file of each: `import { gbdt } from './gbdt/gbdt.ts'` is family gbdt.
 * @param {string} text of families/index.ts @returns {Record<string, string>} name → path from the folder of families
 */
function familyFiles(text) {
  const imports = ts
    .createSourceFile('index.ts', text, ts.ScriptTarget.Latest)
    .statements.filter(
      (statement) => ts.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly,
    );
  return Object.fromEntries(
    imports.flatMap(({ importClause, moduleSpecifier }) =>
      importClause.namedBindings.elements.map(({ name }) => [name.text, moduleSpecifier.text]),
    ),
  );
}

/**
 * Reads sources, some of them as they would be after a change; the index of families lists none.
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
      contents:
        path === familyIndex
          ? 'export const families = [];'
          : withPureConstants(withStaticImports(changed.get(path) ?? (await readFile(path, 'utf8')))),
      loader: 'ts',
    }));
  },
});

/** @param {string} specifier @returns {string} `@scope/name/file` → `@scope/name` */
const packageOf = (specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)[0];

/**
 * @param {string} name
 * @param {string} contents what is asked for of the sources
 * @param {ReadonlyMap<string, string>} changed
 * @returns {Promise<StageCode>}
 */
async function codeOf(name, contents, changed) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root },
    outfile: `${name}.js`,
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
 * The code of every stage without any family, of `pages`, and of every family (`family gbdt`), as it stands or as it would be with
 * some files changed.
 * @param {ReadonlyMap<string, string>} [changed] absolute path → text
 * @returns {Promise<Record<string, StageCode>>}
 */
export async function codeOfStages(changed = new Map()) {
  const families = familyFiles(changed.get(familyIndex) ?? (await readFile(familyIndex, 'utf8')));
  const asked = [
    ...stages.map((stage) => [stage, `export { compute } from './src/cascade/stages/${stage}.ts';`]),
    ['pages', "export { trainingPage } from './src/reporting/training.ts';"],
    ...Object.entries(families).map(([family, file]) => [
      `family ${family}`,
      `export { ${family} } from './${join('src/modeling/families', file)}';`,
    ]),
  ];
  const codes = await Promise.all(asked.map(([name, contents]) => codeOf(name, contents, changed)));
  return Object.fromEntries(asked.map(([name], index) => [name, codes[index]]));
}
