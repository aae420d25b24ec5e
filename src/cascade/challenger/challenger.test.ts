import { expect, it } from 'vitest';
import { openPipeline } from '../../project/openPipeline.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { outputOf } from '../../tracking/stages.ts';
import { cascade } from '../cascade.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import type { Customer } from '../testing.fixture.ts';
import { customers, customersPipeline, openTestProject } from '../testing.fixture.ts';
import { groundOf, presentWorld, taughtRows } from './challenger.ts';
import { gatherRows } from './rows.ts';
import type { TaughtRow } from './rows.ts';

const start = Date.UTC(2026, 0, 1);
const dayOf = (at: number): string => new Date(start + at * 86_400_000).toISOString().slice(0, 10);

const csvOf = (rows: readonly Customer[]): string =>
  [
    'day,id,tenure,plan,note,left',
    ...rows.map((row, at) => [dayOf(at), ...Object.values(row)].join(',')),
  ].join('\n');

it('is tuned on rows of all times, where the pipeline splits by time, and never on the test part of the source', async () => {
  const { context } = await openTestProject({
    'pipelines/left.yaml': customersPipeline('row_id: id\ntime: day\nsplit: { strategy: time }\n'),
    'data/customers.csv': csvOf(customers(0, 400)),
  });
  const done = await cascade(context, 'package', { waitMs: 0 });
  const pipeline = await openPipeline(context, 'left');
  const source = await readSnapshotRows(context, pipeline, outputOf.ingest(done.records.ingest!).snapshot);
  const recent = customers(1000, 1400).map(({ id, tenure, plan, left }, at): TaughtRow => ({
    record: {
      ...{ id: `p${at}`, rowId: id, at: start + (400 + at) * 86_400_000, version: 1, bundle: 'b' },
      features: { id, tenure, plan, day: dayOf(400 + at) },
      ...{ prediction: 'No', scores: [1, 0] },
    },
    label: { value: left },
  }));
  const gathered = gatherRows(pipeline, source, { recent, older: [] }, new Set());
  const champion = await resolveBundle(context, 'left');
  const ground = await groundOf(context, pipeline, gathered, champion, await presentWorld(context, pipeline));
  const { rows, split } = taughtRows(ground, 'union', gathered.order);
  expect(ground.sourceTest).toHaveLength(60);
  expect(rows).toHaveLength(740);
  const kept = new Set(ground.sourceTest);
  expect([...rows].some((row) => kept.has(row))).toBe(false);
  expect(new Set([...split.train, ...split.validation])).toEqual(new Set(rows));
  // 15 of 100, of each fifth of the time: the newest of the source are old by now.
  const day = (row: number): number => Math.floor((gathered.times[row]! - start) / (160 * 86_400_000));
  const share = (fifth: number): number => {
    const own = [...rows].filter((row) => day(row) === fifth);
    return own.filter((row) => split.validation.includes(row)).length / own.length;
  };
  for (const fifth of [0, 1, 2, 3, 4]) {
    expect(share(fifth)).toBeGreaterThan(0.05);
    expect(share(fifth)).toBeLessThan(0.28);
  }
});
