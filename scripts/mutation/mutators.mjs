// What StrykerJS plants besides its own faults, and what it leaves alone.
//
// - Its own mutators never touch a number, so that a limit of .05 could be .5 unseen; and they never swap arguments.
//   Both are kinds of faults that people make, so they are planted too.
// - A string that is wording (it has words with a space between them) is left alone: a message may be put better without a
//   test that fails. A string that decides (a code, the name of a kind, a column, a separator, part of a key) is planted.
// - What is declared as `sample` or `samples` is left alone: an example of a record or a result for the conformance suites
//   and the reference pages, which decides nothing; any other example would do.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const fromHere = createRequire(import.meta.url);
const fromCore = createRequire(fromHere.resolve('@stryker-mutator/core'));
const fromInstrumenter = createRequire(fromCore.resolve('@stryker-mutator/instrumenter'));
const { default: babel } = await import(pathToFileURL(fromInstrumenter.resolve('@babel/core')).href);
const { types } = babel;

/** The mutators that are ours: their score is told beside that of Stryker's. */
export const ours = ['NumberLiteral', 'SwappedArguments', 'DroppedProperty'];

/** What is planted in the room at hand. */
const planted = { properties: false, share: 1, seed: '' };

/**
 * @param {{properties: boolean, share: number, seed: string}} kinds `properties`: also takes away each property of each object,
 *   for rooms that hash objects; `share`: which part of all faults, chosen by the hash of the seed, what they are and where they
 *   stand
 */
export const plant = (kinds) => Object.assign(planted, kinds);

/** Is a fault one of the sample? The same ones whenever the code around them is the same. */
function isDrawn(name, { node }, at) {
  if (planted.share >= 1) return true;
  const { line, column } = node.loc?.start ?? {};
  const hash = createHash('sha256')
    .update([planted.seed, name, node.type, line, column, at].join(' '))
    .digest();
  return hash.readUInt32BE(0) / 2 ** 32 < planted.share;
}

/** @param {number} value @returns {number} the nearest wrong number that a test at the border has to tell from it */
function nextTo(value) {
  return Number.isInteger(value) && value < 1000 ? value + 1 : value * 1.1;
}

const numberLiteral = {
  name: 'NumberLiteral',
  *mutate(path) {
    const isKey = path.parentPath?.isObjectProperty({ key: path.node }) ?? false;
    if (
      path.isNumericLiteral() &&
      !isKey &&
      !path.findParent((above) => above.isTSType() || above.isTSEnumMember())
    ) {
      yield types.numericLiteral(nextTo(path.node.value));
    }
  },
};

const isPlain = (node) => types.isIdentifier(node) || types.isMemberExpression(node);

const swappedArguments = {
  name: 'SwappedArguments',
  *mutate(path) {
    if (!path.isCallExpression()) return;
    const { callee, arguments: given } = path.node;
    const isMath = types.isMemberExpression(callee) && types.isIdentifier(callee.object, { name: 'Math' });
    const [first, second] = given;
    if (isMath || !isPlain(first) || !isPlain(second)) return;
    const replacement = types.cloneNode(path.node, true);
    [replacement.arguments[0], replacement.arguments[1]] = [
      replacement.arguments[1],
      replacement.arguments[0],
    ];
    yield replacement;
  },
};

const droppedProperty = {
  name: 'DroppedProperty',
  *mutate(path) {
    if (!planted.properties || !path.isObjectExpression() || path.node.properties.length < 2) return;
    for (const index of path.node.properties.keys()) {
      const replacement = types.cloneNode(path.node, true);
      replacement.properties.splice(index, 1);
      yield replacement;
    }
  },
};

const hasWords = (text) => /\p{L}[\p{P}]* +[\p{P}]*\p{L}|^ +\p{L}|\p{L} +$/u.test(text);

/** Whether the literal at a path of Babel's is wording. */
function isWording(path) {
  if (path.isStringLiteral()) return hasWords(path.node.value);
  if (!path.isTemplateLiteral()) return false;
  return path.node.quasis.some(({ value }) => hasWords(value.raw));
}

const examples = new Set(['sample', 'samples']);

/** Whether the node at a path of Babel's is part of an example. */
const isExample = (path) =>
  path.findParent(
    (above) =>
      above.isVariableDeclarator() && types.isIdentifier(above.node.id) && examples.has(above.node.id.name),
  ) !== null;

/** A mutator that leaves examples alone, and what is not of the sample. */
const within = ({ name, mutate }) => ({
  name,
  *mutate(path) {
    if (isExample(path)) return;
    let at = 0;
    for (const replacement of mutate(path)) {
      if (isDrawn(name, path, at)) yield replacement;
      at += 1;
    }
  },
});

/** Changes the list that StrykerJS plants from; it has no door for that, so the list is changed in place. */
export async function addMutators() {
  const instrumenter = path.dirname(fromCore.resolve('@stryker-mutator/instrumenter'));
  const { allMutators } = await import(pathToFileURL(path.join(instrumenter, 'mutators', 'mutate.js')).href);
  const strings = allMutators.findIndex(({ name }) => name === 'StringLiteral');
  const original = allMutators[strings];
  if (original === undefined) throw new Error('StrykerJS has no StringLiteral mutator any more');
  allMutators[strings] = {
    name: original.name,
    *mutate(path) {
      if (!isWording(path)) yield* original.mutate(path);
    },
  };
  allMutators.push(numberLiteral, swappedArguments, droppedProperty);
  allMutators.splice(0, allMutators.length, ...allMutators.map(within));
}
