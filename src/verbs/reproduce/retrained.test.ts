import { beforeAll, describe, expect, it } from 'vitest';
import type { Customer, TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { readMaking } from '../../cascade/challenger/making.ts';
import { fittedRowsKind, readFittedRows } from '../../tracking/fittedRows.ts';
import { replaceRecord } from '../../tracking/recordKind.ts';
import { tenureModel } from '../../cascade/script/model.fixture.ts';
import { readLog } from '../../serving/index.ts';
import { gc } from '../gc/gc.ts';
import { forget } from '../forget/forget.ts';
import { predict } from '../predict/predict.ts';
import { retrain } from '../retrain/retrain.ts';
import { run } from '../run/run.ts';
import { reproduce } from './reproduce.ts';

const hour = 3_600_000;
const more =
  'row_id: id\nmonitor: { min_rows: 50, performance: { min_labels: 50 }, labels: data/labels.csv }\nretrain: { min_labelled_rows: 60, min_compare_rows: 20 }\n';

/** Customers of another kind than those that taught the first model. */
const turned = customers(1000, 1200, true);

/** A model is packaged, is asked about other customers, and what became of them is known. */
async function retrained(
  pipeline: string,
  files: Readonly<Record<string, string>> = {},
  rows: readonly Customer[] = turned,
) {
  const project = await openTestProject({
    'pipelines/left.yaml': pipeline,
    'data/customers.csv': csvOf(customers(0, 300)),
    ...files,
  });
  const { context } = project;
  await run(context, { to: 'package', waitMs: 0 });
  project.environment.advance(hour);
  project.write('data/new.csv', csvOf(rows));
  await predict(context, {
    ...{ bundle: 'left', input: 'data/new.csv', output: 'data/answers.ndjson' },
    log: true,
  });
  const { predictions } = await readLog(await context.store.folder('logs/left'));
  const outcome = new Map(rows.map(({ id, left }) => [id, left]));
  const labels = predictions.map(({ id, rowId }) => [id, outcome.get(rowId) ?? ''] as const);
  const label = (given: readonly (readonly [string, string])[]): void => {
    project.write('data/labels.csv', ['id,left', ...given.map((row) => row.join())].join('\n').concat('\n'));
  };
  label(labels);
  const { result } = await retrain(context, { waitMs: 0, force: true, noDeploy: true });
  expect(result).toMatchObject({ decision: 'promoted', challenger: { version: 2 } });
  return { project, labels, label, bundle: result.challenger!.bundle, chosen: result.chosen };
}

const again = ({ context }: TestProject, allowCode = false): ReturnType<typeof reproduce> =>
  reproduce(context, { bundle: 'left@2', allowCode });

describe('a bundle of retrain', () => {
  let made: Awaited<ReturnType<typeof retrained>>;
  beforeAll(async () => {
    made = await retrained(customersPipeline(more));
  }, 60_000);

  it('is made again to the last byte, whatever the pipeline says now and whoever was asked since', async () => {
    const { project, labels, label } = made;
    project.write('pipelines/left.yaml', customersPipeline(more).replace('family: linear', 'family: gbdt'));
    project.environment.advance(hour);
    await predict(project.context, {
      ...{ bundle: 'left', input: 'data/customers.csv', output: 'data/more.ndjson' },
      log: true,
    });
    label([...labels, ['nobody', 'Yes']]);
    const before = await project.context.store.objects();
    const { exitCode, result } = await again(project);
    expect([exitCode, result.state, result.differences, result.changed]).toEqual([0, 'same', [], []]);
    expect(result.stages.map(({ name, same }) => [name, same])).toEqual([
      ['gather', true],
      ['train', true],
      ['package', true],
    ]);
    expect(result.metric.now).toBe(result.metric.recorded);
    // Nothing of it is kept.
    expect(await project.context.store.objects()).toEqual(before);
    expect(await project.context.store.versions('left')).toHaveLength(2);
  });

  it('says which labels are others now, and where the two first differ', async () => {
    const { project, labels, label } = made;
    const [first, ...others] = labels;
    label([[first![0], first![1] === 'Yes' ? 'No' : 'Yes'], ...others]);
    const { exitCode, result } = await again(project);
    expect([exitCode, result.state]).toEqual([4, 'differs']);
    expect(result.stages.map(({ same }) => same)).toEqual([false, false, false]);
    expect(result.changed).toEqual([
      `gather: the label or the inputs of 1 logged row (prediction ${first![0]})`,
    ]);
    expect(result.differences.length).toBeGreaterThan(0);
    label(labels);
  });

  it('holds no cell of the log, and is refused where a row was forgotten, with which', async () => {
    const { project, bundle } = made;
    const { context } = project;
    const rows = (await readFittedRows(context, bundle))!;
    const making = await readMaking(context, rows.retrained!);
    expect(JSON.stringify(making)).not.toMatch(/"c1\d{3}"/);
    await forget(context, { pipeline: 'left', rowId: 'c1007', why: 'asked' });
    await expect(again(project)).rejects.toMatchObject({
      code: 'lineage-gone',
      exitCode: 2,
      message: expect.stringMatching(
        /^1 of 200 predictions that taught or judged it, or their labels, are gone \(/,
      ),
    });
  });

  it('cannot be made again where an older aieng wrote nothing down of it', async () => {
    const { context } = made.project;
    const { retrained: _, ...old } = (await readFittedRows(context, made.bundle))!;
    await replaceRecord(context.store, fittedRowsKind, { id: made.bundle }, old);
    await expect(again(made.project)).rejects.toMatchObject({ code: 'lineage-unknown', exitCode: 2 });
  });
});

describe('a bundle of retrain with own transforms, of the source and the log together', () => {
  const own = `import { defineTransform } from 'aieng';
export const share = defineTransform({
  name: 'share', inputs: { tenure: 'number' }, output: 'number',
  fit: (rows) => { let most = 1; for (const { tenure } of rows) most = Math.max(most, tenure ?? 0); return { most }; },
  apply: ({ tenure }, { most }) => (tenure === null ? null : tenure / most),
});`;

  it('is made again by the code in the bundle, also of logged rows that have expired', async () => {
    const { project, chosen } = await retrained(
      customersPipeline(more).replace('drop: [note]', 'drop: [note], transforms: [./features.ts]'),
      { 'features.ts': own, 'data/customers.csv': csvOf(customers(0, 30)) },
      customers(1000, 1800),
    );
    expect(chosen).toBe('union');
    project.write('features.ts', 'broken');
    expect((await again(project)).result.state).toBe('same');
    project.write('features.ts', own);
    project.environment.advance(1000 * 24 * hour);
    const { result } = await gc(project.context, {});
    expect(result.expired).toMatchObject([{ pipeline: 'left', predictions: 800, rows: 800 }]);
    const after = await again(project);
    expect([after.result.state, after.result.changed]).toEqual(['same', []]);
  }, 60_000);
});

describe('a bundle of retrain by a training script', () => {
  const pipeline = `source: data/customers.csv
label: { column: left, positive: 'Yes' }
features: { drop: [note] }
model: { script: { command: [${process.execPath}, train.mjs], files: [made.txt] } }
evaluation: { bootstrap: 200, gates: [] }
${more}`;
  // It learns whether long tenures leave: nothing of it is random.
  const program = `import { readFileSync, writeFileSync } from 'node:fs';
const { rows } = JSON.parse(readFileSync(process.env.AIENG_PARAMETERS, 'utf8'));
const turned = rows.train + rows.validation < 210;
writeFileSync(process.env.AIENG_OUTPUT, JSON.parse(readFileSync('made.txt', 'utf8'))[turned ? 1 : 0]);`;

  it('is made again by the program of then, where that is the present one or somebody allows it', async () => {
    const { project } = await retrained(pipeline, {
      'train.mjs': program,
      'made.txt': JSON.stringify([tenureModel(), tenureModel(true)]),
    });
    expect((await again(project)).result.state).toBe('same');
    project.write('train.mjs', 'process.exit(1)');
    await expect(again(project)).rejects.toMatchObject({ code: 'code-not-allowed', exitCode: 2 });
    expect((await again(project, true)).result.state).toBe('same');
  }, 60_000);
});
