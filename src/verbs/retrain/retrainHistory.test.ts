import { beforeAll, describe, expect, it } from 'vitest';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import { lastStage } from '../../cascade/memory.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { cellValue } from '../../data/columns.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { createRandom } from '../../random.ts';
import { readLog } from '../../serving/index.ts';
import { outputOf } from '../../tracking/stages.ts';
import { readFittedRows } from '../../tracking/fittedRows.ts';
import { ingest } from '../ingest/ingest.ts';
import { predict } from '../predict/predict.ts';
import { run } from '../run/run.ts';
import { retrain } from './retrain.ts';

interface Visit {
  readonly id: string;
  readonly customer: string;
  readonly at: string;
  readonly spend: number;
  readonly again: 'Yes' | 'No';
}

/** Visits, one after the other; whether a customer comes again hangs on the visit before, in the new world the other way round. */
function visitsOf(from: number, to: number, turned = false): Visit[] {
  const last = new Map<string, number>();
  return Array.from({ length: to }, (_, n): Visit => {
    const random = createRandom(`visits/${n}`);
    const customer = `c${random.integer(8)}`;
    const spend = random.integer(100);
    const before = last.get(customer) ?? 50;
    last.set(customer, spend);
    const high = before + random.integer(20) > 60;
    return {
      ...{ id: `v${n}`, customer, at: new Date(Date.UTC(2026, 0, 1, n)).toISOString(), spend },
      again: high === turned ? 'No' : 'Yes',
    };
  }).slice(from);
}
const csvOf = (rows: readonly Visit[]): string =>
  ['id,customer,at,spend,again', ...rows.map((row) => Object.values(row).join(',')), ''].join('\n');

const pipeline = (by: string): string => `source: data/visits.csv
label: { column: again, positive: 'Yes' }
row_id: id
time: at
split: { strategy: hash }
features:
  drop: [customer, at]
  history: { by: ${by}, rows: 5, lag: [{ column: spend }] }
model: { family: gbdt }
evaluation: { bootstrap: 100, gates: [] }
monitor: { min_rows: 50, performance: { min_labels: 50 }, labels: data/labels.csv }
retrain: { min_labelled_rows: 60, min_compare_rows: 20 }
`;

let project: TestProject;
const labels = (rows: readonly Visit[]): string =>
  ['id,again', ...rows.map(({ id, again }) => `${id},${again}`), ''].join('\n');

describe('a pipeline whose rows know of the rows before them', () => {
  beforeAll(async () => {
    project = await openTestProject({
      'pipelines/again.yaml': pipeline('customer'),
      'data/visits.csv': csvOf(visitsOf(0, 400)),
    });
    await run(project.context, { to: 'package', waitMs: 0 });
  }, 60_000);

  it('learns from the log what the model saw, which is what it would have seen in one file', async () => {
    const fresh = visitsOf(400, 600, true);
    project.environment.advance(3_600_000);
    project.write('data/new.csv', csvOf(fresh));
    await predict(project.context, {
      ...{ bundle: 'again', input: 'data/new.csv', output: 'out.ndjson', log: true },
      earlier: 'data/visits.csv',
    });
    project.write('data/labels.csv', labels(fresh));
    const { result } = await retrain(project.context, { waitMs: 0, force: false, noDeploy: true });
    expect(result).toMatchObject({ decision: 'promoted', challenger: { version: 2 } });
    const fitted = (await readFittedRows(project.context, result.challenger!.bundle))!;
    const read = await openPipeline(project.context, 'again');
    const { table } = await readSnapshotRows(project.context, read, fitted.snapshot);
    const spends = new Map<string, number[]>();
    const before = new Map<string, number | null>();
    for (const { id, customer, spend } of [...visitsOf(0, 400), ...fresh]) {
      const own = spends.get(customer) ?? [];
      before.set(id, own.at(-1) ?? null);
      spends.set(customer, [...own, spend]);
    }
    let seen = 0;
    for (let row = 0; row < table.rows; row += 1) {
      const id = String(cellValue(table.columns.get('id')!, row));
      expect([id, cellValue(table.columns.get('spend_lag_1')!, row)]).toEqual([id, before.get(id)]);
      seen += 1;
    }
    expect(seen).toBe(fitted.snapshot.rows);
    expect((await readLog(await project.context.store.folder('logs/again'))).predictions).toHaveLength(200);
  }, 60_000);

  it('does not take cells that another rule made for its own', async () => {
    project.write('pipelines/again.yaml', pipeline('null'));
    const other = await retrain(project.context, { waitMs: 0, force: true, noDeploy: true });
    expect(other.result.decision).toBe('not-enough-data');
    expect(other.result.because).toContain('another features.history');
    expect(other.result.trainingRows).toBeNull();
  }, 60_000);

  it('looks back over the whole source where only what is new in it was read', async () => {
    const source = await openTestProject({
      'pipelines/again.yaml': pipeline('customer').replace(
        'data/visits.csv',
        '{ path: days, cursor: files }',
      ),
      'days/0.csv': csvOf(visitsOf(0, 100)),
    });
    await ingest(source.context, { waitMs: 0 });
    source.write('days/1.csv', csvOf(visitsOf(100, 150)));
    const { result } = await ingest(source.context, { waitMs: 0 });
    expect(result.increment).toMatchObject({ read: 50, added: 50 });
    const whole = await openTestProject({
      'pipelines/again.yaml': pipeline('customer').replace(
        'data/visits.csv',
        '{ path: days, cursor: files }',
      ),
      'days/0.csv': csvOf(visitsOf(0, 100)),
      'days/1.csv': csvOf(visitsOf(100, 150)),
    });
    await ingest(whole.context, { waitMs: 0 });
    const digest = async ({ context }: TestProject): Promise<string> =>
      outputOf.ingest((await lastStage(context, 'again', 'ingest'))!).snapshot.digest;
    expect(await digest(source)).toBe(await digest(whole));
  }, 60_000);
});
