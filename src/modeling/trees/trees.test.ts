import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addSums, layOut } from './forest.ts';
import { answersOf } from './output.ts';
import { readTrees } from './read.ts';
import type { TreeModel } from './tree.ts';
import { writeTrees } from './write.ts';

// Models of the real library with what it answered, beside the repository; where they are absent these tests are skipped.

const folder = new URL('../../../../shared/models/', import.meta.url);
const present = existsSync(folder);
if (!present)
  console.warn(`skipped: ${folder.pathname} is absent, so LightGBM's own models are not compared`);
const names = present ? readdirSync(folder).filter((name) => name.startsWith('lgb-')) : [];
const refused = names.filter((name) => name.includes('broken') || name.includes('REFUSE'));
const answered = names.filter((name) => !refused.includes(name));

const textOf = (name: string, file: string): string =>
  readFileSync(new URL(`${name}/${file}`, folder), 'utf8');

/** Cells by row; words of pandas' columns as their codes. */
function cellsOf(name: string, model: TreeModel): { cells: Float64Array; rows: number } {
  const [head = '', ...lines] = textOf(name, 'inputs.csv').trimEnd().split('\n');
  const width = head.split(',').length;
  // The pandas model has its category columns last, in order.
  const lists = model.pandasCategories;
  const firstList = width - lists.length;
  const cells = lines.flatMap((line) =>
    line.split(',').map((cell, at) => {
      const list = lists[at - firstList];
      const word = /^".*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      if (list !== undefined) {
        const code = list.map(String).indexOf(word);
        return code < 0 ? NaN : code;
      }
      return cell === '' ? NaN : cell === 'inf' ? Infinity : cell === '-inf' ? -Infinity : Number(cell);
    }),
  );
  return { cells: Float64Array.from(cells), rows: lines.length };
}

function scored(
  model: TreeModel,
  cells: Float64Array,
  rows: number,
): { raw: Float64Array; out: Float64Array } {
  const raw = new Float64Array(rows * model.outputs);
  addSums(layOut(model.trees), cells, model.featureNames.length, model.outputs, raw);
  return { raw, out: answersOf(model, raw.slice()) };
}

const close = (got: number, expected: number): boolean =>
  Math.abs(got - expected) <= 1e-14 * Math.max(1, Math.abs(expected));

describe.each(answered.map((name) => ({ name })))('$name', ({ name }) => {
  const [head = '', ...lines] = textOf(name, 'expected.csv').trimEnd().split('\n');
  const columns = head.split(',');
  const expected = lines.map((line) => line.split(',').map(Number));
  const model = readTrees(textOf(name, 'model.txt'));
  const { cells, rows } = cellsOf(name, model);

  it('gives the raw sums of LightGBM bit for bit, and its answers', () => {
    const { raw, out } = scored(model, cells, rows);
    expect(rows).toBe(expected.length);
    expected.forEach((row, at) => {
      row.forEach((value, column) => {
        const [kind, k] = columns[column]!.split('_');
        const got = (kind === 'raw' ? raw : out)[at * model.outputs + Number(k)]!;
        if (kind === 'raw') expect(got, `row ${at}`).toBe(value);
        else expect(close(got, value), `row ${at}: ${got} for ${value}`).toBe(true);
      });
    });
  });

  it('is the same once it was written and read', () => {
    const text = writeTrees(model);
    const again = readTrees(text);
    expect(writeTrees(again)).toBe(text);
    expect(scored(again, cells, rows)).toEqual(scored(model, cells, rows));
  });

  it('is refused wherever its text is cut off, or a line of it is gone', () => {
    const text = writeTrees(model);
    const end = text.indexOf('end of trees') + 'end of trees'.length;
    for (let share = 1; share < 40; share += 1)
      expect(() => readTrees(text.slice(0, Math.floor((end * share) / 40)))).toThrow(/text model of trees/);
  });
});

describe.each(refused.map((name) => ({ name })))('$name', ({ name }) => {
  it('is refused with a reason', () => {
    expect(() => readTrees(textOf(name, 'model.txt'))).toThrow(
      /The text model of trees is not what LightGBM writes: \S/,
    );
  });
});

const stump = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:1
feature_names=a b
feature_infos=[0:1] 0:1:2

Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
threshold=0.5 0
decision_type=10 1
left_child=1 -2
right_child=-1 -3
leaf_value=0.25 -1 2
cat_boundaries=0 1
cat_threshold=5
is_linear=0
shrinkage=1


end of trees
`;

describe('a small model', () => {
  const rows = [
    [0.4, 0, -1],
    [0.4, 1, 2],
    [0.4, 2, -1],
    [0.4, NaN, 2],
    [0.4, -1, 2],
    [0.4, 2.9, -1],
    [0.4, 2 ** 31, 2],
    [0.6, 0, 0.25],
    [NaN, 0, -1],
    [Infinity, 0, 0.25],
  ] as const;

  it('sends numbers, what is missing and categories where they belong', () => {
    const { raw } = scored(
      readTrees(stump),
      Float64Array.from(rows.flatMap(([a, b]) => [a, b])),
      rows.length,
    );
    expect([...raw]).toEqual(rows.map(([, , leaf]) => leaf));
  });

  it('may split what is missing from all that is not, as LightGBM does with a threshold of inf', () => {
    const ways = (decision: string): number[] => {
      const changed = stump
        .replace('threshold=0.5 0', 'threshold=inf 0')
        .replace('type=10 1', `type=${decision} 1`);
      return [...scored(readTrees(changed), Float64Array.of(1e300, 1, Infinity, 1, NaN, 1), 3).raw];
    };
    expect(ways('8')).toEqual([2, 2, 0.25]);
    expect(ways('10')).toEqual([2, 2, 2]);
  });

  it.each([
    ['another first line', /^tree$/m, 'forest', /first line/],
    ['no trees', /Tree=0[^]*/, '', /cut off/],
    ['a feature that is not there', 'split_feature=0 1', 'split_feature=0 2', /feature 2/],
    ['a cycle', 'left_child=1 -2', 'left_child=0 -2', /reached twice/],
    ['a leaf that is not there', 'right_child=-1 -3', 'right_child=-1 -4', /child -4/],
    ['a leaf that is reached twice', 'right_child=-1 -3', 'right_child=-1 -1', /reached twice/],
    ['NaN in a leaf', 'leaf_value=0.25', 'leaf_value=nan', /no finite number/],
    ['more leaves than values', 'num_leaves=3', 'num_leaves=1000000000', /3 leaf values/],
    ['a set that is not there', 'threshold=0.5 0', 'threshold=0.5 1', /set 1/],
    ['a set without an end', 'threshold=0.5 0', 'threshold=0.5 inf', /set Infinity/],
    ['a threshold that is no number', 'threshold=0.5 0', 'threshold=nan 0', /no finite number/],
    ['boundaries that do not span the sets', 'cat_boundaries=0 1', 'cat_boundaries=0 2', /span/],
    ['a word beyond 32 bits', 'cat_threshold=5', 'cat_threshold=4294967296', /32 bits/],
    ['a missing kind that is not known', 'decision_type=10 1', 'decision_type=14 1', /decision type 14/],
    ['a key twice', 'is_linear=0', 'num_leaves=3', /twice/],
    ['linear leaves', 'is_linear=0', 'is_linear=1', /linear models/],
    ['another version', 'version=v4', 'version=v5', /v5/],
    ['an objective that is not known', 'binary sigmoid:1', 'hinge', /hinge/],
    ['a slope of 0', 'sigmoid:1', 'sigmoid:0', /slope/],
    ['classes that do not fit', 'num_class=1', 'num_class=2', /2 classes/],
    ['too few names', 'feature_names=a b', 'feature_names=a', /1 names/],
    ['sizes that do not fit', 'feature_infos', 'tree_sizes=7\nfeature_infos', /tree_sizes/],
  ])('is refused with %s', (_what, from, to, reason) => {
    const changed = stump.replace(from, to);
    expect(changed).not.toBe(stump);
    expect(() => readTrees(changed)).toThrow(reason);
  });
});
