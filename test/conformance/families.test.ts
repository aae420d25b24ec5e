import { execFileSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/digest.ts';
import { families as all, load, loadBackend, train } from '../../src/modeling/index.ts';
import type { FeatureRows } from '../../src/features/index.ts';
import type {
  FamilyOptions,
  FittedModel,
  LabelledRows,
  ModelFiles,
  RowReport,
  Score,
  Task,
  TrainedModel,
} from '../../src/modeling/index.ts';
import { outputUnits } from '../../src/modeling/outputs.ts';
import { uncalibrated } from '../../src/modeling/protocol/calibration.ts';
import { fitHoldout } from '../../src/modeling/protocol/holdout.ts';
import { rowsOfDense, scoresFor } from '../../src/modeling/rows.fixture.ts';
import { finish } from '../../src/work.ts';
import {
  binaryTask,
  labelled,
  nets,
  options,
  regressionTask,
  scoreFor,
  tasks,
  threeClassTask,
} from './problems.ts';

// Everything that holds for every family and task. A family that is added to the index is tested unasked; one whose models
// are given learns nothing, and has tests of its own.
const families = all.filter(({ given }) => given === undefined);

const training = labelled(400, 5, 'train');
const validating = labelled(150, 5, 'validation');
const testing = labelled(300, 5, 'test');

/** Trained once per family and task; most tests only look at the result. */
const trained = new Map<string, Promise<TrainedModel>>();
function trainOnce(family: string, name: string, seed = 1): Promise<TrainedModel> {
  const key = `${family}/${name}/${seed}`;
  const known = trained.get(key);
  if (known !== undefined) return known;
  const task = tasks[name]!;
  const result = train(task, training(task), validating(task), { ...options, family }, seed, scoreFor(task));
  const model = result.then((done) => done.model);
  trained.set(key, model);
  return model;
}

/** Its problem is convex and solved to its end: no seed changes it. */
const seedless: ReadonlySet<string> = new Set(['linear', 'rule']);

/** Networks take blocks, and are what is told of epochs, visits of rows and stock files. */
const isNetwork = (name: string): boolean =>
  families.find((family) => family.name === name)!.input === 'blocks';

function digestOfFiles(files: ModelFiles): string {
  return [...files].map(([path, bytes]) => `${path} ${sha256(bytes)}`).join('\n');
}

/** Bytes of a file as an array buffer of its own. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

async function trainWith(
  family: string,
  task: Task,
  width: number,
  change: Partial<FamilyOptions> = {},
  shape?: (dense: Float32Array) => Float32Array,
): Promise<{ model: TrainedModel; scores: Float64Array }> {
  const parts = ['train', 'validation', 'test'].map((part) => labelled(120, width, part, shape)(task));
  const [first, second, third] = parts;
  const { model } = await train(task, first!, second!, { ...options, ...change, family }, 1, scoreFor(task));
  const scorer = await load(model);
  const scores = scoresFor(scorer, third!.rows);
  scorer.dispose();
  return { model, scores };
}

function checkScores(task: Task, scores: Float64Array): void {
  expect(scores.every((value) => Number.isFinite(value))).toBe(true);
  if (task.kind === 'regression') return;
  const width = task.classes.length;
  for (let row = 0; row < scores.length / width; row += 1) {
    const probabilities = scores.subarray(row * width, (row + 1) * width);
    expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  }
}

const cases = families.flatMap((family) => Object.keys(tasks).map((name) => ({ family: family.name, name })));

describe.each(cases)('$family on $name', ({ family, name }) => {
  const task = tasks[name]!;
  const test = testing(task);

  it('learns a simple problem', async () => {
    const scorer = await load(await trainOnce(family, name));
    const scores = scoresFor(scorer, test.rows);
    scorer.dispose();
    checkScores(task, scores);
    const value = scoreFor(task)(scores, test.target);
    // Guessing scores log(2) = .69, log(3) = 1.1, and the label's standard deviation (about 14).
    // A rule sees one of the two columns that decide.
    const most = family === 'rule' ? [0.6, 0.75, 12] : [0.2, 0.3, 3];
    expect(value).toBeLessThan(most[Object.keys(tasks).indexOf(name)]!);
  });

  it('gives the same bytes for the same seed in another process, others for another seed where it has one', async () => {
    const script = new URL('./trainOne.ts', import.meta.url).pathname;
    const there = execFileSync(process.execPath, ['--import', 'tsx', script, family, name, '1'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const here = digestOfFiles((await trainOnce(family, name)).files);
    expect(there.trim()).toBe(`${here}\nTensorFlow.js ${family === 'mlp' ? 'was' : 'was not'} loaded`);
    const other = digestOfFiles((await trainOnce(family, name, 2)).files);
    expect(other === here).toBe(seedless.has(family));
  });

  it('predicts a row bit for bit the same alone, in any batch, and after saving and loading', async () => {
    const model = await trainOnce(family, name);
    const scorer = await load(model);
    const copy = new Map([...model.files].map(([path, bytes]) => [path, bytes.slice()]));
    const again = await load({ family: model.family, files: copy, task });
    const { dense, rows } = test.matrix;
    const width = dense.length / rows;
    const all = scoresFor(scorer, test.rows);
    expect(scoresFor(again, test.rows)).toEqual(all);
    for (const size of [1, 2, 3, 5, 7, 64, 255]) {
      for (let start = 0; start + size <= rows; start += size) {
        const some = dense.slice(start * width, (start + size) * width);
        const part = scoresFor(scorer, rowsOfDense(some, size, width));
        expect(part).toEqual(all.slice(start * scorer.outputs, (start + size) * scorer.outputs));
      }
    }
    const many = new Float32Array(5000 * width);
    for (let i = 0; i < many.length; i += 1) many[i] = dense[i % dense.length]!;
    expect(scoresFor(scorer, rowsOfDense(many, 5000, width)).subarray(0, all.length)).toEqual(all);
    scorer.dispose();
    again.dispose();
  });

  if (family === 'mlp')
    it('is a stock layers model that plain TensorFlow.js loads', async () => {
      const model = await trainOnce(family, name);
      const scorer = await load(model);
      const expected = scoresFor(scorer, test.rows);
      scorer.dispose();
      const document = JSON.parse(new TextDecoder().decode(model.files.get('model.json')));
      const active = tf.getBackend();
      await tf.setBackend('cpu');
      const stock = await layers.loadLayersModel(
        tf.io.fromMemory({
          modelTopology: document.modelTopology,
          weightSpecs: document.weightsManifest[0].weights,
          weightData: bufferOf(model.files.get('weights.bin')!),
        }),
      );
      expect(stock.countParams()).toBe(model.parameters);
      const output = stock.predict(tf.tensor2d(test.matrix.dense, [test.matrix.rows, 5]));
      const values = (Array.isArray(output) ? output[0]! : output).dataSync();
      await tf.setBackend(active);
      // A binary model has one unit: the probability of the positive class, which is the second here.
      const pick = (row: number): number => (name === 'binary' ? expected[2 * row + 1]! : expected[row]!);
      values.forEach((value, i) => {
        expect(Math.abs(value - pick(i))).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      });
    });

  it('keeps the best epoch and reports every epoch', async () => {
    const reports: number[] = [];
    const onEpoch = (report: { validation: number }): number => reports.push(report.validation);
    const result = await train(
      task,
      training(task),
      validating(task),
      { ...options, family, calibration: 'none' },
      1,
      scoreFor(task),
      { onEpoch },
    );
    const { history, bestEpoch, validation } = result.model;
    expect(history.map((epoch) => epoch.validation)).toEqual(reports);
    const best = Math.min(...reports);
    expect(history[bestEpoch - 1]?.validation).toBe(best);
    // Places of a linear path are solved as exactly as a choice needs, and where it ends to its end.
    expect(validation).toBeCloseTo(best, family === 'linear' ? 4 : 6);
    expect(result.tried).toMatchObject([{ family, bestEpoch, epochs: reports.length }]);
  });

  it('is fitted again for the rounds that stopping rows found best, without them', async () => {
    const found = families.find((known) => known.name === family)!;
    const job = { task, training: training(task), options, seed: 1, score: scoreFor(task), hooks: {} };
    const stopped = await found.fit({ ...job, stopping: validating(task), rounds: null });
    const again = await found.fit({ ...job, stopping: null, rounds: stopped.rounds });
    expect([again.rounds, again.history]).toEqual([stopped.rounds, []]);
    const value = (fitted: FittedModel): number => {
      const sums = finish(fitted.margins(test.rows));
      expect(sums).toHaveLength(test.rows.rows * outputUnits(task));
      return scoreFor(task)(fitted.answers(sums), test.target);
    };
    // A path comes to its places from the ones before: the same optimum, by another way.
    if (family === 'linear') expect(value(again)).toBeCloseTo(value(stopped), 3);
    // Without stopping rows the training rows choose how far groups are drawn to the mean of all.
    else if (family === 'rule') expect(value(again)).toBeLessThan(1.25 * value(stopped));
    else expect(finish(again.margins(test.rows))).toEqual(finish(stopped.margins(test.rows)));
    stopped.dispose();
    again.dispose();
  });

  it('says how far each column moves an answer, and all of it adds up to the raw sum', async () => {
    const found = families.find((known) => known.name === family)!;
    const job = { task, training: training(task), options, seed: 1, score: scoreFor(task), hooks: {} };
    const fitted = await found.fit({ ...job, stopping: validating(task), rounds: null });
    const units = outputUnits(task);
    const few = labelled(20, 5, 'test')(task).rows;
    const sums = finish(fitted.margins(few));
    const scorer = await found.load(fitted.seal(uncalibrated(units, 'not asked for')).files, task, 'auto');
    // x3 and x4 tell nothing, and are one column here.
    const places = Int32Array.of(0, 1, 2, 3, 3);
    const sources = {
      columns: ['x0', 'x1', 'x2', 'noise'],
      ofPrepared: places,
      ofCell: places,
      ofSparse: places,
    };
    const { base, values } = finish(scorer.explain(sources).contributions(few));
    expect(base).toHaveLength(units);
    expect(values).toHaveLength(few.rows * units * 4);
    sums.forEach((sum, at) => {
      const own = values.subarray(at * 4, at * 4 + 4);
      const all = own.reduce((left, right) => left + right, base[at % units]!);
      expect(Math.abs(all - sum)).toBeLessThan(1e-4 * Math.max(1, Math.abs(sum)));
    });
    const moved = (column: number): number =>
      sums.reduce((total, _, at) => total + Math.abs(values[at * 4 + column]!), 0);
    // A rule looks at one of the two columns that tell.
    expect(Math.max(moved(0), moved(1))).toBeGreaterThan(moved(3));
    fitted.dispose();
    scorer.dispose();
  });

  it('stops early where nothing gets better', async () => {
    let calls = 0;
    const worsening: Score = () => (calls += 1);
    const result = await train(
      task,
      training(task),
      validating(task),
      { ...options, family, ...nets({ patience: 2 }), gbdt: { ...options.gbdt, patience: 2 } },
      1,
      worsening,
    );
    expect(result.model.bestEpoch).toBe(1);
    expect(result.model.history.length).toBeLessThan(20);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const onEpoch = (): void => controller.abort();
    const running = train(task, training(task), validating(task), { ...options, family }, 1, scoreFor(task), {
      onEpoch,
      signal: controller.signal,
    });
    await expect(running).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
  });

  it('answers finite numbers for awkward features', async () => {
    const short = { ...nets({ epochs: 4 }), gbdt: { ...options.gbdt, trees: 5 } };
    const constant = await trainWith(family, task, 5, short, (dense) => dense.fill(3));
    checkScores(task, constant.scores);
    checkScores(task, (await trainWith(family, task, 1, short)).scores);
    checkScores(
      task,
      (await trainWith(family, task, 2000, { ...short, ...nets({ epochs: 4, batch_size: 64 }) })).scores,
    );
    for (const huge of [1e6, 1e18, 3e38]) {
      const extreme = (dense: Float32Array): Float32Array =>
        dense.map((x, i) => (i % 7 === 0 ? x * huge : x));
      checkScores(task, (await trainWith(family, task, 5, short, extreme)).scores);
    }
    const scorer = await load(await trainOnce(family, name));
    checkScores(
      task,
      scoresFor(
        scorer,
        rowsOfDense(
          new Float32Array(10).map((_, i) => (i % 2 === 0 ? 3.4e38 : -3.4e38)),
          2,
          5,
        ),
      ),
    );
    expect(scoresFor(scorer, rowsOfDense(new Float32Array(0), 0, 5))).toHaveLength(0);
    scorer.dispose();
  });

  it('leaves no tensors behind', async () => {
    const { tf: backend } = await loadBackend('auto');
    await trainOnce(family, name);
    const before = backend.memory().numTensors;
    await trainWith(family, task, 5, nets({ epochs: 2 }));
    const scorer = await load(await trainOnce(family, name));
    for (let i = 0; i < 20; i += 1) scoresFor(scorer, test.rows);
    scorer.dispose();
    expect(backend.memory().numTensors).toBe(before);
  });

  it('reads the form of the rows that it says, in training and in scoring, and no other', async () => {
    const { input } = families.find((known) => known.name === family)!;
    const refusing = (rows: FeatureRows): FeatureRows => ({
      ...rows,
      get prepared(): FeatureRows['prepared'] {
        if (input === 'prepared') return rows.prepared;
        throw new Error(`${family} takes ${input}`);
      },
      get blocks(): FeatureRows['blocks'] {
        if (input === 'blocks') return rows.blocks;
        throw new Error(`${family} takes ${input}`);
      },
      get sparse(): FeatureRows['sparse'] {
        if (input === 'sparse') return rows.sparse;
        throw new Error(`${family} takes ${input}`);
      },
    });
    const part = (labels: LabelledRows): LabelledRows => ({ ...labels, rows: refusing(labels.rows) });
    const found = families.find((known) => known.name === family)!;
    const short = { ...options, ...nets({ epochs: 2 }) };
    const job = { task, training: part(training(task)), options: short, seed: 1, score: scoreFor(task) };
    const { model } = await fitHoldout(found, { ...job, hooks: {} }, part(validating(task)));
    const scorer = await load(model);
    checkScores(task, scoresFor(scorer, refusing(test.rows)));
    scorer.dispose();
  });

  if (isNetwork(family))
    it('shows its rows no oftener than it may, and one pass at least', async () => {
      const visited = async (max_row_visits: number): Promise<number> => {
        const { model } = await train(
          task,
          training(task),
          validating(task),
          { ...options, family, ...nets({ max_row_visits, patience: 1000 }) },
          1,
          scoreFor(task),
        );
        return model.history.length;
      };
      const { rows } = training(task).rows;
      expect(await visited(3 * rows)).toBe(3);
      expect(await visited(3 * rows - 1)).toBe(2);
      expect(await visited(1)).toBe(1);
    });

  it('stops for a moment after a bounded number of rows, and tells how far it is', async () => {
    const reports: RowReport[] = [];
    const many = labelled(20_000, 5, 'many')(task);
    await train(
      task,
      many,
      many,
      { ...options, family, ...nets({ epochs: 2, batch_size: 500 }), gbdt: { ...options.gbdt, trees: 2 } },
      1,
      scoreFor(task),
      {
        onRows: (report) => reports.push(report),
      },
    );
    for (const { rows, done, of } of reports) {
      expect(rows).toBeLessThanOrEqual(8192 + 4096);
      expect(done).toBeLessThanOrEqual(of);
    }
    // Once after the passes, a piece at a time as well; trees have summed their stopping rows on the way.
    const judged = reports.filter(({ doing }) => doing === 'judging');
    if (isNetwork(family)) expect(judged.length).toBeGreaterThanOrEqual(2);
    // A rule has one round, and is over before anybody asks.
    if (family === 'rule') return;
    const second = reports.filter(({ doing, epoch }) => doing === 'fitting' && epoch === 2);
    expect(second.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(40_000 - 8192);
    expect(
      second.every(({ family: name, epochs, of }) => name === family && epochs >= 2 && of === 40_000),
    ).toBe(true);
  });

  it('refuses damaged files', async () => {
    const { files } = await trainOnce(family, name);
    for (const path of files.keys()) {
      const short = new Map(files).set(path, files.get(path)!.slice(0, -3));
      await expect(load({ family, files: short, task })).rejects.toMatchObject({ exitCode: 8 });
      const gone = new Map([...files].filter(([kept]) => kept !== path));
      // Bundles from before networks could be explained answer, and say what they lack.
      if (path === 'background.bin') {
        const scorer = await load({ family, files: gone, task });
        const places = Int32Array.of(0, 1, 2, 3, 4);
        const sources = {
          columns: ['a', 'b', 'c', 'd', 'e'],
          ofPrepared: places,
          ofCell: places,
          ofSparse: places,
        };
        expect(() => scorer.explain(sources)).toThrow(/made before networks could be explained/);
        scorer.dispose();
      } else await expect(load({ family, files: gone, task })).rejects.toMatchObject({ exitCode: 8 });
    }
    const other = task.kind === 'regression' ? binaryTask : regressionTask;
    await expect(load({ family, files, task: other })).rejects.toMatchObject({ exitCode: 8 });
  });
});

describe.each(families.map((family) => ({ family: family.name })))('$family', ({ family }) => {
  /** Few positives, and labels that a twentieth of the rows contradicts, so that no model is certain. */
  const rare = (part: string, rows: number) => {
    const data = labelled(rows, 5, part)(binaryTask);
    const { dense } = data.matrix;
    const target = data.target.map((_, row) =>
      dense[row * 5]! + dense[row * 5 + 1]! > 2.2 || row % 25 === 0 ? 1 : 0,
    );
    return { ...data, target };
  };
  const share = (target: Float64Array): number => target.reduce((sum, code) => sum + code, 0) / target.length;
  const meanProbability = async (change: Partial<FamilyOptions>): Promise<number> => {
    const { model } = await train(
      binaryTask,
      rare('train', 1500),
      rare('validation', 1500),
      { ...options, ...change, family },
      1,
      scoreFor(binaryTask),
    );
    const scorer = await load(model);
    const test = rare('test', 1500);
    const scores = scoresFor(scorer, test.rows);
    scorer.dispose();
    return share(scores.filter((_, i) => i % 2 === 1));
  };

  it('gives honest probabilities of a rare class, balanced or not, and shifted ones where calibration is off', async () => {
    const expected = share(rare('test', 1500).target);
    expect(expected).toBeLessThan(0.2);
    expect(Math.abs((await meanProbability({})) - expected)).toBeLessThan(0.03);
    expect(Math.abs((await meanProbability({ class_weights: 'balanced' })) - expected)).toBeLessThan(0.03);
    const shifted = await meanProbability({ class_weights: 'balanced', calibration: 'none' });
    expect(shifted).toBeGreaterThan(expected + 0.05);
  });

  it('undoes the prior shift of balanced weights for three classes', async () => {
    // The features say nothing, so an honest model answers the shares of the classes.
    const noise = (part: string) => {
      const data = labelled(900, 2, part)(threeClassTask);
      return { ...data, target: data.target.map((_, row) => (row % 10 === 0 ? 2 : row % 10 < 3 ? 1 : 0)) };
    };
    const { model } = await train(
      threeClassTask,
      noise('train'),
      noise('validation'),
      { ...options, family, class_weights: 'balanced' },
      1,
      scoreFor(threeClassTask),
    );
    const scorer = await load(model);
    const scores = scoresFor(scorer, noise('test').rows);
    scorer.dispose();
    [0.7, 0.2, 0.1].forEach((expected, k) => {
      expect(Math.abs(share(scores.filter((_, i) => i % 3 === k)) - expected)).toBeLessThan(0.05);
    });
  });
});

describe('auto', () => {
  it('keeps the simple model where the truth is linear, the complex one where it is not', async () => {
    const straight = await train(
      regressionTask,
      training(regressionTask),
      validating(regressionTask),
      { ...options, family: 'auto' },
      1,
      scoreFor(regressionTask),
    );
    expect(straight.tried.map((one) => one.family)).toEqual(expect.arrayContaining(['linear', 'gbdt']));
    expect(straight.model.family).toBe('linear');
    expect(straight.because).toMatch(/^linear is (kept, being simpler|best)/);

    const crossed = (part: string, rows: number) => {
      const data = labelled(rows, 2, part)(binaryTask);
      const { dense } = data.matrix;
      return {
        ...data,
        target: data.target.map((_, row) => (dense[2 * row]! * dense[2 * row + 1]! > 0 ? 1 : 0)),
      };
    };
    const bent = await train(
      binaryTask,
      crossed('train', 800),
      crossed('validation', 300),
      { ...options, family: 'auto' },
      1,
      scoreFor(binaryTask),
    );
    expect(bent.model.family).not.toBe('linear');
    expect(bent.because).toMatch(/beyond noise/);
  });
});

afterAll(() => {
  trained.clear();
});
