import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestProject } from '../../src/cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../src/cascade/testing.fixture.ts';
import { writeParquet } from '../../src/data/parquet.ts';
import { championOf } from '../../src/project/champion.ts';
import { openPipeline } from '../../src/project/openPipeline.ts';
import { parseFeedback } from '../../src/serving/feedback.ts';
import type { LabelAccount } from '../../src/traffic/account.ts';
import { openPredictionLog } from '../../src/traffic/predictionLog.ts';
import { readLog } from '../../src/traffic/readLog.ts';
import { explain } from '../../src/verbs/explain/explain.ts';
import { monitor } from '../../src/verbs/monitor/monitor.ts';
import { predict } from '../../src/verbs/predict/predict.ts';
import { retrain } from '../../src/verbs/retrain/retrain.ts';
import { run } from '../../src/verbs/run/run.ts';

interface Told {
  readonly id: string;
  readonly label: string;
  readonly time: string | null;
}

const hour = 3_600_000;
const pipelineText = (labels: string | null): string =>
  customersPipeline(
    `row_id: id\nsource: { path: data/customers.csv, max_rejected_share: 0.5 }\nmonitor: { min_rows: 5, labels: ${labels ?? 'null'} }\n`,
  ).replace('source: data/customers.csv\n', '');

/** A project with 60 logged predictions of 50 rows: ten rows were asked twice, an hour apart. */
async function setUp(): Promise<{ project: TestProject; told: readonly Told[] }> {
  const project = await openTestProject({
    'pipelines/left.yaml': pipelineText(null),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  const { context, environment } = project;
  await run(context, { to: 'package', waitMs: 0 });
  const answer = async (from: number, to: number): Promise<void> => {
    project.write('data/new.csv', csvOf(customers(from, to)));
    await predict(context, { bundle: 'left', input: 'data/new.csv', output: 'data/a.ndjson', log: true });
  };
  await answer(300, 350);
  environment.advance(hour);
  const between = new Date(environment.now() - hour / 2).toISOString();
  await answer(300, 310);
  environment.advance(hour);
  const { predictions } = await readLog(await context.store.folder('logs/left'));
  const label = (id: string, value = 'Yes', time: string | null = null): Told => ({ id, label: value, time });
  return {
    project,
    told: [
      // By prediction id, by row id, by row id as of a time between the two answers.
      ...predictions.slice(20, 30).map(({ id }) => label(id)),
      ...predictions.slice(30, 40).map(({ rowId }) => label(rowId, 'No')),
      ...predictions.slice(0, 10).map(({ rowId }) => label(rowId, 'Yes', between)),
      // Twice, of no prediction, before any prediction of its row.
      label(predictions[20]!.id, 'No'),
      label('nobody'),
      label('c341', 'Yes', '2020-01-01T00:00:00Z'),
    ],
  };
}

const csv = (told: readonly Told[]): string =>
  ['id,left,label_time', ...told.map(({ id, label, time }) => `${id},${label},${time ?? ''}`)]
    .join('\n')
    .concat('\n');

const ndjson = (told: readonly Told[]): string =>
  told
    .map(({ id, label, time }) =>
      JSON.stringify({ id, left: label, ...(time === null ? {} : { label_time: time }) }),
    )
    .join('\n')
    .concat('\n');

/** What became of the labels, without by which door they came. */
const fates = ({ doors: _doors, ...account }: LabelAccount): unknown => ({
  ...account,
  reasons: account.reasons.map(({ reason, count }) => [reason, count]),
});

describe('the same labels have the same account', () => {
  it('by every door, for every verb that asks for them', async () => {
    const { project, told } = await setUp();
    const { context, environment, write } = project;
    const pipeline = await openPipeline(context, 'left');
    const { bundle } = await championOf(context, pipeline);
    const expected = {
      given: 33,
      used: 30,
      superseded: 1,
      unmatched: 1,
      outside: 1,
      ambiguous: 0,
      expired: 0,
      unusable: 0,
    };
    write('data/l.csv', csv(told));
    write('data/l.ndjson', ndjson(told));
    const words = (values: readonly (string | null)[]) => ({ kind: 'text', values }) as const;
    await writeParquet(
      {
        rows: told.length,
        columns: new Map([
          ['id', words(told.map(({ id }) => id))],
          ['left', words(told.map(({ label }) => label))],
          ['label_time', words(told.map(({ time }) => time))],
        ]),
      },
      join(context.root, 'data/l.parquet'),
    );
    const accounts: [string, LabelAccount][] = [];
    for (const file of ['data/l.csv', 'data/l.ndjson', 'data/l.parquet']) {
      write('pipelines/left.yaml', pipelineText(null));
      accounts.push([`monitor --labels ${file}`, (await monitor(context, { labels: file })).result.labels]);
      write('pipelines/left.yaml', pipelineText(file));
      accounts.push([`monitor, ${file}`, (await monitor(context, {})).result.labels]);
      const { result } = await retrain(context, { waitMs: 0, force: false, noDeploy: true });
      accounts.push([`retrain, ${file}`, result.labels!]);
    }
    const { predictions } = await readLog(await context.store.folder('logs/left'));
    const explained = async (at: number): Promise<unknown> => {
      const { result } = await explain(context, { topic: 'prediction', subject: predictions[at]!.id });
      return (result.data as { label: { value: unknown } | null }).label?.value ?? null;
    };
    // The first answer about a row has the label of a time between the two, the second none.
    const asked = [0, 20, 30, 45, 55];
    const byFile = await Promise.all(asked.map(explained));
    expect(byFile).toEqual(['Yes', 'No', 'No', null, null]);
    write('pipelines/left.yaml', pipelineText(null));
    const log = openPredictionLog({
      folder: join(await context.store.folder('logs/left'), 'told'),
      aieng: 'test',
    });
    const body = told.map(({ id, label, time }) => ({ id, label, ...(time === null ? {} : { time }) }));
    const at = environment.now();
    await log.labels(parseFeedback(body, bundle.manifest, 100).map((each) => ({ ...each, at })));
    await log.close();
    accounts.push(['monitor, POST /feedback', (await monitor(context, {})).result.labels]);
    const fed = await retrain(context, { waitMs: 0, force: false, noDeploy: true });
    accounts.push(['retrain, POST /feedback', fed.result.labels!]);
    expect(await Promise.all(asked.map(explained))).toEqual(byFile);
    for (const [how, account] of accounts) {
      expect(account, how).toMatchObject(expected);
      expect(fates(account), how).toEqual(fates(accounts[0]![1]));
    }
  }, 120_000);
});
