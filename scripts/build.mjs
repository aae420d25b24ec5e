#!/usr/bin/env node
// Compiles src to dist, gathers the command line's many small files into a few (a file costs 1 ms at every start),
// copies what is not TypeScript, and writes a digest of the code of every stage (dist/code-digests.json, see codeDigests.mjs).
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src');
const dist = join(root, 'dist');
const buildInfo = join(root, 'node_modules', '.cache', 'aieng-build.tsbuildinfo');

/** @param {string} folder @returns {string[]} absolute paths of all files below */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** @param {string} path @param {string | Uint8Array} content */
function writeChanged(path, content) {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Files of dist that no source gives any more: a stale module would still be found by an import. */
function removeOutdated() {
  for (const path of filesBelow(dist)) {
    const name = relative(dist, path);
    if (name.startsWith(`cli${sep}`)) continue;
    if (
      [
        ...gatheredPackages.flatMap((one) => [`${one.name}.js`, `${one.name}.LICENSE`]),
        'code-digests.json',
        'build-stamp.json',
        'pipeline.schema.json',
      ].includes(name)
    )
      continue;
    const stem = name.replace(/(\.d)?\.(js|ts)$/, '');
    const isTest = /(\.(test|fixture)(\.\w+)?|(^|[/\\])sample)$/.test(stem);
    const known = !isTest && existsSync(join(source, stem !== name ? `${stem}.ts` : name));
    if (!known) rmSync(path);
  }
}

/** What tsc remembers of its last output. @returns {string | null} digest */
const buildInfoDigest = () =>
  existsSync(buildInfo) ? createHash('sha256').update(readFileSync(buildInfo)).digest('hex') : null;

/** @returns {{source?: unknown, buildInfo?: unknown}} what the build in dist was made from, if it is whole */
function stamped() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {string[]} args */
function runCompiler(...args) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error('build: the compiler found errors.');
    process.exit(1);
  }
}

/** @param {unknown} known digest of the build info that dist belongs to */
function compile(known) {
  // tsc trusts its build info, also where dist was removed, restored, or is another tree's: then it would write nothing.
  if (!existsSync(join(dist, 'index.js')) || known !== buildInfoDigest()) {
    rmSync(buildInfo, { force: true });
  }
  runCompiler();
}

/** What runs, and nothing else: types are checked by another step of the tests, and nobody imports what they import. */
const compileQuickly = () =>
  runCompiler('--noCheck', '--declaration', 'false', '--incremental', 'false', '--tsBuildInfoFile', 'null');

/**
 * dist/cli: what `--help` needs in one file, what a verb loads later in chunks: src/cli, and of each verb its command and
 * its view. Everything else and every package but commander stays where it is and is imported, so that there is one `AiengError` and nothing is there twice.
 */
const toldBy = /^(cli[/\\]|verbs[/\\]([^/\\]+\.ts$|view[/\\]|[^/\\]+[/\\](command|view|completion)\.ts$))/;
/** @param {string} target */
const isTold = (target) => toldBy.test(relative(source, target));

/** What CommonJS code asks for, where it became an ES module. */
const requiring =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

async function bundleCli() {
  const { build } = await import('esbuild');
  const cli = join(source, 'cli');
  const folder = join(dist, 'cli');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [join(cli, 'main.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: Object.keys(dependencies).filter((name) => name !== 'commander'),
    banner: { js: requiring },
    plugins: [
      {
        name: 'outside-of-cli',
        setup({ onResolve }) {
          onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
            if (!resolveDir.startsWith(source)) return undefined;
            const target = resolve(resolveDir, path);
            if (isTold(target)) return undefined;
            const compiled = relative(cli, target).split(sep).join('/').replace(/\.ts$/, '.js');
            return { path: compiled, external: true };
          });
        },
      },
    ],
  });
  copyFileSync(join(root, 'node_modules', 'commander', 'LICENSE'), join(folder, 'commander.LICENSE'));
}

/**
 * Packages of many files that every command, or the service, waits for: each becomes one file of dist, and every import
 * of it is turned there. Node would open their files one by one (TypeBox has 900: a fifth of a second), and an image carry them.
 */
const gatheredPackages = [
  {
    name: 'typebox',
    contents:
      "export * from '@sinclair/typebox'; export { Value } from '@sinclair/typebox/value'; export { TypeCompiler } from '@sinclair/typebox/compiler';",
    imported: /(['"])@sinclair\/typebox(?:\/\w+)?\1/g,
    license: ['@sinclair', 'typebox', 'license'],
    external: [],
  },
  {
    name: 'yaml',
    // Of a CommonJS package `*` gives nothing.
    contents: `export { ${['LineCounter', 'isMap', 'isScalar', 'isSeq', 'parse', 'parseDocument', 'stringify'].join(', ')} } from 'yaml';`,
    imported: /(['"])yaml\1/g,
    license: ['yaml', 'LICENSE'],
    external: [],
  },
  {
    name: 'fastify',
    contents: "export { fastify } from 'fastify';",
    imported: /(['"])fastify\1/g,
    license: ['fastify', 'LICENSE'],
    // Never loaded: no route has a schema, nothing is logged by it, and no request is injected.
    external: ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request', 'pino'],
  },
];

async function gatherPackages() {
  const { build } = await import('esbuild');
  const gathered = gatheredPackages.map(({ name }) => join(dist, `${name}.js`));
  for (const { name, contents, license, external } of gatheredPackages) {
    await build({
      absWorkingDir: root,
      stdin: { contents, resolveDir: root },
      outfile: join(dist, `${name}.js`),
      bundle: true,
      minify: true,
      legalComments: 'none',
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external,
      banner: { js: contents.includes('@sinclair') ? '' : requiring },
    });
    copyFileSync(join(root, 'node_modules', ...license), join(dist, `${name}.LICENSE`));
  }
  for (const path of filesBelow(dist)) {
    if (!path.endsWith('.js') || gathered.includes(path)) continue;
    let text = readFileSync(path, 'utf8');
    for (const { name, imported } of gatheredPackages) {
      const place = relative(dirname(path), join(dist, `${name}.js`))
        .split(sep)
        .join('/');
      const specifier = place.startsWith('.') ? place : `./${place}`;
      text = text.replaceAll(imported, (written, _quote, offset) =>
        /(?:from|import|import\()\s*$/.test(text.slice(Math.max(0, offset - 20), offset))
          ? JSON.stringify(specifier)
          : written,
      );
    }
    writeChanged(path, text);
  }
}

function copyAssets() {
  for (const path of filesBelow(source)) {
    if (path.endsWith('.ts') || /\.fixture\.[^/]+$/.test(path)) continue;
    const target = join(dist, relative(source, path));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
  }
}

async function writeDigests() {
  const { codeOfStages } = await import('./codeDigests.mjs');
  const written = Object.entries(await codeOfStages()).map(([stage, { digest, packages }]) => [
    stage,
    { digest, packages },
  ]);
  writeChanged(join(dist, 'code-digests.json'), `${JSON.stringify(Object.fromEntries(written), null, 2)}\n`);
}

/** The JSON Schema of pipeline files for editors: dist/pipeline.schema.json, exported as `aieng/pipeline.schema.json`. */
async function writeEditorSchema() {
  const { pipelineJsonSchema } = await import(new URL('../dist/index.js', import.meta.url).href);
  writeChanged(join(dist, 'pipeline.schema.json'), `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
}

/** What the build was made from: `setup.mjs` builds again when it differs. @returns {string} */
export function sourceDigest() {
  const hash = createHash('sha256');
  const inputs = [...filesBelow(source), join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json')];
  for (const file of inputs.filter((path) => !/(\.(test|fixture)|[/\\]sample)\.ts$/.test(path)).sort()) {
    hash.update(`${relative(root, file)}\0`);
    hash.update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
}

export const stampFile = join(dist, 'build-stamp.json');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // `--quick`: enough to run the command line, for tests; nothing to do where a whole build of these sources is there.
  const quick = process.argv.includes('--quick');
  const digest = sourceDigest();
  const known = stamped();
  if (quick && known.source === digest) process.exit(0);
  rmSync(stampFile, { force: true });
  if (quick) compileQuickly();
  else compile(known.buildInfo);
  removeOutdated();
  await bundleCli();
  await gatherPackages();
  copyAssets();
  await writeEditorSchema();
  await writeDigests();
  // A quick build has no types: it is no build for whoever asks for one.
  if (!quick)
    writeFileSync(stampFile, `${JSON.stringify({ source: digest, buildInfo: buildInfoDigest() })}\n`);
}
