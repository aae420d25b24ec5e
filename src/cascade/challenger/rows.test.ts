import { describe, expect, it } from 'vitest';
import { cellValue } from '../../data/columns.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { ChallengerRows, TaughtRow } from './rows.ts';
import { gatherRows } from './rows.ts';
import { cascade } from '../cascade.ts';
import { identifyingRows } from '../../project/identities.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { SnapshotRows } from '../snapshotRows.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import { outputOf } from '../../tracking/stages.ts';
import type { Customer } from '../testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../testing.fixture.ts';
import { finish } from '../../work.ts';

async function sourceRows(
  rows: readonly Customer[],
  more?: string,
): Promise<{ pipeline: Pipeline; source: SnapshotRows }> {
  const { context } = await openTestProject({
    'pipelines/left.yaml': customersPipeline(more),
    'data/customers.csv': csvOf(rows),
  });
  const done = await cascade(context, 'ingest', { waitMs: 0 });
  const pipeline = await openPipeline(context, 'left');
  const { snapshot } = outputOf.ingest(done.records.ingest!);
  return { pipeline, source: await readSnapshotRows(context, pipeline, snapshot) };
}

/** As the service logs them: what a model may see, the row's id, and the outcome. `note` is not asked for. */
const logged = (rows: readonly Customer[]): TaughtRow[] =>
  rows.map(({ id, tenure, plan, left }, at) => ({
    record: {
      id: `p${at}`,
      rowId: id,
      at,
      version: 1,
      bundle: 'b',
      features: { id, tenure, plan },
      prediction: 'No',
      scores: [1, 0],
    },
    label: { value: left },
  }));

const cellsOf = ({ rows }: ChallengerRows, column: string, positions: ArrayLike<number>): unknown[] =>
  Array.from(positions, (row) => cellValue(rows.table.columns.get(column)!, row));
const teachers = ({ trainingRows }: ChallengerRows): number[] =>
  Array.from({ length: trainingRows }, (_, row) => row);

describe('gatherRows', () => {
  it('has every row once: those of the source, those of the log that teach, those that judge', async () => {
    const { pipeline, source } = await sourceRows(customers(0, 100));
    const traffic = { recent: logged(customers(200, 260)), older: logged(customers(100, 140)) };
    const gathered = gatherRows(pipeline, source, traffic, new Set());
    expect(gathered.rows.table.rows).toBe(200);
    expect(gathered.rows.ids).toHaveLength(200);
    expect(gathered.trainingRows + gathered.compare.length).toBe(200);
    expect(gathered.compare.length).toBe(30);
    expect(gathered.fromSource.filter(Boolean)).toHaveLength(100);
    const judging = cellsOf(gathered, 'id', gathered.compare);
    const teaching = new Set(cellsOf(gathered, 'id', teachers(gathered)));
    expect(judging.filter((id) => teaching.has(id))).toEqual([]);
    // Older rows may all teach.
    expect(customers(100, 140).every(({ id }) => teaching.has(id))).toBe(true);
  });

  it('takes the row of the source where the log has the same id, and of several logged ones the newest', async () => {
    const { pipeline, source } = await sourceRows(customers(0, 100));
    const [known, fresh] = [customers(3, 4)[0]!, customers(500, 501)[0]!];
    const older = logged([
      { ...known, tenure: 999 },
      { ...fresh, tenure: 1 },
      { ...fresh, tenure: 2 },
    ]);
    const gathered = gatherRows(pipeline, source, { recent: [], older }, new Set());
    expect(gathered.trainingRows).toBe(101);
    const tenureOf = new Map(
      cellsOf(gathered, 'id', teachers(gathered)).map((id, at) => [
        id,
        cellValue(gathered.rows.table.columns.get('tenure')!, at),
      ]),
    );
    expect(tenureOf.get(known.id)).toBe(known.tenure);
    expect(tenureOf.get(fresh.id)).toBe(2);
  });

  it('takes a row that judges out of the source, also where only its cells tell who it is', async () => {
    for (const more of ['row_id: id\n', 'row_id: []\n']) {
      const rows = customers(0, 100);
      const { pipeline, source } = await sourceRows(rows, more);
      const gathered = gatherRows(pipeline, source, { recent: logged(rows), older: [] }, new Set());
      const named = finish(identifyingRows(pipeline, source.schema, gathered.rows.table));
      const judging = new Set(Array.from(gathered.compare, (row) => named[row]!));
      expect(judging.size).toBe(50);
      expect(teachers(gathered).filter((row) => judging.has(named[row]!))).toEqual([]);
    }
  });

  it('lets no row judge that the champion was fitted on', async () => {
    const { pipeline, source } = await sourceRows(customers(0, 100));
    const recent = logged(customers(200, 260));
    const before = gatherRows(pipeline, source, { recent, older: [] }, new Set());
    const [seen, ...others] = cellsOf(before, 'id', before.compare) as string[];
    const after = gatherRows(pipeline, source, { recent, older: [] }, new Set([seen!, 'c1']));
    // The next newest judges instead.
    expect(cellsOf(after, 'id', after.compare).slice(-others.length)).toEqual(others);
    expect(after.compare).toHaveLength(before.compare.length);
    expect(after.seenByChampion).toBe(1);
    // It may teach instead.
    expect(cellsOf(after, 'id', teachers(after))).toContain(seen);
  });

  it('lets the newest judge, and knows when each row was', async () => {
    const { pipeline, source } = await sourceRows(customers(0, 50));
    const recent = logged(customers(200, 260));
    const gathered = gatherRows(pipeline, source, { recent, older: [] }, new Set());
    expect(cellsOf(gathered, 'id', gathered.compare)).toEqual(customers(230, 260).map(({ id }) => id));
    const ids = cellsOf(gathered, 'id', [...gathered.times.keys()]);
    const timeOf = new Map(ids.map((id, row) => [id, gathered.times[row]]));
    expect([timeOf.get('c200'), timeOf.get('c259')]).toEqual([0, 59]);
    expect(gathered.times.filter((at) => Number.isNaN(at))).toHaveLength(50);
    expect([...gathered.order].sort((left, right) => left - right)).toEqual([...ids.keys()]);
    expect(gathered.draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  });

  it('gives the same rows for the same traffic in another order', async () => {
    const { pipeline, source } = await sourceRows(customers(0, 50));
    const recent = logged(customers(200, 240));
    const one = gatherRows(pipeline, source, { recent, older: [] }, new Set());
    const other = gatherRows(pipeline, source, { recent: recent.toReversed(), older: [] }, new Set());
    expect(cellsOf(other, 'id', teachers(other))).toEqual(cellsOf(one, 'id', teachers(one)));
  });
});
