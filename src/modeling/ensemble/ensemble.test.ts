import { describe, expect, it } from 'vitest';
import { finish } from '../../work.ts';
import { families } from '../families/index.ts';
import type { FamilyOptions, LabelledRows, ModelFiles, Task, TrainedModel, Scorer } from '../model.ts';
import { optionsFixture } from '../options.fixture.ts';
import { fitHoldout } from '../protocol/holdout.ts';
import { rowsOfDense } from '../rows.fixture.ts';
import { backendOf, load } from '../load.ts';
import { readEnsemble, sealEnsemble } from './files.ts';
import { ensembleScorer } from './scorer.ts';

function never(): never {
  throw new Error('not asked for');
}

const task: Task = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' };
const data: LabelledRows = {
  rows: rowsOfDense(
    Float32Array.from({ length: 80 }, (_, i) => Math.sin(i)),
    40,
    2,
  ),
  target: Float64Array.from({ length: 40 }, (_, row) => (Math.sin(2 * row) > 0 ? 1 : 0)),
};
const options: FamilyOptions = {
  ...optionsFixture,
  gbdt: { ...optionsFixture.gbdt, trees: 3, min_data_in_leaf: 5 },
};

async function fitted(name: string): Promise<TrainedModel> {
  const family = families.find((known) => known.name === name)!;
  const job = { task, training: data, options, seed: 1, score: () => 0, hooks: {} };
  return (await fitHoldout(family, job, data)).model;
}

async function answers(model: Pick<TrainedModel, 'family' | 'files' | 'task'>): Promise<Float64Array> {
  const scorer = await load(model, 'wasm');
  const scores = finish(scorer.predict(data.rows));
  scorer.dispose();
  return scores;
}

const members = Promise.all([fitted('mlp'), fitted('gbdt')]);
const blend = members.then((models) =>
  sealEnsemble(
    task,
    models.map((model, at) => ({ model, target: '', weight: at === 0 ? 0.25 : 0.75 })),
    0.5,
  ),
);

describe('a blend', () => {
  it('answers the weighted answers of its members, which are kept whole beside each other', async () => {
    const model = await blend;
    const [net, trees] = await Promise.all((await members).map(answers));
    const expected = net!.map((own, at) => 0.25 * own + 0.75 * trees![at]!);
    expect(await answers(model)).toEqual(expected);
    expect([...model.files.keys()].filter((path) => !path.includes('/'))).toEqual(['ensemble.json']);
    expect(readEnsemble(model.files).map(({ family, weight }) => [family, weight])).toEqual([
      ['mlp', 0.25],
      ['gbdt', 0.75],
    ]);
  });

  it("is explained by the weighted sum of its members' contributions", async () => {
    const places = Int32Array.of(0, 1);
    const sources = { columns: ['a', 'b'], ofPrepared: places, ofCell: places, ofSparse: places };
    const whys = [];
    for (const model of [await blend, ...(await members)]) {
      const scorer = await load(model, 'wasm');
      whys.push({ ...finish(scorer.explain(sources).contributions(data.rows)), ...scorer.explain(sources) });
      scorer.dispose();
    }
    const [both, net, trees] = whys;
    expect(both!.values).toEqual(net!.values.map((own, at) => 0.25 * own + 0.75 * trees!.values[at]!));
    expect(both!.base[0]).toBeCloseTo(0.25 * net!.base[0]! + 0.75 * trees!.base[0]!, 12);
    expect(both!.samples).toBe(net!.samples);
    expect(both!.stepsPerRow).toBe(net!.stepsPerRow + trees!.stepsPerRow);
    expect(both!.scale).toBeUndefined();
  });

  it.each([
    [['log of the label', 'log of the label'], 'log of the label'],
    [['log of the label', undefined], null],
  ] as const)('of members on the scales %j is explained on %s', (scales, expected) => {
    const explainer = { samples: null, stepsPerRow: 1, contributions: () => never() };
    const scorers = scales.map((scale): Scorer => ({
      input: 'prepared',
      outputs: 1,
      backend: { name: 'javascript', version: '1' },
      predict: () => never(),
      explain: () => (scale === undefined ? explainer : { ...explainer, scale }),
      dispose: () => undefined,
    }));
    const scorer = ensembleScorer(scorers.map((each) => ({ scorer: each, weight: 0.5 })));
    const none = new Int32Array();
    const ask = () => scorer.explain({ columns: [], ofPrepared: none, ofCell: none, ofSparse: none });
    if (expected === null) expect(ask).toThrow(/learnt the label in different ways/);
    else expect(ask().scale).toBe(expected);
  });

  it('computes with what its networks compute with, and takes both forms of rows', async () => {
    expect((await blend).backend).toEqual((await members)[0].backend);
    const scorer = await load(await blend, 'wasm');
    expect(scorer.input).toEqual(['blocks', 'prepared']);
    expect(scorer.backend.name).toBe('wasm');
    expect(scorer.outputs).toBe(2);
    expect(await backendOf('ensemble', 'wasm')).toEqual(scorer.backend);
    scorer.dispose();
  });

  it('is refused where its files are not what was written', async () => {
    const { files } = await blend;
    const document = JSON.parse(new TextDecoder().decode(files.get('ensemble.json')));
    const broken = async (
      text: string | null,
      change: (own: Map<string, Uint8Array>) => void = () => undefined,
    ) => {
      const own: Map<string, Uint8Array> & ModelFiles = new Map(files);
      if (text === null) own.delete('ensemble.json');
      else own.set('ensemble.json', new TextEncoder().encode(text));
      change(own);
      return expect(load({ family: 'ensemble', files: own, task })).rejects.toMatchObject({ exitCode: 8 });
    };
    await broken(null);
    await broken('{');
    await broken('{}');
    await broken(JSON.stringify({ ...document, version: 2 }));
    const [first, second] = document.members;
    await broken(JSON.stringify({ ...document, members: [first] }));
    await broken(JSON.stringify({ ...document, members: [{ ...first, weight: 0.5 }, second] }));
    await broken(JSON.stringify({ ...document, members: [{ ...first, family: 'ensemble' }, second] }));
    await broken(JSON.stringify(document), (own) => {
      for (const path of [...own.keys()]) if (path.startsWith('1-')) own.delete(path);
    });
  });
});
