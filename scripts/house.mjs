#!/usr/bin/env node
// `node scripts/house.mjs [--json]`: the figures of the house (docs/architecture.md). Exits 1 where a cap does not hold:
// at most 25 files side by side in a folder (tests and fixtures not counted), at most 6 files of verbs and cascade on
// the longest walk of a training. Cycles, of types too, are dependency-cruiser's (.dependency-cruiser.mjs).
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { codeOfStages, root } from './codeDigests.mjs';

const mostInFolder = 25;
const longestTraining = 6;
const source = join(root, 'src');

/** @param {string} path @returns {string} relative to the root, with `/` */
const nameOf = (path) => relative(root, path).split(sep).join('/');

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((name) => join(source, name))
  .filter((path) => /\.tsx?$/.test(path) && !/\.(test|fixture)\.ts$/.test(path));
const texts = new Map(files.map((path) => [path, readFileSync(path, 'utf8')]));

/** @param {string} path @returns {{values: string[], all: string[]}} files that a file imports: for what runs, and with types */
function importsOf(path) {
  const values = new Set();
  const all = new Set();
  /** @param {ts.Node} node */
  const look = (node) => {
    const named =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : undefined;
    const called =
      ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : undefined;
    const text =
      named?.text ?? (called !== undefined && ts.isStringLiteral(called) ? called.text : undefined);
    if (text?.startsWith('.')) {
      const target = resolve(dirname(path), text);
      const typesOnly = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly : node.isTypeOnly;
      if (texts.has(target)) {
        all.add(target);
        if (typesOnly !== true) values.add(target);
      }
    }
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(path, texts.get(path), ts.ScriptTarget.Latest));
  return { values: [...values], all: [...all] };
}
const imports = new Map(files.map((path) => [path, importsOf(path)]));

/** @param {number[]} numbers */
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** @returns {[string, number][]} folders with the number of files side by side in them, fullest first */
function folders() {
  const counts = new Map();
  for (const path of files) counts.set(nameOf(dirname(path)), (counts.get(nameOf(dirname(path))) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** The longest chain of imports (of what runs) through `rooms` from a file. @param {string} from @param {RegExp} rooms */
function longestWalk(from, rooms) {
  const known = new Map();
  /** @param {string} path @returns {string[]} */
  const walk = (path) => {
    const found = known.get(path);
    if (found !== undefined) return found;
    known.set(path, [path]);
    const below = imports
      .get(path)
      .values.filter((target) => rooms.test(nameOf(target)))
      .map(walk);
    const longest = below.reduce((best, each) => (each.length > best.length ? each : best), []);
    const own = [path, ...longest];
    known.set(path, own);
    return own;
  };
  return walk(from).map(nameOf);
}

const importers = new Map(files.map((path) => [path, 0]));
for (const { all } of imports.values())
  for (const target of all) importers.set(target, importers.get(target) + 1);

// Stages stand beside each other: the walk of a training goes through its own.
const onTheWay = /^src\/(verbs\/train\/(command|train)|cascade\/(?!stages\/(?!train\.ts)))/;
const training = longestWalk(join(source, 'verbs', 'train', 'command.ts'), onTheWay);
const [fullest, ...others] = folders();
const code = await codeOfStages();
const figures = {
  files: files.length,
  medianLines: median([...texts.values()].map((text) => text.split('\n').length - 1)),
  filesWithOneImporter: [...importers.values()].filter((count) => count === 1).length,
  fullestFolders: [fullest, ...others].slice(0, 5),
  longestWalkOfATraining: training,
  placesToAddAVerb: 'one folder in src/verbs and one line in src/verbs/index.ts',
  stageFiles: Object.fromEntries(
    Object.entries(code).map(([stage, { files: used }]) => [stage, used.length]),
  ),
};
if (process.argv.includes('--json')) console.log(JSON.stringify(figures, null, 2));
else for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${JSON.stringify(value)}`);

const broken = [
  ...folders()
    .filter(([, count]) => count > mostInFolder)
    .map(([folder, count]) => `${folder} has ${count} files side by side, at most ${mostInFolder} may be.`),
  ...(training.length > longestTraining
    ? [
        `A training walks through ${training.length} files: ${training.join(' → ')}; at most ${longestTraining}.`,
      ]
    : []),
];
for (const sentence of broken) console.error(`house: ${sentence}`);
process.exitCode = broken.length === 0 ? 0 : 1;
