import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AiengError } from '../../../../errors.ts';
import type { ForeignModel } from '../foreign.ts';
import { readForeign } from '../read.ts';
import { checkGraph } from './graph.ts';
import { onnxFile, tooLong, tree, weights, wholes } from './graphs.fixture.ts';
import type { GraphSketch } from './graphs.fixture.ts';
import { readModel } from './model.ts';
import type { OutputKind } from './output.ts';
import { timeLimit } from './timeLimit.ts';
import { bytesField, joined, varintField } from './wire.ts';

const kept = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../../../fixtures/models/onnx-${name}/model.onnx`, import.meta.url));

const open = (bytes: Uint8Array, output: 'auto' | OutputKind = 'auto'): Promise<ForeignModel> =>
  readForeign('onnx', new Map([['model.onnx', bytes]]), output);

async function answers(
  sketch: GraphSketch,
  cells: number[],
  output: 'auto' | OutputKind = 'auto',
): Promise<number[]> {
  const model = await open(onnxFile(sketch), output);
  const rows = cells.length / model.inputs.length;
  const own = [...model.answersOf(model.sums(Float64Array.from(cells), rows))];
  model.dispose?.();
  return own;
}

const identity = (operator: string, more: object = {}): GraphSketch => ({
  nodes: [{ operator, inputs: ['x'], outputs: ['y'], ...more }],
});

describe('an ONNX model', () => {
  it('takes what is at the threshold left, and adds up leaves', async () => {
    expect(await answers({ nodes: [tree([-1, 2])] }, [0.5, 0.500001, 7])).toEqual([-1, 2, 2]);
  });

  it('answers a row in the same bits whoever is asked about beside it, though it looks over the rows', async () => {
    const sketch: GraphSketch = {
      nodes: [
        { operator: 'ReduceMax', inputs: ['x'], outputs: ['y'], attributes: { axes: [0], keepdims: 1 } },
      ],
    };
    expect(await answers(sketch, [3, 9, 4])).toEqual([3, 9, 4]);
  });

  it('is what its last operator says, or what a person says', async () => {
    const kinds = async (sketch: GraphSketch, output: 'auto' | OutputKind = 'auto'): Promise<string> => {
      const model = await open(onnxFile(sketch), output);
      model.dispose?.();
      return model.answers.kind;
    };
    expect(await kinds(identity('Sigmoid'))).toBe('probability');
    expect(await kinds(identity('Neg'))).toBe('number');
    expect(await kinds(identity('Neg'), 'logit')).toBe('log odds');
    const wide = { inputs: [{ name: 'x', dims: [0, 3] }] };
    expect(await kinds({ ...identity('Softmax'), ...wide })).toBe('probabilities');
    expect(await kinds({ ...identity('Neg'), ...wide })).toBe('none');
    expect(await answers({ ...identity('Identity'), ...wide }, [0, 0, 0], 'logit')).toEqual([
      1 / 3,
      1 / 3,
      1 / 3,
    ]);
    await expect(answers(identity('Neg'), [-2], 'probability')).rejects.toThrow(
      'answers 2, which is no probability',
    );
  });

  it('makes no tensor as large as a row says, and one as large as its own shape', async () => {
    const sized = (operator: string, of: string): GraphSketch => ({
      nodes: [
        { operator: 'Cast', inputs: ['x'], outputs: ['cells'], attributes: { to: 7 } },
        { operator: 'Shape', inputs: ['x'], outputs: ['shape'] },
        { operator: 'Reshape', inputs: [of, 'one'], outputs: ['size'] },
        operator === 'Expand'
          ? { operator, inputs: ['x', 'size'], outputs: ['y'] }
          : { operator, inputs: ['size'], outputs: ['y'] },
      ],
      tensors: [wholes('one', [-1])],
    });
    for (const operator of ['Expand', 'ConstantOfShape']) {
      await expect(open(onnxFile(sized(operator, 'cells')))).rejects.toThrow(
        `its ${operator} makes a tensor as large as the cells of a row say`,
      );
      expect((await open(onnxFile(sized(operator, 'shape')))).inputs).toHaveLength(1);
    }
  });

  it('is ended where it takes for ever', async () => {
    let ended = 0;
    const within = await timeLimit(() => (ended += 1), 20);
    expect(() =>
      within(() => {
        for (;;);
      }),
    ).toThrow('takes more than 0 s');
    expect(ended).toBe(1);
    const unhurried = await timeLimit(() => expect.fail('it was ended'));
    expect(unhurried(() => 7)).toBe(7);
    expect(() =>
      unhurried(() => {
        throw new TypeError('its own');
      }),
    ).toThrow(new TypeError('its own'));
  });

  it('may say its opset twice, and no two of them', async () => {
    const opset = (version: number): Uint8Array => bytesField(8, varintField(2, version));
    expect(await answers({ ...identity('Neg'), more: opset(17) }, [3])).toEqual([-3]);
    await expect(answers({ ...identity('Neg'), more: opset(18) }, [3])).rejects.toThrow('is 17 and 18');
  });

  it('says NaN to nobody', async () => {
    await expect(answers(identity('Neg'), [NaN])).rejects.toThrow('NaN for a row with missing cells');
    await expect(answers(identity('Log'), [-1])).rejects.toThrow('answers NaN for a row.');
  });

  it('takes whole numbers where it has such inputs, and no others', async () => {
    const sketch: GraphSketch = {
      nodes: [{ operator: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: 1 } }],
      inputs: [{ name: 'x', type: 7 }],
    };
    expect(await answers(sketch, [-3, 2 ** 40])).toEqual([-3, 2 ** 40]);
    await expect(answers(sketch, [0.5])).rejects.toThrow('takes whole numbers (int64), and a row has 0.5');
    await expect(answers(sketch, [NaN])).rejects.toThrow('a row has none');
  });

  it('is cut down to what its answer is made by: the runtime sees no other node', async () => {
    const sketch: GraphSketch = {
      nodes: [
        { operator: 'Neg', inputs: ['x'], outputs: ['y'] },
        // It could not be run: nothing casts a row of one to a row of two.
        { operator: 'Reshape', inputs: ['x', 'x'], outputs: ['z'] },
      ],
      outputs: [{ name: 'y' }, { name: 'z', type: 7 }],
      opsets: { '': 17, 'ai.onnx.ml': 3, 'com.example': 1 },
    };
    expect(await answers(sketch, [4])).toEqual([-4]);
  });
});

describe('a file of the real libraries', () => {
  it('of scikit-learn takes words: those that it names, the empty one, and all others alike', async () => {
    const model = await open(kept('sklearn'));
    expect(model.inputs.map(({ name }) => name)).toEqual(['tenure', 'charges', 'visits', 'plan', 'city']);
    expect(model.inputs[3]).toEqual({
      name: 'plan',
      text: true,
      words: ['Oslo', 'Paris', 'São Paulo', 'basic', 'plus', 'pro'],
    });
    expect([model.labels, model.outputs]).toEqual([['No', 'Yes'], 2]);
    const row = (plan: number): number[] => [...model.sums(Float64Array.of(5, 60.5, 3, plan, 1), 1)];
    expect(row(6)).toEqual(row(NaN));
    expect(row(6)).not.toEqual(row(4));
    model.dispose?.();
  });
});

const broken: readonly [what: string, sketch: GraphSketch, words: string][] = [
  ['an operator of nobody', identity('Frobnicate', { domain: 'com.example' }), 'com.example:Frobnicate'],
  ['a loop', identity('Loop'), 'ai.onnx:Loop'],
  ['a text', { ...identity('StringNormalizer'), inputs: [{ name: 'x', type: 8 }] }, 'StringNormalizer'],
  ['an opset of tomorrow', { ...identity('Neg'), opsets: { '': 99 } }, 'opset 99'],
  ['no opset', { ...identity('Neg'), opsets: {} }, 'does not say of which opset'],
  [
    'a circle',
    {
      nodes: [
        { operator: 'Add', inputs: ['x', 'y'], outputs: ['z'] },
        { operator: 'Neg', inputs: ['z'], outputs: ['y'] },
      ],
    },
    'nothing before it makes',
  ],
  ['a value made twice', { nodes: [...identity('Neg').nodes, ...identity('Abs').nodes] }, 'made twice'],
  ['no such output', { ...identity('Neg'), outputs: [{ name: 'z' }] }, 'nothing makes its output'],
  ['a batch of four', { ...identity('Neg'), inputs: [{ name: 'x', dims: [4, 1] }] }, '4 rows at a time'],
  ['an input of images', { ...identity('Neg'), inputs: [{ name: 'x', dims: [0, 3, 8, 8] }] }, '4 dimensions'],
  ['half precision', { ...identity('Neg'), inputs: [{ name: 'x', type: 10 }] }, 'elements of type 10'],
  ['words that are looked into', { ...identity('Cast'), inputs: [{ name: 'x', type: 8 }] }, 'takes words'],
  [
    'a graph in a graph',
    {
      nodes: [
        {
          operator: 'If',
          inputs: ['x'],
          outputs: ['y'],
          more: bytesField(5, bytesField(6, Uint8Array.of())),
        },
      ],
    },
    'graph within its graph',
  ],
  ['functions', { ...identity('Neg'), more: bytesField(25, Uint8Array.of()) }, 'functions of its own'],
  ['a second graph', { ...identity('Neg'), more: bytesField(7, Uint8Array.of()) }, 'field 7 twice'],
  ['a field of nobody', { ...identity('Neg'), more: varintField(77, 1) }, 'field 77'],
  ['a length beyond its end', { ...identity('Neg'), more: tooLong }, 'ends in the middle'],
  ['more elements than values', { ...identity('Neg'), tensors: [weights('w', [3], [1, 2])] }, 'has 2 values'],
  [
    'a claim of 2^40 elements',
    { ...identity('Neg'), tensors: [weights('w', [2 ** 20, 2 ** 20], [1])] },
    'expected up to',
  ],
  ['a node that leads to itself', { nodes: [tree([1, 2], { nodes_truenodeids: [0, 0, 0] })] }, 'circle'],
  ['two parents', { nodes: [tree([1, 2], { nodes_falsenodeids: [1, 0, 0] })] }, 'two nodes lead to node 1'],
  ['a child that is absent', { nodes: [tree([1, 2], { nodes_falsenodeids: [9, 0, 0] })] }, 'which is absent'],
  ['a leaf that is NaN', { nodes: [tree([1, NaN])] }, 'a leaf is NaN'],
  ['a split at NaN', { nodes: [tree([1, 2], { nodes_values: { floats: [NaN, 0, 0] } })] }, 'splits at NaN'],
  [
    'a list too short',
    { nodes: [tree([1, 2], { nodes_modes: ['BRANCH_LEQ', 'LEAF'] })] },
    '2 of nodes_modes, and 3 nodes',
  ],
  ['an input too far', { nodes: [tree([1, 2], { nodes_featureids: [1, 0, 0] })] }, 'input 1 of 1'],
  ['an output too far', { nodes: [tree([1, 2], { target_ids: [0, 4] })] }, 'output 4 of 1'],
  ['a value in a split', { nodes: [tree([1, 2], { target_nodeids: [0, 2] })] }, 'is no leaf'],
  [
    'coefficients that do not go up',
    {
      nodes: [
        {
          operator: 'LinearRegressor',
          domain: 'ai.onnx.ml',
          inputs: ['x'],
          outputs: ['y'],
          attributes: { targets: 2, coefficients: { floats: [1, 2, 3] } },
        },
      ],
    },
    '3 coefficients',
  ],
];

describe('a file that nobody should run', () => {
  it.each(broken)('with %s is refused in one line, before the runtime is loaded', (_, sketch, words) => {
    let error: unknown;
    try {
      const graph = checkGraph(readModel(onnxFile(sketch)));
      expect(graph.inputs.length).toBeGreaterThan(0);
    } catch (thrown) {
      error = thrown;
    }
    // What only the way to its answer shows.
    const later =
      error === undefined
        ? open(onnxFile(sketch))
        : Promise.reject(error instanceof Error ? error : new Error('?'));
    return later.then(
      () => expect.unreachable(),
      (thrown: unknown) => {
        expect(thrown).toBeInstanceOf(AiengError);
        expect(thrown).toMatchObject({
          exitCode: 2,
          message: expect.stringMatching(/^The ONNX model is refused: [^\n]+\.$/),
        });
        expect(String(thrown)).toContain(words);
      },
    );
  });

  const refusedOr = async (work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
    }
  };

  it('is read or refused, whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) =>
        refusedOr(() => checkGraph(readModel(bytes))),
      ),
    );
  });

  it.each(['sklearn', 'torch'])('is answered or refused with any byte of it changed (%s)', async (name) => {
    const bytes = kept(name);
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(flips, fc.nat(bytes.length), async (changes, cut) => {
        const changed = bytes.slice();
        for (const [at, bits] of changes) changed[at]! ^= bits;
        await refusedOr(async () => {
          const model = await open(changed);
          try {
            model.answersOf(model.sums(new Float64Array(model.inputs.length), 1));
          } finally {
            model.dispose?.();
          }
        });
        await refusedOr(() => checkGraph(readModel(changed.subarray(0, cut))));
      }),
      { numRuns: 40 },
    );
  });

  it('may hold any bytes in a field, of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 1000 }), (content, number) => {
        const field = bytesField(number, content);
        expect(joined([field])).toEqual(field);
        expect(field.subarray(field.length - content.length)).toEqual(content);
      }),
    );
  });
});
