import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../verbs/explain/explain.ts';
import { monitor } from '../verbs/monitor/monitor.ts';
import { predict } from '../verbs/predict/predict.ts';
import { run } from '../verbs/run/run.ts';
import type { TestProject } from '../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../cascade/testing.fixture.ts';
import { openPredictionLog } from '../traffic/predictionLog.ts';
import { readLog } from '../traffic/readLog.ts';
import { readFolds } from '../tracking/folds.ts';
import { labelledQuery, windowOf } from './labelledTraffic.ts';
import { readLabelledWindow } from '../traffic/labelled.ts';
import { championOf } from './champion.ts';
import { expireTraffic, lookAtExpired, readFoldedRows } from './expireTraffic.ts';
import { openPipeline } from './openPipeline.ts';
import { readBundleSchema } from '../packaging/documents.ts';

const day = 24 * 3_600_000;

async function setUp(more = ''): Promise<TestProject & { readonly logs: string }> {
  const project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(
      `row_id: id\nmonitor: { window_hours: 24, min_rows: 5 }\nlogs: { keep_days: 10 }\n${more}`,
    ),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await run(project.context, { to: 'package', waitMs: 0 });
  return { ...project, logs: await project.context.store.folder('logs/left') };
}

async function answer(project: TestProject, from: number, to: number): Promise<void> {
  project.write('data/new.csv', csvOf(customers(from, to)));
  await predict(project.context, {
    bundle: 'left',
    input: 'data/new.csv',
    output: 'data/answers.ndjson',
    log: true,
  });
}

async function label(
  project: TestProject,
  logs: string,
  name: string,
  ids: readonly string[],
): Promise<void> {
  const log = openPredictionLog({ folder: join(logs, name), aieng: 'test' });
  await log.labels(ids.map((id) => ({ id, label: 'Yes', at: project.environment.now() })));
  await log.close();
}

const segments = (logs: string): string[] =>
  readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ndjson'));

describe('a log', () => {
  it('keeps the labelled rows of what expires, and lets go of the rest', async () => {
    const project = await setUp();
    const { context, environment, logs } = project;
    await answer(project, 300, 310);
    const { predictions } = await readLog(logs);
    await label(project, logs, 'labels-1', [predictions[0]!.id, predictions[1]!.rowId]);
    environment.advance(9 * day);
    await answer(project, 310, 320);
    environment.advance(day);
    // Ten days old, to the moment: not yet.
    await monitor(context, {});
    expect((await readLog(logs)).predictions).toHaveLength(20);
    environment.advance(1);
    await monitor(context, {});
    expect((await readLog(logs)).predictions).toHaveLength(10);
    const [fold, ...others] = await readFolds(context, 'left');
    expect(others).toEqual([]);
    expect(fold?.content).toMatchObject({ predictions: 10, rows: 2 });
    expect(await readFoldedRows(context, await openPipeline(context, 'left'))).toMatchObject([
      {
        id: predictions[0]!.id,
        rowId: 'c300',
        label: 'Yes',
        features: { tenure: predictions[0]!.features['tenure'] },
      },
      { id: predictions[1]!.id, rowId: 'c301', label: 'Yes' },
    ]);
    // Labels that no prediction is left for are gone too; nothing is folded twice.
    expect(segments(logs).filter((name) => name.includes('labels'))).toEqual([]);
    await monitor(context, {});
    expect(await readFolds(context, 'left')).toHaveLength(1);
    const told = await explain(context, { topic: 'prediction', subject: predictions[0]!.id });
    expect(told.result.title).toContain('expired');
    expect(told.result.lines.join()).toContain('kept as a training row, with the label Yes');
    // A label that comes now is of a prediction that expired.
    await label(project, logs, 'labels-2', [predictions[2]!.id]);
    const { result } = await monitor(context, {});
    expect(result.labels).toMatchObject({ given: 1, expired: 1 });
  });

  it('leaves a label by row to the prediction of that row which did not expire', async () => {
    const project = await setUp();
    const { context, environment, logs } = project;
    await answer(project, 300, 301);
    environment.advance(9 * day);
    await answer(project, 300, 301);
    await label(project, logs, 'labels-1', ['c300']);
    environment.advance(day + 1);
    await monitor(context, {});
    expect((await readFolds(context, 'left'))[0]?.content).toMatchObject({
      predictions: 1,
      rows: 0,
      parquet: null,
    });
  });

  it('goes on where it was killed between writing down and removing', async () => {
    const project = await setUp();
    const { context, environment, logs } = project;
    await answer(project, 300, 310);
    environment.advance(11 * day);
    const pipeline = await openPipeline(context, 'left');
    const { bundle } = await championOf(context, pipeline);
    const query = await labelledQuery(context, pipeline, bundle);
    const expire = (): ReturnType<typeof expireTraffic> =>
      expireTraffic(context, pipeline, readBundleSchema(bundle), query);
    const look = (): ReturnType<typeof lookAtExpired> => lookAtExpired(context, pipeline, query);
    expect(await look()).toEqual({ predictions: 10, rows: 0, segments: 1 });
    const [place] = segments(logs);
    const { writeFold } = await import('../tracking/folds.ts');
    await writeFold(context, 'left', 'killed', {
      at: environment.now(),
      before: environment.now() - 10 * day,
      segments: [place!],
      predictions: 10,
      rows: 0,
      parquet: null,
      schema: null,
    });
    expect(await look()).toEqual({ predictions: 0, rows: 0, segments: 0 });
    expect(segments(logs)).toEqual([place]);
    expect(await expire()).toEqual({ predictions: 0, rows: 0, segments: 0 });
    expect(segments(logs)).toEqual([]);
    expect(await readFolds(context, 'left')).toHaveLength(1);
  });

  it('of a year costs a look no more on its last day than on its first weeks', async () => {
    const project = await setUp();
    const { context, environment, logs } = project;
    const pipeline = await openPipeline(context, 'left');
    const { bundle } = await championOf(context, pipeline);
    const schema = readBundleSchema(bundle);
    await answer(project, 300, 301);
    const [like] = (await readLog(logs)).predictions;
    const costs: number[] = [];
    // A year in steps of a fortnight; what is older than ten days goes at each.
    for (let step = 0; step < 26; step += 1) {
      environment.advance(14 * day);
      const log = openPredictionLog({ folder: join(logs, `step-${step}`), aieng: 'test' });
      const ids = Array.from({ length: 100 }, () => environment.newId());
      for (const [at, id] of ids.entries())
        log.prediction({ ...like!, id, rowId: `r${step}-${at}`, at: environment.now() });
      await log.labels(ids.slice(0, 5).map((id) => ({ id, label: 'No', at: environment.now() })));
      await log.close();
      const meter = { bytes: 0 };
      const query = await labelledQuery(context, pipeline, bundle);
      const window = windowOf(context, pipeline, bundle.digest);
      expect((await readLabelledWindow({ ...query, window }, meter)).account).toMatchObject({
        given: 5,
        used: 5,
      });
      await expireTraffic(context, pipeline, schema, query, meter);
      costs.push(meter.bytes);
    }
    // From the step on at which the first expires, every step is alike.
    const [early, late] = [Math.max(...costs.slice(2, 8)), Math.max(...costs.slice(-6))];
    expect(late).toBeLessThan(1.05 * early);
    expect(segments(logs).length).toBeLessThan(6);
    expect(await readFoldedRows(context, pipeline)).toHaveLength(25 * 5);
  }, 120_000);
});
