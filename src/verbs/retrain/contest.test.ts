import { describe, expect, it } from 'vitest';
import { cellValue } from '../../data/columns.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { cascade } from '../../cascade/cascade.ts';
import type { Challenger, Ground } from '../../cascade/challenger/challenger.ts';
import { fitChallenger, groundOf, presentWorld, taughtRows } from '../../cascade/challenger/challenger.ts';
import { holdContest } from './contest.ts';
import type { Contest } from './contest.ts';
import { gatherRows } from '../../cascade/challenger/rows.ts';
import type { ChallengerRows, TaughtRow } from '../../cascade/challenger/rows.ts';
import type { Context } from '../../project/context.ts';
import { fittedIdentities } from '../../cascade/fittedRows.ts';
import { identifyingRows } from '../../project/identities.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { SnapshotRows } from '../../cascade/snapshotRows.ts';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import { outputOf } from '../../tracking/stages.ts';
import { tenureModel } from '../../cascade/script/model.fixture.ts';
import type { Customer, TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { Comparison } from '../../evaluation/evaluation.ts';
import { finish } from '../../work.ts';

interface Champion extends Pick<TestProject, 'write'> {
  readonly context: Context;
  readonly pipeline: Pipeline;
  readonly source: SnapshotRows;
  readonly named: NamedBundle;
}

async function trainChampion(more?: string, files: Readonly<Record<string, string>> = {}): Promise<Champion> {
  const { context, write } = await openTestProject({
    'pipelines/left.yaml': customersPipeline(more),
    'data/customers.csv': csvOf(customers(0, 300)),
    ...files,
  });
  const done = await cascade(context, 'package', { waitMs: 0 });
  const pipeline = await openPipeline(context, 'left');
  const source = await readSnapshotRows(context, pipeline, outputOf.ingest(done.records.ingest!).snapshot);
  return { context, write, pipeline, source, named: await resolveBundle(context, 'left') };
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

interface Tried {
  readonly gathered: ChallengerRows;
  readonly ground: Ground;
  readonly contest: Contest;
  readonly challenger: Challenger;
}

async function challengeBy({ context, pipeline, source, named }: Champion, outcome: Outcome): Promise<Tried> {
  const seen = await fittedIdentities(context, pipeline, named.bundle.digest);
  const gathered = gatherRows(pipeline, source, { recent: logged(recent, outcome), older: [] }, seen);
  const ground = await groundOf(context, pipeline, gathered, named, await presentWorld(context, pipeline));
  const contest = await holdContest(context, ground, { ...named, since: 0 });
  const positions = Int32Array.from({ length: gathered.trainingRows }, (_, row) => row);
  const challenger = await fitChallenger(context, ground, taughtRows(ground, 'union', positions));
  return { gathered, ground, contest, challenger };
}

/** The comparison of the challenger that learns of all rows. */
const ofUnion = ({ candidates }: Contest): Comparison =>
  candidates.find(({ name }) => name === 'union')!.comparison!;

/** All that fitting, calibrating and early stopping gave. */
const madeOf = ({ fit, fitted, taught: { split } }: Challenger): unknown => ({
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
  it('is trained by the program of the project, where one trains', async () => {
    const champion = await trainChampion(undefined, {
      'pipelines/left.yaml': `source: data/customers.csv
label: { column: left, positive: 'Yes' }
row_id: id
features: { drop: [note] }
model: { script: { command: [${process.execPath}, train.mjs], files: [made.txt] } }
evaluation: { bootstrap: 200, gates: [] }
`,
      'train.mjs':
        "import { copyFileSync } from 'node:fs'; copyFileSync('made.txt', process.env.AIENG_OUTPUT);",
      'made.txt': tenureModel(),
    });
    champion.write('made.txt', tenureModel(true));
    const { contest, challenger } = await challengeBy(champion, truth);
    expect(new TextDecoder().decode(challenger.fit.model.files.get('given/model.txt'))).toBe(
      tenureModel(true),
    );
    expect(challenger.fit.because).toContain('train.mjs');
    expect(ofUnion(contest).improvement.low).toBeGreaterThan(0);
  });

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
    expect(ofUnion(lied.contest)).not.toEqual(ofUnion(honest.contest));
    expect(ofUnion(honest.contest).improvement.low).toBeGreaterThan(0);
    expect(ofUnion(lied.contest).improvement).toMatchObject({ better: false });
    expect(ofUnion(lied.contest).improvement.value).toBeLessThan(0);
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
    expect(ofUnion(odd.contest).rows).toBe(ofUnion(honest.contest).rows - 1);
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
    const { contest, ground, challenger, gathered } = await challengeBy(champion, truth);
    const test = (await cascade(champion.context, 'featurize', { waitMs: 0 })).records.featurize!;
    expect(contest.onSource?.rows).toBe(outputOf.featurize(test).rows.test);
    // And no challenger is fitted on them, nor is the one that is refitted on all rows.
    const kept = new Set(ground.sourceTest);
    const refitted = taughtRows(ground, 'union', gathered.order);
    expect([...challenger.taught.rows, ...refitted.rows].filter((row) => kept.has(row))).toEqual([]);
    expect(new Set(refitted.rows)).toEqual(new Set([...challenger.taught.rows, ...ground.compare]));
  });

  it('learns from the newest rows of a source that is split by time, but for some that stand for it', async () => {
    const split = 'split: { strategy: time, train: 0.2, validation: 0.1, test: 0.7 }';
    const champion = await trainChampion(`row_id: id\ntime: tenure\n${split}\n`, {
      'data/customers.csv': csvOf(customers(2000, 3400)),
    });
    const { gathered, ground, challenger } = await challengeBy(champion, truth);
    const test = (await cascade(champion.context, 'featurize', { waitMs: 0 })).records.featurize!;
    const all = outputOf.featurize(test).rows.test;
    expect(all).toBeGreaterThan(900);
    expect(ground.sourceTest.length / all).toBeGreaterThan(0.45);
    expect(ground.sourceTest.length / all).toBeLessThan(0.62);
    const taught = new Set(challenger.taught.rows);
    expect([...ground.sourceTest].filter((row) => taught.has(row))).toEqual([]);
    const ofSource = [...taught].filter((row) => gathered.fromSource[row]);
    expect(ofSource).toHaveLength(1400 - ground.sourceTest.length);
  });

  it('is compared on no row of the source that the champion was fitted on', async () => {
    const champion = await trainChampion();
    const { source, pipeline, named } = champion;
    const all = finish(identifyingRows(pipeline, source.schema, source.table));
    const traffic = { recent: logged(recent, truth), older: [] };
    const own = await presentWorld(champion.context, pipeline);
    const groundBy = async (seen: readonly string[]): Promise<Ground> => {
      const gathered = gatherRows(pipeline, source, traffic, new Set(seen));
      return groundOf(champion.context, pipeline, gathered, named, own);
    };
    const [nothing, half] = [await groundBy([]), await groundBy(all.filter((_, at) => at % 2 === 0))];
    expect(half.sourceTest.length).toBeGreaterThan(0);
    expect(half.sourceTest.length).toBeLessThan(nothing.sourceTest.length);
    expect([...nothing.sourceTest]).toEqual(expect.arrayContaining([...half.sourceTest]));
    expect(half.kept).toEqual(nothing.kept);
  });
});

function cellsOfCompare({ rows, compare }: ChallengerRows): unknown[] {
  return Array.from(compare, (row) => cellValue(rows.table.columns.get('id')!, row));
}
