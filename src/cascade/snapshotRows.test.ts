import { describe, expect, it } from 'vitest';
import { openPipeline } from '../project/openPipeline.ts';
import { outputOf } from '../tracking/stages.ts';
import { cascade } from './cascade.ts';
import type { HeldRows } from './snapshotRows.ts';
import { readSnapshotRows } from './snapshotRows.ts';
import { csvOf, customers, customersPipeline, openTestProject } from './testing.fixture.ts';

describe('rows that are held', () => {
  it('are those of the snapshot that was read last, and of no other', async () => {
    const { context, write } = await openTestProject({
      'pipelines/left.yaml': customersPipeline(),
      'data/customers.csv': csvOf(customers(0, 60)),
    });
    const snapshotOf = async () =>
      outputOf.ingest((await cascade(context, 'ingest', { waitMs: 0 })).last).snapshot;
    const first = await snapshotOf();
    write('data/customers.csv', csvOf(customers(0, 50)));
    const second = await snapshotOf();
    const pipeline = await openPipeline(context, 'left');
    const held: HeldRows = {};
    const read = (snapshot: typeof first) => readSnapshotRows({ ...context, held }, pipeline, snapshot);
    const rows = await read(first);
    expect(await read(first)).toBe(rows);
    expect((await read(second)).table.rows).toBe(50);
    const again = await read(first);
    expect(again).not.toBe(rows);
    expect(again.ids).toEqual(rows.ids);
    // Whoever holds nothing reads for himself.
    expect(await readSnapshotRows(context, pipeline, first)).not.toBe(again);
  });
});
