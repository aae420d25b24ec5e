import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AiengError } from '../../../errors.ts';
import { readForeign, recogniseFormat } from './read.ts';
import { below32 } from './xgboost/tree.ts';
import { NotUbjson, parseUbjson } from './xgboost/ubjson.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A tree of three nodes: `f0 < 0.5` is −1, else 1. */
const tree = {
  tree_param: { num_nodes: '3', size_leaf_vector: '0' },
  left_children: [1, -1, -1],
  right_children: [2, -1, -1],
  split_indices: [0, 0, 0],
  split_conditions: [0.5, -1, 1],
  default_left: [1, 0, 0],
  split_type: [0, 0, 0],
  categories: [] as number[],
  categories_nodes: [] as number[],
  categories_segments: [] as number[],
  categories_sizes: [] as number[],
};

const documentOf = (own: Partial<typeof tree>, learner: object = {}): object => ({
  version: [1, 7, 4],
  learner: {
    learner_model_param: { base_score: '5E-1', num_class: '0', num_feature: '2', num_target: '1' },
    objective: { name: 'binary:logistic' },
    gradient_booster: {
      name: 'gbtree',
      model: { gbtree_model_param: { num_trees: '1' }, tree_info: [0], trees: [{ ...tree, ...own }] },
    },
    ...learner,
  },
});

const readJson = (document: object): ReturnType<typeof readForeign> =>
  readForeign('xgboost-json', new Map([['model.json', bytesOf(JSON.stringify(document))]]));

describe('a model of XGBoost', () => {
  it('takes what is below the split left, what is missing to its default, in float32', async () => {
    const model = await readJson(documentOf({}));
    // The largest float64 below .5 is .5 as a float32.
    const cells = Float64Array.of(0.4, 0, 0.5, 0, 0.5 - 2 ** -54, 0, NaN, 0);
    expect([...model.sums(cells, 4)]).toEqual([-1, 1, 1, -1]);
    expect(model.inputs.map(({ name }) => name)).toEqual(['f0', 'f1']);
  });

  it('takes categories of a set right and others left, and what is missing to its default', async () => {
    const set = {
      categories: [1, 3],
      categories_nodes: [0],
      categories_segments: [0],
      categories_sizes: [2],
    };
    const model = (default_left: number[]) =>
      readJson(documentOf({ ...set, split_type: [1, 0, 0], default_left }));
    const cells = Float64Array.of(1, 0, 0, 0, 7, 0, -1, 0, NaN, 0, 3.7, 0);
    expect([...(await model([1, 0, 0])).sums(cells, 6)]).toEqual([1, -1, -1, -1, -1, 1]);
    expect([...(await model([0, 0, 0])).sums(cells, 6)]).toEqual([1, -1, -1, -1, 1, 1]);
  });

  it.each([
    ['a cycle', { left_children: [0, -1, -1] }, 'reached twice'],
    ['one node with two parents', { left_children: [2, -1, -1] }, 'reached twice'],
    ['a child that is not there', { left_children: [3, -1, -1] }, 'expected -1 to 2'],
    ['one child', { left_children: [-1, -1, -1] }, 'has one child'],
    ['a leaf that is no number', { split_conditions: [0.5, NaN, 1] }, 'leaf 1 is NaN'],
    ['a split that is no number', { split_conditions: [NaN, -1, 1] }, 'splits at NaN'],
    ['a feature that is not there', { split_indices: [2, 0, 0] }, 'a feature that is not there'],
    ['a list too short', { default_left: [1, 0] }, 'has 2 entries, expected 3'],
    [
      'a claim of a billion nodes',
      { tree_param: { num_nodes: '1000000000', size_leaf_vector: '0' } },
      'claims',
    ],
    ['leaves that are vectors', { tree_param: { num_nodes: '3', size_leaf_vector: '3' } }, 'vectors'],
    ['a set that is not there', { split_type: [1, 0, 0] }, 'has no categories'],
  ])('with %s is refused', async (_, own: Partial<typeof tree>, words) => {
    await expect(readJson(documentOf(own))).rejects.toThrow(words);
  });

  it.each([
    [{ gradient_booster: { name: 'gblinear', model: {} } }, 'gblinear'],
    [{ objective: { name: 'survival:cox' } }, 'survival:cox'],
    [{ learner_model_param: { base_score: 'x', num_feature: '2' } }, 'base_score'],
    [{ learner_model_param: { base_score: '2', num_feature: '2' } }, 'expected a probability'],
    [{ learner_model_param: { base_score: '5E-1', num_feature: '2', num_target: '3' } }, 'several targets'],
  ])('with learner %j is refused', async (learner, words) => {
    await expect(readJson(documentOf({}, learner))).rejects.toThrow(words);
  });

  it('below a float32 is the next one down', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const below = below32(value);
        expect(below).toBeLessThan(value);
        expect(Math.fround((below + value) / 2) === value || Math.fround((below + value) / 2) === below).toBe(
          true,
        );
      }),
    );
  });
});

describe('bytes of anybody', () => {
  const refusedOr = async (work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch (error) {
      expect(error).toSatisfy((thrown) => thrown instanceof AiengError || thrown instanceof NotUbjson);
    }
  };

  it('are read or refused, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await refusedOr(() => parseUbjson(bytes));
        await refusedOr(() => recogniseFormat('model', bytes));
        await refusedOr(() => readForeign('lightgbm', new Map([['model', bytes]])));
      }),
    );
  });

  it('are refused where a count claims more than there is', () => {
    expect(() => parseUbjson(Uint8Array.of(0x5b, 0x24, 0x44, 0x23, 0x6c, 0x7f, 255, 255, 255))).toThrow(
      NotUbjson,
    );
    expect(() => parseUbjson(Uint8Array.of(0x5b, 0x23, 0x6c, 0x7f, 255, 255, 255))).toThrow(NotUbjson);
    expect(() => parseUbjson(new Uint8Array(200).fill(0x5b))).toThrow('nested too deeply');
  });

  it.each([
    ['model.pkl', [0x80, 4, 0x95], /pickle.*\n?/, /save_model/],
    ['model.joblib', [1, 2], /pickle/, /save_model/],
    ['model.pt', [0x50, 0x4b, 3, 4], /ZIP archive/, /torch\.onnx/],
    ['model.h5', [0x89, 0x48, 0x44, 0x46], /HDF5/, /mlp/],
    ['model.cbm', [...bytesOf('CBM1')], /CatBoost/, /ONNX/],
    ['model.bin', [...bytesOf('binf')], /old binary/, /save/],
    ['model', [], /is empty/, /again/],
    ['notes.txt', [...bytesOf('hello')], /its beginning/, /save_model/],
  ])('%s is refused with the way to convert it', (name, bytes, message, hint) => {
    expect(() => recogniseFormat(name, Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) }),
    );
  });
});
