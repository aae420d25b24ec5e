#!/usr/bin/env node
// Makes dist of src: the code, gathered into a few files (bundle.mjs), its types, and a digest of the code of every
// stage (code-digests.json, see codeDigests.mjs).
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

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

/** @param {string[]} written files of dist: a stale one would still be packed and carried into images */
function removeOutdated(written) {
  const kept = new Set([...written, 'code-digests.json', 'build-stamp.json', 'pipeline.schema.json']);
  for (const path of filesBelow(dist)) {
    const name = relative(dist, path);
    const types = name.endsWith('.d.ts') ? name.replace(/\.d\.ts$/, '.ts') : undefined;
    const isTest = types !== undefined && /(\.(test|fixture)|(^|[/\\])sample)\.ts$/.test(types);
    if (
      !kept.has(name) &&
      (types === undefined || isTest || ![types, `${types}x`].some((file) => existsSync(join(source, file))))
    )
      rmSync(path);
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

function runCompiler() {
  const tsc = '/work/tools/types/node_modules/@typescript/native-preview/bin/tsgo';
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
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
  if (!existsSync(join(dist, 'index.d.ts')) || known !== buildInfoDigest()) {
    rmSync(buildInfo, { force: true });
  }
  runCompiler();
}

/** What package.json exports, and the command line. @returns {Record<string, string>} name in dist → file of src */
function entries() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const exported = Object.values(exports)
    .map((entry) => /^\.\/dist\/(.+)\.js$/.exec(entry.default ?? entry)?.[1])
    .filter((name) => name !== undefined)
    .map((name) => [name, `${name}.ts`]);
  return { ...Object.fromEntries(exported), main: 'cli/main.ts' };
}

/** What models are that run without aieng, besides the model (see portable.mjs). @returns {Promise<string[]>} files of dist */
async function writeRuntimes() {
  const { runtimes, runtimeText } = await import('./portable.mjs');
  const names = runtimes.map((name) => `${name}.runtime.js`);
  for (const [at, name] of names.entries())
    writeChanged(join(dist, name), await runtimeText(root, runtimes[at]));
  return names;
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
  const how = [
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build.mjs',
    'scripts/bundle.mjs',
    'scripts/portable.mjs',
  ];
  const inputs = [...filesBelow(source), ...how.map((name) => join(root, name))];
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
  // What runs, and nothing else: types are checked by another step of the tests, and nobody imports what they import.
  if (!quick) compile(known.buildInfo);
  removeOutdated([...(await bundle(entries())), ...(await writeRuntimes())]);
  await writeEditorSchema();
  await writeDigests();
  // A quick build has no types: it is no build for whoever asks for one.
  if (!quick)
    writeFileSync(stampFile, `${JSON.stringify({ source: digest, buildInfo: buildInfoDigest() })}\n`);
}
