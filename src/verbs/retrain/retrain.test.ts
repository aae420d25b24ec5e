import { listRecords } from '../../tracking/recordKind.ts';
import { writeDesired } from '../../tracking/desired.ts';
import { retrainingKind } from '../../tracking/retraining/retrainings.ts';
import type { RetrainResult } from './result.ts';
import type { RetrainOptions } from './options.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { readLog } from '../../serving/index.ts';
import { monitor } from '../monitor/monitor.ts';
import { predict } from '../predict/predict.ts';
import { retrain } from './retrain.ts';
import { run } from '../run/run.ts';
import type { Context } from '../../project/context.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';

const hour = 3_600_000;
const plain: RetrainOptions = { waitMs: 0, force: false, noDeploy: true };

let project: TestProject;
const setUp = async (more: string): Promise<void> => {
  project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(`row_id: id\n${more}`),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await run(project.context, { to: 'package', waitMs: 0 });
};

/** Predicts customers in a batch that is recorded; later their outcomes are in `data/labels.csv`. */
const answer = async (from: number, to: number, turned: boolean): Promise<void> => {
  const rows = customers(from, to, turned);
  project.environment.advance(hour);
  project.write('data/new.csv', csvOf(rows));
  const files = { input: 'data/new.csv', output: 'data/answers.ndjson' };
  await predict(project.context, { bundle: 'left', ...files, log: true });
  const { predictions } = await readLog(await project.context.store.folder('logs/left'));
  const outcome = new Map(customers(0, 2000, turned).map(({ id, left }) => [id, left]));
  const labels = predictions.map(({ id, rowId }) => `${id},${outcome.get(rowId) ?? ''}`);
  project.write('data/labels.csv', ['id,left', ...labels].join('\n').concat('\n'));
};

const again = async (options: Partial<RetrainOptions> = {}): Promise<RetrainResult> => {
  const { result, exitCode } = await retrain(project.context, { ...plain, ...options });
  expect(exitCode).toBe(0);
  return result;
};

/** Records of decisions, newest first. */
const recorded = async (): Promise<unknown[]> =>
  (await listRecords(project.context.store, retrainingKind, { of: 'left' })).records.map(
    ({ content }) => content.decision,
  );

describe('retrain', () => {
  beforeEach(() =>
    setUp(
      'monitor: { min_rows: 50, performance: { min_labels: 50 }, labels: data/labels.csv }\nretrain: { min_labelled_rows: 60, min_compare_rows: 20 }\n',
    ),
  );

  it('does nothing while all is calm, and says so once', async () => {
    await answer(300, 450, false);
    expect((await monitor(project.context, {})).result.alarms).toEqual([]);
    expect((await again()).decision).toBe('no-trigger');
    expect((await again()).decision).toBe('no-trigger');
    expect(await recorded()).toEqual(['no-trigger']);
  });

  it('neither judges nor learns from what is dated after now, and tells it', async () => {
    await answer(300, 450, false);
    project.environment.advance(48 * hour);
    // As many that turned, by a clock that was two days ahead: they would alarm, and be the newest for two days.
    await answer(1000, 1200, true);
    project.environment.advance(-48 * hour);
    const outcomes = [...customers(300, 450), ...customers(1000, 1200, true)];
    project.write(
      'data/labels.csv',
      ['id,left', ...outcomes.map(({ id, left }) => `${id},${left}`)].join('\n').concat('\n'),
    );
    const ahead = '200 predictions of the log are dated more than an hour after now';
    const looked = await monitor(project.context, {});
    expect(looked.result).toMatchObject({ alarms: [], window: { rows: 150, later: 200, repeats: 0 } });
    expect(looked.result.labels).toMatchObject({ given: 350, used: 150, outside: 200 });
    expect(looked.warnings.join()).toContain(ahead);
    const idle = await retrain(project.context, plain);
    expect(idle.result.decision).toBe('no-trigger');
    expect(idle.warnings.join()).toContain(ahead);
    const forced = await retrain(project.context, { ...plain, force: true });
    expect(forced.result.comparisonRows).toBe(75);
    // Their time comes.
    project.environment.advance(48 * hour);
    const later = await monitor(project.context, {});
    expect(later.result).toMatchObject({ decision: 'alarm', window: { rows: 350, later: 0 } });
  });

  it('tells rows of a batch that was logged twice, and counts them as they came', async () => {
    await answer(300, 450, false);
    await answer(300, 450, false);
    const { result } = await monitor(project.context, {});
    expect(result.window).toMatchObject({ rows: 300, repeats: 150, later: 0 });
  });

  it('promotes a challenger that is better beyond noise, by labels that came as a file; then rests', async () => {
    await answer(1000, 1200, true);
    const result = await again();
    expect(result.triggers.join()).toContain('performance');
    expect(result).toMatchObject({
      decision: 'promoted',
      champion: { version: 1 },
      challenger: { version: 2 },
    });
    expect(result.comparison!.improvement.low).toBeGreaterThan(0);
    // What is new alone taught it: a source without times is of before the log.
    expect(result.chosen).toBe('last-7-days');
    expect(result.refittedRows).toBe(result.trainingRows! + result.comparisonRows!);
    expect(result.refittedRows).toBe(200);
    expect(result).toMatchObject({ comparisonRows: 100, holds: [], level: { metric: 'log_loss' } });
    expect(result.candidates.map(({ name }) => name)).toEqual(['union', 'last-7-days', 'half-life']);
    // Nothing is deployed, so the newest version is the champion: nobody asked it anything yet.
    expect((await again()).decision).toBe('no-trigger');
  });

  it('needs labels, and rows that the champion was not fitted on', async () => {
    project.write('data/labels.csv', 'id,left\n');
    expect((await again({ force: true })).decision).toBe('not-enough-data');
    // The very customers of the training part come back, with the opposite outcome.
    await answer(0, 70, true);
    const known = await again({ force: true });
    expect(known.decision).toBe('not-enough-data');
    expect(known.because).toContain('the champion was fitted on');
    expect(known.trainingRows).toBeNull();
  });

  it('promotes nothing over a champion that it was not compared with', async () => {
    await answer(1000, 1200, true);
    const { context } = project;
    const other = { version: 2, digest: 'd'.repeat(64) };
    let moved = false;
    const meddling: Context = {
      ...context,
      store: {
        ...context.store,
        newestVersion: async (name) => (moved ? other : context.store.newestVersion(name)),
      },
      progress: (event) => {
        if (event.kind === 'step' && event.message.startsWith('training on')) moved = true;
      },
    };
    const { result, exitCode } = await retrain(meddling, plain);
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ decision: 'champion-moved', challenger: null });
    expect(result.because).toContain('left@1');
    expect(await context.store.versions('left')).toHaveLength(1);
    expect(await recorded()).toEqual(['champion-moved']);
  });

  it('never promotes a challenger that failed its gates, however much better it is', async () => {
    await answer(1000, 1200, true);
    project.write(
      'pipelines/left.yaml',
      customersPipeline(
        'row_id: id\nmonitor: { min_rows: 50, performance: { min_labels: 50 }, labels: data/labels.csv }\nretrain: { min_labelled_rows: 60, min_compare_rows: 20 }\n',
      ).replace('gates: []', 'gates: [{ metric: log_loss, at_most: 0.0001 }]'),
    );
    const { result, exitCode } = await retrain(project.context, plain);
    expect(exitCode).toBe(4);
    expect(result).toMatchObject({ decision: 'gate-failed', challenger: null });
    expect(result.because).toMatch(
      /^The challenger failed a gate on the newest labelled rows: .* left@1 stays in charge\.$/,
    );
    expect(result.comparison!.improvement.low).toBeGreaterThan(0);
    expect(await project.context.store.versions('left')).toHaveLength(1);
  });

  it('lets a canary be judged first, unless somebody forces it', async () => {
    await answer(1000, 1200, true);
    const digest = (await project.context.store.versions('left'))[0]!.digest;
    const versions = [
      { version: 1, bundle: digest, share: 0.9, role: 'serving' as const },
      { version: 2, bundle: 'e'.repeat(64), share: 0.1, role: 'canary' as const },
    ];
    await writeDesired(project.context, 'left', {
      ...({ why: 'test', state: 'stopped', target: 'local', cluster: null, versions } as const),
      address: { host: '127.0.0.1', port: 1 },
    });
    const waits = await again();
    expect(waits).toMatchObject({ decision: 'cooldown', trainingRows: null });
    expect(waits.because).toBe(
      'A trigger fired, but left@2 runs as a canary: it is judged first (or use --force).',
    );
    expect((await again({ force: true })).trainingRows).not.toBeNull();
  });

  it('keeps a champion that is as good', async () => {
    await answer(300, 500, false);
    const result = await again({ force: true });
    expect(result).toMatchObject({ decision: 'challenger-not-better', challenger: null });
    expect(await project.context.store.versions('left')).toHaveLength(1);
  });
});

describe('a harmless shift', () => {
  it('is accepted on record when nothing better is to be had, and alarms no more', async () => {
    await setUp(
      'monitor: { labels: data/labels.csv, performance: { max_worsening: 0.3 } }\nretrain: { margin: 0.1 }\n',
    );
    const rows = customers(3000, 6800).filter(({ tenure }) => tenure > 30);
    project.environment.advance(hour);
    project.write('data/new.csv', csvOf(rows));
    const files = { input: 'data/new.csv', output: 'data/answers.ndjson' };
    await predict(project.context, { bundle: 'left', ...files, log: true });
    const { predictions } = await readLog(await project.context.store.folder('logs/left'));
    const outcome = new Map(rows.map(({ id, left }) => [id, left]));
    const labels = predictions.map(({ id, rowId }) => `${id},${outcome.get(rowId)!}`);
    project.write('data/labels.csv', ['id,left', ...labels].join('\n').concat('\n'));
    const result = await again();
    expect(result.triggers.join()).toContain('drift');
    expect(result.decision, result.because).toBe('accepted');
    expect(result.because).toContain('Nothing better is to be had');
    expect(result.comparisonRows).toBeGreaterThanOrEqual(500);
    const report = (await monitor(project.context, {})).result;
    expect(report.alarms).toEqual([]);
    expect(report.accepted).toMatchObject({ by: 'retrain' });
    expect((await again()).decision).toBe('no-trigger');
  });
});

describe('the cooldown', () => {
  it('holds back a trigger until it is over, or somebody forces it', async () => {
    await setUp(
      "monitor: { labels: data/labels.csv }\nretrain: { min_labelled_rows: 60, min_compare_rows: 20, cooldown_hours: 24, triggers: { schedule: '0 * * * *' } }\n",
    );
    await answer(1000, 1200, true);
    const first = await again();
    expect(first.triggers).toContain('schedule: "0 * * * *" was due at 2025-01-01 01:00 UTC');
    expect(first.decision).toBe('promoted');
    expect((await again()).decision).toBe('no-trigger');
    project.environment.advance(hour);
    const rests = await again();
    expect(rests.decision).toBe('cooldown');
    expect(rests.because).toContain('--force');
    // The champion knows all rows of before: others are needed to judge.
    expect((await again({ force: true })).decision).toBe('not-enough-data');
    await answer(1200, 1400, true);
    const forced = await again({ force: true });
    expect(forced.trainingRows).not.toBeNull();
    project.environment.advance(23 * hour);
    expect((await again()).decision).toBe('cooldown');
    project.environment.advance(hour);
    expect((await again()).trainingRows).not.toBeNull();
  });
});

describe('the trigger of new rows', () => {
  it('counts labels of the whole log, not of the window only', async () => {
    await setUp(
      'monitor: { window_rows: 80, min_rows: 50 }\nretrain: { min_labelled_rows: 60, min_compare_rows: 20, triggers: { new_rows: 90, drift: false, performance: false } }\n',
    );
    await answer(1000, 1100, true);
    expect((await again()).decision).toBe('no-trigger');
    const { predictions } = await readLog(await project.context.store.folder('logs/left'));
    const { openPredictionLog } = await import('../../serving/index.ts');
    const log = openPredictionLog({
      folder: await project.context.store.folder('logs/left/by-hand'),
      aieng: 'test',
    });
    await log.labels(predictions.map(({ id }) => ({ id, label: 'Yes', at: project.environment.now() })));
    await log.close();
    const result = await again();
    expect(result.triggers).toEqual(['new rows: 100 labelled rows arrived, 90 were asked for']);
  });
});
