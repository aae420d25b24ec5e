import { expect, it } from 'vitest';
import { resolveBundle } from '../project/bundles.ts';
import { openPipeline } from '../project/openPipeline.ts';
import { outputOf } from '../tracking/stages.ts';
import { cascade } from './cascade.ts';
import { testUnknownTo } from './fittedRows.ts';
import { readSnapshotRows } from './snapshotRows.ts';
import { decodeSplit } from './split.ts';
import { csvOf, customers, customersPipeline, openTestProject } from './testing.fixture.ts';

it('tells the test rows that a champion knows from those that it does not', async () => {
  const { context } = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 200)),
  });
  const { records } = await cascade(context, 'package', { waitMs: 0 });
  const pipeline = await openPipeline(context, 'left');
  const rows = await readSnapshotRows(context, pipeline, outputOf.ingest(records.ingest!).snapshot);
  const split = decodeSplit(await context.store.get(outputOf.featurize(records.featurize!).split));
  const { bundle } = await resolveBundle(context, 'left');
  const said: string[] = [];
  const telling: typeof context = {
    ...context,
    progress: (event) => {
      if (event.kind === 'warning') said.push(event.message);
    },
  };
  const unknown = (test: Int32Array): Promise<Int32Array> =>
    testUnknownTo(telling, pipeline, bundle.digest, rows, test);

  expect(await unknown(split.test)).toEqual(split.test);
  expect(said).toEqual([]);
  const [known] = split.train;
  expect(await unknown(Int32Array.of(known!, ...split.test))).toEqual(split.test);
  // Where it knows them all, they judge all the same.
  expect(await unknown(split.validation)).toEqual(split.validation);
  expect(said).toEqual([
    `The model that serves was fitted on 1 of the ${1 + split.test.length} test rows. They are left out of the comparison with it.`,
    `The model that serves was fitted on ${split.validation.length} of the ${split.validation.length} test rows. It looks better on them than it is.`,
  ]);
});
