import { describe, expect, it } from 'vitest';
import { cellValue } from '../../data/columns.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { cascade } from '../../cascade/cascade.ts';
import type { Challenger } from './challenger.ts';
import { fitChallenger } from './challenger.ts';
import { gatherRows } from './challengerRows.ts';
import type { ChallengerRows, TaughtRow } from './challengerRows.ts';
import type { Context } from '../../project/context.ts';
import { fittedIdentities, identifyingRows } from '../../cascade/fittedRows.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { SnapshotRows } from '../../cascade/snapshotRows.ts';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import { outputOf } from '../../tracking/stages.ts';
import type { Customer } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { finish } from '../../work.ts';

interface Champion {
  readonly context: Context;
  readonly pipeline: Pipeline;
  readonly source: SnapshotRows;
  readonly named: NamedBundle;
}

async function trainChampion(more?: string): Promise<Champion> {
  const { context } = await openTestProject({
    'pipelines/left.yaml': customersPipeline(more),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  const done = await cascade(context, 'package', { waitMs: 0 });
  const pipeline = await openPipeline(context, 'left');
  const source = await readSnapshotRows(context, pipeline, outputOf.ingest(done.records.ingest!).snapshot);
  return { context, pipeline, source, named: await resolveBundle(context, 'left') };
}

type Outcome = (row: Customer) => string;

const logged = (rows: readonly Customer[], outcome: Outcome): TaughtRow[] =>
  rows.map((row, at) => ({
    record: {
      id: `p${at}`,
      rowId: row.id,
      at,
      version: 1,
      bundle: 'b',
      features: { id: row.id, tenure: row.tenure, plan: row.plan },
      prediction: 'No',
      scores: [1, 0],
    },
    label: { value: outcome(row) },
  }));

const recent = customers(1000, 1200, true);
const truth: Outcome = ({ left }) => left;

async function challengeBy(
  { context, pipeline, source, named }: Champion,
  outcome: Outcome,
): Promise<{ gathered: ChallengerRows; challenger: Challenger }> {
  const seen = await fittedIdentities(context, pipeline, named.bundle.digest);
  const gathered = gatherRows(pipeline, source, { recent: logged(recent, outcome), older: [] }, seen);
  return { gathered, challenger: await fitChallenger(context, pipeline, gathered, named) };
}

/** All that fitting, calibrating and early stopping gave. */
const madeOf = ({ fit, fitted, split }: Challenger): unknown => ({
  files: Object.fromEntries(
    [...fit.model.files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('hex')]),
  ),
  calibration: fit.model.calibration,
  threshold: fit.threshold,
  tried: fit.tried,
  fitted,
  train: [...split.train],
  validation: [...split.validation],
});

describe('a challenger', () => {
  it('is the same whatever the outcome of the comparison rows; only the comparison changes', async () => {
    const champion = await trainChampion();
    const honest = await challengeBy(champion, truth);
    const judges = new Set(
      Array.from(honest.gathered.compare, (row) =>
        cellValue(honest.gathered.rows.table.columns.get('id')!, row),
      ),
    );
    const flip: Outcome = ({ left }) => (left === 'Yes' ? 'No' : 'Yes');
    const lied = await challengeBy(champion, (row) => (judges.has(row.id) ? flip(row) : row.left));
    expect(lied.gathered.compare).toEqual(honest.gathered.compare);
    expect(madeOf(lied.challenger)).toEqual(madeOf(honest.challenger));
    expect(lied.challenger.comparison).not.toEqual(honest.challenger.comparison);
    expect(honest.challenger.comparison.improvement.low).toBeGreaterThan(0);
    expect(lied.challenger.comparison.improvement).toMatchObject({ better: false });
    expect(lied.challenger.comparison.improvement.value).toBeLessThan(0);
    // The same lie about one row that teaches is noticed.
    const teacher = recent.find(({ id }) => !judges.has(id))!;
    const other = await challengeBy(champion, (row) => (row === teacher ? flip(row) : row.left));
    expect(madeOf(other.challenger)).not.toEqual(madeOf(honest.challenger));
  });

  it('does not learn of a class that only a comparison row has', async () => {
    const champion = await trainChampion('row_id: id\nsplit: { strategy: hash }\n');
    const pipeline: Pipeline = {
      ...champion.pipeline,
      label: { ...champion.pipeline.label, task: 'auto', positive: null },
    };
    const honest = await challengeBy({ ...champion, pipeline }, truth);
    const [judge] = cellsOfCompare(honest.gathered);
    const odd = await challengeBy({ ...champion, pipeline }, (row) =>
      row.id === judge ? 'Maybe' : row.left,
    );
    expect(odd.challenger.fit.model.task).toEqual(honest.challenger.fit.model.task);
    expect(odd.challenger.comparison.rows).toBe(honest.challenger.comparison.rows - 1);
    expect(madeOf(odd.challenger)).toEqual(madeOf(honest.challenger));
  });

  it('is compared on rows that the champion was not fitted on either', async () => {
    const champion = await trainChampion();
    const { context, pipeline, source, named } = champion;
    const seen = await fittedIdentities(context, pipeline, named.bundle.digest);
    // Train and validation part, and not the test part.
    expect(seen.size).toBeGreaterThan(220);
    expect(seen.size).toBeLessThan(300);
    // Customers who come back with the very rows of the source.
    const traffic = { recent: logged(customers(0, 300), truth), older: [] };
    const gathered = gatherRows(pipeline, source, traffic, seen);
    const named_ = finish(identifyingRows(pipeline, source.schema, gathered.rows.table));
    expect(gathered.compare.length).toBeGreaterThan(0);
    expect(Array.from(gathered.compare).filter((row) => seen.has(named_[row]!))).toEqual([]);
    expect(gathered.seenByChampion).toBeGreaterThan(50);
  });

  it('is judged on the old population by rows of the source only', async () => {
    const champion = await trainChampion();
    const { challenger } = await challengeBy(champion, truth);
    const test = (await cascade(champion.context, 'featurize', { waitMs: 0 })).records.featurize!;
    expect(challenger.onSource?.rows).toBe(outputOf.featurize(test).rows.test);
  });
});

function cellsOfCompare({ rows, compare }: ChallengerRows): unknown[] {
  return Array.from(compare, (row) => cellValue(rows.table.columns.get('id')!, row));
}
