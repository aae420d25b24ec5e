import { damagedError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import { checkTree } from './check.ts';
import { knownObjective } from './output.ts';
import type { Tree, TreeModel, TreeObjective } from './tree.ts';

const versions = new Set(['v2', 'v3', 'v4']);
/** LightGBM itself takes no more lines in a tree. */
const mostTreeLines = 22;

const damaged = (problem: string): AiengError =>
  damagedError({
    code: 'trees-damaged',
    message: `The text model of trees is not what LightGBM writes: ${problem}.`,
    hint: 'Take the file again from where it was made; no part of this one is used.',
  });

/** `key=value` lines; a flag (`average_output`) has an empty value. */
type Keys = ReadonlyMap<string, string>;

function keysOf(lines: readonly string[], where: string): Keys {
  const keys = new Map<string, string>();
  for (const line of lines) {
    const equals = line.indexOf('=');
    const name = equals < 0 ? line : line.slice(0, equals);
    if (keys.has(name)) throw damaged(`${where} says ${name} twice`);
    keys.set(name, equals < 0 ? '' : line.slice(equals + 1));
  }
  return keys;
}

const words = (value: string): string[] => value.split(' ').filter((word) => word !== '');

function required(keys: Keys, name: string, where: string): string {
  const value = keys.get(name);
  if (value === undefined) throw damaged(`${where} has no ${name}`);
  return value;
}

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const whole = /^-?\d{1,15}$/;

function numbers(value: string, name: string, where: string): number[] {
  return words(value).map((word) => {
    const read = Number(word);
    if (!decimal.test(word) || !Number.isFinite(read))
      throw damaged(
        `${where}: ${name} holds ${JSON.stringify(word.slice(0, 40))}, which is no finite number`,
      );
    return read;
  });
}

function integers(value: string, name: string, where: string): number[] {
  return words(value).map((word) => {
    if (!whole.test(word))
      throw damaged(`${where}: ${name} holds ${JSON.stringify(word.slice(0, 40))}, which is no whole number`);
    return Number(word);
  });
}

function integer(keys: Keys, name: string, where: string, least: number, most: number): number {
  const [value, ...more] = integers(required(keys, name, where), name, where);
  if (value === undefined || more.length > 0 || value < least || value > most)
    throw damaged(`${where}: ${name} is ${keys.get(name) || 'empty'}, expected ${least} to ${most}`);
  return value;
}

function objectiveOf(line: string, outputs: number): TreeObjective {
  const [name = '', ...options] = words(line);
  if (!knownObjective(name)) throw damaged(`the objective ${JSON.stringify(name)} is not known`);
  const option = (key: string): number | undefined => {
    const found = options.find((each) => each.startsWith(`${key}:`));
    return found === undefined ? undefined : numbers(found.slice(key.length + 1), key, 'the objective')[0];
  };
  const classes = option('num_class') ?? 1;
  if (name.startsWith('multiclass') ? classes !== outputs : outputs !== 1)
    throw damaged(`the objective ${line} does not fit to ${outputs} trees an iteration`);
  const sigmoid = option('sigmoid') ?? 1;
  if (!(sigmoid > 0)) throw damaged(`the slope of the sigmoid is ${sigmoid}, expected more than 0`);
  return { name, sigmoid, sqrt: options.includes('sqrt') };
}

/** A split of what is missing from all that is not has no end: LightGBM writes `inf`, and so does nobody else. */
function thresholds(text: string, name: string, where: string): number[] {
  const found = words(text);
  if (!found.includes('inf')) return numbers(text, name, where);
  const finite = numbers(found.map((word) => (word === 'inf' ? '0' : word)).join(' '), name, where);
  return finite.map((value, at) => (found[at] === 'inf' ? Infinity : value));
}

/** Lengths first: nothing is allocated by what a number claims. */
function treeOf(keys: Keys, features: number, where: string): Tree {
  const given = (name: string): string => required(keys, name, where);
  if ((keys.get('is_linear') ?? '0') !== '0') throw damaged(`${where} has linear models in its leaves`);
  const leafValue = numbers(given('leaf_value'), 'leaf_value', where);
  const leaves = integer(keys, 'num_leaves', where, 1, 2 ** 31);
  if (leaves !== leafValue.length)
    throw damaged(`${where} has ${leafValue.length} leaf values for ${leaves} leaves`);
  const splits = leaves - 1;
  const list = (name: string, read: typeof numbers, byDefault?: number): number[] => {
    if (splits === 0) return [];
    if (!keys.has(name) && byDefault !== undefined) return new Array<number>(splits).fill(byDefault);
    const values = read(given(name), name, where);
    if (values.length !== splits)
      throw damaged(`${where}: ${name} has ${values.length} entries for ${splits} splits`);
    return values;
  };
  const sets = integer(keys, 'num_cat', where, 0, splits);
  const optional = (name: string, length: number): Float64Array | undefined => {
    if (!keys.has(name) || length === 0) return undefined;
    const values = numbers(given(name), name, where);
    return values.length === length ? Float64Array.from(values) : undefined;
  };
  const kept = {
    splitGain: optional('split_gain', splits),
    internalCount: optional('internal_count', splits),
    leafCount: optional('leaf_count', splits === 0 ? 0 : leaves),
  };
  const tree = {
    leafValue: Float64Array.from(leafValue),
    splitFeature: list('split_feature', integers),
    threshold: Float64Array.from(list('threshold', thresholds)),
    decision: list('decision_type', integers, 0),
    left: list('left_child', integers),
    right: list('right_child', integers),
    catBoundaries: sets === 0 ? [] : integers(given('cat_boundaries'), 'cat_boundaries', where),
    catThreshold: sets === 0 ? [] : integers(given('cat_threshold'), 'cat_threshold', where),
  };
  const problem = checkTree(tree, { features, sets });
  if (problem !== null) throw damaged(`${where}: ${problem}`);
  return {
    ...tree,
    splitFeature: Int32Array.from(tree.splitFeature),
    decision: Uint8Array.from(tree.decision),
    left: Int32Array.from(tree.left),
    right: Int32Array.from(tree.right),
    catBoundaries: Int32Array.from(tree.catBoundaries),
    catThreshold: Uint32Array.from(tree.catThreshold),
    ...(kept.splitGain === undefined ? {} : { splitGain: kept.splitGain }),
    ...(kept.internalCount === undefined ? {} : { internalCount: kept.internalCount }),
    ...(kept.leafCount === undefined ? {} : { leafCount: kept.leafCount }),
  };
}

/** The blocks of trees, each from its `Tree=` line on, and what follows `end of trees`. */
function blocksOf(body: string): { readonly blocks: readonly string[]; readonly rest: string } {
  const end = /^end of trees$/m.exec(body);
  if (end === null) throw damaged('there is no line `end of trees`: it was cut off');
  const starts = [...body.slice(0, end.index).matchAll(/^Tree=/gm)].map((match) => match.index);
  const before = body.slice(0, starts[0] ?? end.index);
  if (before.trim() !== '')
    throw damaged(`${JSON.stringify(before.trim().slice(0, 40))} stands before the trees`);
  const blocks = starts.map((start, at) => body.slice(start, starts[at + 1] ?? end.index));
  return { blocks, rest: body.slice(end.index + end[0].length) };
}

const encoder = new TextEncoder();

function checkSizes(line: string, blocks: readonly string[]): void {
  const sizes = integers(line, 'tree_sizes', 'the header');
  const found = blocks.map((block) => encoder.encode(block).length);
  if (sizes.length !== found.length || sizes.some((size, at) => size !== found[at]))
    throw damaged(`tree_sizes does not fit to its ${blocks.length} trees`);
}

const isWord = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

function pandasOf(rest: string): TreeModel['pandasCategories'] {
  const line = /^pandas_categorical:(.*)$/m.exec(rest)?.[1];
  if (line === undefined) return [];
  let lists: unknown;
  try {
    lists = JSON.parse(line);
  } catch {
    throw damaged('pandas_categorical is not JSON');
  }
  if (lists === null) return [];
  if (!Array.isArray(lists) || !lists.every((list) => Array.isArray(list) && list.every(isWord)))
    throw damaged('pandas_categorical is no list of lists of words');
  return lists;
}

/**
 * Reads LightGBM's text model (versions v2 to v4). LightGBM checks next to nothing; here everything is: lengths, ranges,
 * finite numbers, each split and leaf reached exactly once, sizes, classes. Leaves with linear models are refused.
 *
 * @throws a damaged error (exit 8) that says what is wrong
 */
export function readTrees(text: string): TreeModel {
  const lines = text.replaceAll('\r\n', '\n');
  const gap = lines.indexOf('\n\n');
  const header = keysOf((gap < 0 ? lines : lines.slice(0, gap)).split('\n'), 'the header');
  const [first] = header.keys();
  if (first !== 'tree') throw damaged('its first line is not `tree`');
  if (gap < 0) throw damaged('there is no tree');
  const version = header.get('version');
  if (version !== undefined && !versions.has(version))
    throw damaged(`its version is ${version.slice(0, 40)}, expected v2, v3 or v4`);
  const classes = integer(header, 'num_class', 'the header', 1, 1e6);
  const outputs = header.has('num_tree_per_iteration')
    ? integer(header, 'num_tree_per_iteration', 'the header', 1, 1e6)
    : classes;
  if (outputs !== classes) throw damaged(`it has ${classes} classes and ${outputs} trees an iteration`);
  const featureNames = words(required(header, 'feature_names', 'the header'));
  const featureInfos = words(required(header, 'feature_infos', 'the header'));
  const features = integer(header, 'max_feature_idx', 'the header', -1, 2 ** 31) + 1;
  if (featureNames.length !== features || featureInfos.length !== features)
    throw damaged(
      `it has ${featureNames.length} names and ${featureInfos.length} infos of ${features} features`,
    );
  const objective = header.get('objective');
  const { blocks, rest } = blocksOf(lines.slice(gap));
  const sizes = header.get('tree_sizes');
  if (sizes !== undefined) checkSizes(sizes, blocks);
  if (blocks.length % outputs !== 0)
    throw damaged(`${blocks.length} trees are no whole number of iterations of ${outputs}`);
  return {
    featureNames,
    featureInfos,
    outputs,
    objective: objective === undefined ? null : objectiveOf(objective, outputs),
    average: header.has('average_output'),
    trees: blocks.map((block, index) => {
      const [, ...own] = block.split('\n').filter((line) => line !== '');
      if (own.length > mostTreeLines) throw damaged(`tree ${index} has ${own.length} lines`);
      return treeOf(keysOf(own, `tree ${index}`), features, `tree ${index}`);
    }),
    pandasCategories: pandasOf(rest),
  };
}
