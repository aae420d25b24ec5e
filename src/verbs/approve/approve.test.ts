import { beforeAll, describe, expect, it } from 'vitest';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { readLog } from '../../serving/index.ts';
import { gc } from '../gc/gc.ts';
import { predict } from '../predict/predict.ts';
import { retrain } from '../retrain/retrain.ts';
import type { RetrainResult } from '../retrain/result.ts';
import { run } from '../run/run.ts';
import { status } from '../status/status.ts';
import { loadLineage } from '../ui/load/lineage.ts';
import { openReading } from '../ui/load/openReading.ts';
import { approve } from './approve.ts';
import type { ApproveResult } from './result.ts';

const hour = 3_600_000;
let project: TestProject;

/** Customers who leave for another reason than those before; later it is known who left. */
const change = async (from: number, to: number, turned: boolean): Promise<void> => {
  project.environment.advance(hour);
  project.write('data/new.csv', csvOf(customers(from, to, turned)));
  const files = { input: 'data/new.csv', output: 'data/answers.ndjson' };
  await predict(project.context, { bundle: 'left', ...files, log: true });
  const { predictions } = await readLog(await project.context.store.folder('logs/left'));
  const outcome = new Map(customers(from, to, turned).map(({ id, left }) => [id, left]));
  const labels = predictions.flatMap(({ id, rowId }) =>
    outcome.has(rowId) ? [`${id},${outcome.get(rowId)!}`] : [],
  );
  project.write('data/labels.csv', ['id,left', ...labels].join('\n').concat('\n'));
};
const challenge = async (): Promise<RetrainResult> => {
  const done = await retrain(project.context, { waitMs: 0, force: true, noDeploy: true });
  expect(done.exitCode).toBe(0);
  return done.result;
};
const answer = async (options: Partial<Parameters<typeof approve>[1]> = {}): Promise<ApproveResult> => {
  const asked = { list: false, reject: false, noDeploy: false, waitMs: 0 };
  return (await approve(project.context, { ...asked, ...options })).result;
};
const versions = async (): Promise<number> => (await project.context.store.versions('left')).length;

beforeAll(async () => {
  project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(
      'row_id: id\nmonitor: { min_rows: 50, performance: { min_labels: 50 }, labels: data/labels.csv }\nretrain: { min_labelled_rows: 60, min_compare_rows: 20, promotion: approve }\n',
    ),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await run(project.context, { to: 'package', waitMs: 0 });
});

describe('approve', () => {
  it('has nothing to say where nothing waits', async () => {
    expect(await answer({ list: true })).toMatchObject({ action: 'listed', queue: [] });
    await expect(answer({ why: 'x' })).rejects.toMatchObject({ exitCode: 2, code: 'nothing-waits' });
  });

  it('a better challenger waits where the pipeline asks for it, without a version, and status says so', async () => {
    await change(1000, 1200, true);
    const result = await challenge();
    expect(result).toMatchObject({
      decision: 'waits-for-approval',
      challenger: { version: null },
      holds: [{ kind: 'asked-for' }],
    });
    expect(await versions()).toBe(1);
    expect(await answer({ list: true })).toMatchObject({ queue: [{ state: 'waiting', approval: null }] });
    const { pipelines } = (await status(project.context, {})).result;
    expect(pipelines).toMatchObject([{ waits: { bundle: result.challenger!.bundle } }]);
  });

  it('a later attempt takes its place, and the one that is meant can be named', async () => {
    const [{ waiting: first }] = (await answer({ list: true })).queue as [ApproveResult['queue'][number]];
    await change(1200, 1420, true);
    expect((await challenge()).decision).toBe('waits-for-approval');
    const { queue } = await answer({ list: true });
    expect(queue.map(({ state }) => state)).toEqual(['waiting', 'stale']);
    expect(queue[1]!.because).toContain('a later attempt');
    await expect(answer({ why: 'x', challenger: first.bundle.slice(0, 12) })).rejects.toMatchObject({
      exitCode: 2,
      code: 'approval-stale',
    });
  });

  it('goes on record with a reason: who, when, why; and the very bundle that was judged gets the version', async () => {
    await expect(answer({ why: ' ' })).rejects.toMatchObject({ code: 'why-missing' });
    const [{ waiting }] = (await answer({ list: true })).queue as [ApproveResult['queue'][number]];
    // Nothing that waits is collected.
    project.environment.advance(30 * 24 * hour);
    await gc(project.context, {});
    project.environment.advance(hour);
    const done = await answer({ why: 'the tariff is here to stay' });
    expect(done).toMatchObject({
      action: 'approved',
      challenger: { version: 2, bundle: waiting.bundle },
      deployed: null,
      queue: [{ state: 'approved', approval: { why: 'the tariff is here to stay' } }, { state: 'stale' }],
    });
    expect((await project.context.store.versions('left')).at(-1)?.digest).toBe(waiting.bundle);
    // The page of where it comes from says what taught it.
    const page = { params: { bundle: waiting.bundle }, query: new URLSearchParams(), write: false, csrf: '' };
    const { retrained, snapshot, unknown } = await loadLineage(openReading(project.context), page);
    expect([unknown, retrained?.champion?.version]).toEqual([null, 1]);
    expect(retrained?.logged?.recent).toBeGreaterThanOrEqual(60);
    expect(snapshot?.rows).toBe(retrained?.rows);
    expect(retrained?.labels).toContainEqual(['given', expect.any(Number)]);
    await expect(answer({ why: 'again' })).rejects.toMatchObject({ code: 'approval-answered' });
    await expect(answer({ why: 'no', reject: true })).rejects.toMatchObject({ code: 'approval-answered' });
  });

  it('rejected, the champion stays', async () => {
    await change(2000, 2220, false);
    expect((await challenge()).decision).toBe('waits-for-approval');
    expect(await answer({ why: 'only complaints', reject: true })).toMatchObject({
      action: 'rejected',
      queue: [{ state: 'rejected' }, { state: 'approved' }, { state: 'stale' }],
    });
    expect(await versions()).toBe(2);
  });
});
