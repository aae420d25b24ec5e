import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { rowsFromTable } from '../../data/rows.ts';
import type { Predictor } from '../../inference/predictor.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { OpenedPredictor } from '../../project/predictors.ts';
import { goldenMismatches, openVerifiedPredictor } from '../../project/predictors.ts';
import { createRandom } from '../../random.ts';
import { outputOf } from '../../tracking/stages.ts';
import { lastStage } from '../../cascade/memory.ts';
import { run } from '../run/run.ts';
import type { PredictOptions } from './options.ts';
import { mergeShards } from './mergeShards.ts';
import { predict } from './predict.ts';

interface Visit {
  readonly id: string;
  readonly customer: string;
  readonly at: string;
  readonly spend: number;
  readonly event: string;
  readonly again: 'Yes' | 'No';
}

/** Visits of a few customers, some at the same instant. */
const visits: readonly Visit[] = Array.from({ length: 240 }, (_, n) => {
  const random = createRandom(`visit/${n}`);
  const spend = random.integer(100);
  return {
    id: `v${n}`,
    customer: `c${random.integer(12)}`,
    at: new Date(Date.UTC(2026, 0, 1 + random.integer(60))).toISOString(),
    spend,
    event: ['look', 'buy'][random.integer(2)]!,
    again: spend + random.integer(40) > 70 ? 'Yes' : 'No',
  };
});
const csvOf = (rows: readonly Visit[]): string =>
  ['id,customer,at,spend,event,again', ...rows.map((row) => Object.values(row).join(','))]
    .join('\n')
    .concat('\n');

const pipeline = `source: data/visits.csv
label: { column: again, positive: 'Yes' }
row_id: id
time: at
split: { strategy: hash }
features:
  drop: [customer, at]
  history:
    by: customer
    rows: 5
    lag: [{ column: spend }]
    rolling: [{ column: spend, window: 7d, stat: sum }]
    since_last: [{ column: event, equals: buy }]
model: { family: linear, backend: wasm }
evaluation: { bootstrap: 100, gates: [] }
`;
const made = ['spend_lag_1', 'spend_sum_7d', 'days_since_event_buy'];

let project: TestProject;
let opened: OpenedPredictor;
let predictor: Predictor;
beforeAll(async () => {
  project = await openTestProject({ 'pipelines/again.yaml': pipeline, 'data/visits.csv': csvOf(visits) });
  await run(project.context, { to: 'package', waitMs: 0 });
  opened = await openVerifiedPredictor(project.context, await resolveBundle(project.context, 'again'));
  ({ predictor } = opened);
}, 60_000);

/** The cells of training, by row id. */
async function trained(): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const read = await openPipeline(project.context, 'again');
  const { snapshot } = outputOf.ingest((await lastStage(project.context, 'again', 'ingest'))!);
  const { table } = await readSnapshotRows(project.context, read, snapshot);
  return new Map(
    rowsFromTable(table).map((row) => [
      String(row['id']),
      Object.fromEntries(made.map((name) => [name, row[name] ?? null])),
    ]),
  );
}

const inputOf = ({ id, customer, at, spend, event }: Visit): object => ({ id, customer, at, spend, event });
/** A visit as a request with the rows before it, newest first. */
const asked = (visit: Visit): Record<string, unknown> => ({
  ...inputOf(visit),
  history: visits
    .filter(({ customer, at }) => customer === visit.customer && at < visit.at)
    .sort((left, right) => (left.at < right.at ? 1 : -1))
    .slice(0, 20)
    .map(({ at, spend, event }) => ({ at, spend, event })),
});

const answers = async (input: string, more: Partial<PredictOptions> = {}): Promise<string[]> => {
  await predict(project.context, { bundle: 'again', input, output: 'out.ndjson', log: false, ...more });
  return readFileSync(join(project.context.root, 'out.ndjson'), 'utf8').trimEnd().split('\n');
};

describe('a model that takes what rows know of the rows before them', () => {
  it('has such columns as inputs, and answers its golden rows', async () => {
    expect(predictor.inputs).toEqual(['spend', 'event', ...made]);
    expect(goldenMismatches((await resolveBundle(project.context, 'again')).bundle, opened)).toEqual([]);
  });

  it('sees in a request with history, cell by cell, what it saw in training', async () => {
    const cells = await trained();
    let seen = 0;
    for (const visit of visits) {
      const row = asked(visit);
      if ((row['history'] as unknown[]).length > 5) continue;
      const { answers: found, issues } = predictor.predictRows([row], () => '');
      expect(issues).toEqual([]);
      const features = found[0]!.features;
      expect(Object.fromEntries(made.map((name) => [name, features[name]]))).toEqual(cells.get(visit.id));
      // What is logged answers the same again.
      expect(predictor.predictRows([features], () => '').answers[0]?.scores).toEqual(found[0]!.scores);
      seen += 1;
    }
    expect(seen).toBeGreaterThan(50);
  });

  it('answers a file as it answers requests, and with --earlier as if all were one file', async () => {
    project.write('all.csv', csvOf(visits));
    const all = await answers('all.csv');
    const newest = visits.toSorted((left, right) => (left.at < right.at ? -1 : 1)).slice(200);
    project.write('new.csv', csvOf(newest));
    project.write('old.csv', csvOf(visits.filter((visit) => !newest.includes(visit))));
    const idOf = (line: string): unknown => (JSON.parse(line) as { id: unknown }).id;
    const byId = new Map(all.map((line) => [idOf(line), line]));
    const part = await answers('new.csv', { earlier: 'old.csv' });
    expect(part).toEqual(part.map((line) => byId.get(idOf(line))));
    expect(part).toHaveLength(40);
    expect(await answers('new.csv')).not.toEqual(part);
  });

  it('counts a row once that stands in --earlier too, and says so', async () => {
    const newest = visits.toSorted((left, right) => (left.at < right.at ? -1 : 1)).slice(200);
    project.write('new.csv', csvOf(newest));
    project.write('old.csv', csvOf(visits.filter((visit) => !newest.includes(visit))));
    const apart = await answers('new.csv', { earlier: 'old.csv' });
    project.write('log.csv', csvOf(visits));
    const told: string[] = [];
    const context: Context = {
      ...project.context,
      progress: (event) => {
        if (event.kind === 'warning') told.push(event.message);
      },
    };
    await predict(context, {
      ...{ bundle: 'again', input: 'new.csv', output: 'out.ndjson', log: false, earlier: 'log.csv' },
    });
    expect(readFileSync(join(project.context.root, 'out.ndjson'), 'utf8').trimEnd().split('\n')).toEqual(
      apart,
    );
    expect(told).toEqual(['40 rows of log.csv are among the rows that are answered too: they count once.']);
  });

  it('is dealt out to shards of a folder as it is answered in one go, an empty file among them', async () => {
    const parts = [visits.slice(0, 90), [], visits.slice(90, 150), visits.slice(150, 200)];
    parts.forEach((rows, at) => project.write(`rows/${at}.csv`, csvOf(rows)));
    project.write('before.csv', csvOf(visits.slice(200)));
    const whole = await answers('rows', { earlier: 'before.csv' });
    expect(whole).toHaveLength(200);
    const shard = (index: number): ReturnType<typeof predict> =>
      predict(project.context, {
        ...{ bundle: 'again', input: 'rows', output: 'parts', log: false, earlier: 'before.csv' },
        shard: { index, of: 3 },
      });
    for (const index of [0, 1, 2]) expect((await shard(index)).result.shard?.state).toBe('made');
    const merge = { folder: 'parts', output: 'merged.ndjson' };
    await mergeShards(project.context, merge);
    expect(readFileSync(join(project.context.root, 'merged.ndjson'), 'utf8').trimEnd().split('\n')).toEqual(
      whole,
    );
    // Rows that a shard does not answer are still the history of those that it does.
    expect((await shard(0)).result.shard?.state).toBe('kept');
    project.write(
      'rows/3.csv',
      csvOf(visits.slice(150, 200).map((visit) => ({ ...visit, spend: 100 - visit.spend }))),
    );
    expect((await shard(0)).result.shard?.state).toBe('made');
    await expect(mergeShards(project.context, merge)).rejects.toMatchObject({ exitCode: 3 });
  });

  it.each([
    ['no history', {}, '/history', 'expected the rows before this one of the same customer'],
    ['one that is no list', { history: 'x' }, '/history', 'expected a list of rows'],
    ['too much of it', { history: Array.from({ length: 6 }, () => ({})) }, '/history', 'at most 5 rows'],
    ['a row without a time', { history: [{ at: null, spend: 1, event: 'buy' }] }, '/history/0/at', ''],
    ['no time of its own', { at: null, history: [] }, '/at', 'expected a time'],
    [
      'a later row',
      { history: [{ at: '2026-02-01', spend: 1, event: 'buy' }] },
      '/history/0/at',
      'before the row',
    ],
    [
      'a cell of another kind',
      { history: [{ at: '2026-01-01', spend: 'x', event: 'buy' }] },
      '/history/0/spend',
      '',
    ],
    ['a cell that is not there', { history: [{ at: '2026-01-01', spend: 1 }] }, '/history/0/event', ''],
    [
      'an unknown field',
      { history: [{ at: '2026-01-01', spend: 1, event: 'buy', sped: 1 }] },
      '/history/0/sped',
      '',
    ],
    [
      'rows of others',
      { history: [{ at: '2026-01-01', spend: 1, event: 'buy', customer: 'c2' }] },
      '/history/0/customer',
      'expected rows of one customer',
    ],
    ['both forms', { history: [], spend_lag_1: 3 }, '/spend_lag_1', 'one of the two is too many'],
  ])('refuses a request with %s by name', (_what, more, path, message) => {
    const row = { customer: 'c1', at: '2026-02-01', spend: 3, event: 'buy', ...more };
    const { issues } = predictor.predictRows([row], () => '');
    expect(issues.map((issue) => issue.path)).toEqual([path]);
    expect(issues[0]?.message).toContain(message);
  });

  it('takes an empty history for a first visit', () => {
    const row = { at: '2026-02-01', spend: 3, event: 'buy', history: [] };
    const { answers: found } = predictor.predictRows([row], () => '');
    expect(found[0]?.features).toMatchObject({ spend_lag_1: null, spend_sum_7d: null });
  });

  it('does not read standard input, or a history that it has no use for', async () => {
    await expect(answers('-')).rejects.toMatchObject({ code: 'history-unknown', exitCode: 2 });
  });
});
