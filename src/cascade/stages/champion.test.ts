import { expect, it } from 'vitest';
import { outputOf } from '../../tracking/stages.ts';
import { deploymentRef, moveRef, servedValue } from '../../tracking/served.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { identifyingFitted, partingKnown } from '../../project/identities.ts';
import type { KnownApart } from '../../project/identities.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { finish } from '../../work.ts';
import { cascade } from '../cascade.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import { decodeSplit } from '../split.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../testing.fixture.ts';

const pipelineWith = (more: string): string =>
  customersPipeline(`row_id: id\n${more}`).replace('gates: []', 'gates: [{ better_than: champion }]');

it('compares with the champion on test rows that it was not fitted on, and says how many are left out', async () => {
  const { context, write } = await openTestProject({
    'pipelines/left.yaml': pipelineWith(''),
    'data/customers.csv': csvOf(customers(0, 200)),
  });
  await cascade(context, 'package', { waitMs: 0 });
  const { bundle, version } = await resolveBundle(context, 'left');
  await moveRef(context, deploymentRef('left'), servedValue(version, bundle.digest), 'serves');

  const said: string[] = [];
  const trained = async (): Promise<number> => {
    const { records } = await cascade(
      {
        ...context,
        progress: (event) => {
          if (event.kind === 'warning') said.push(event.message);
        },
      },
      'train',
      { waitMs: 0 },
    );
    return outputOf.featurize(records.featurize!).rows.test;
  };
  await trained();
  expect(said.filter((message) => message.startsWith('The model that serves was fitted on'))).toEqual([]);
  // Dealt out anew, rows that taught the champion are test rows.
  write('pipelines/left.yaml', pipelineWith('split: { seed: 7 }\n'));
  const test = await trained();
  const [told = ''] = said.filter((message) => message.startsWith('The model that serves was fitted on'));
  const [, known, all] = /fitted on (\d+) of the (\d+) test rows\. They are left out/.exec(told) ?? [];
  expect(Number(all)).toBe(test);
  expect(Number(known)).toBeGreaterThan(0);
  expect(Number(known)).toBeLessThan(test);
});

it('lets rows judge that the champion knows where it knows them all', async () => {
  const { context } = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 60)),
  });
  const { records } = await cascade(context, 'featurize', { waitMs: 0 });
  const pipeline = await openPipeline(context, 'left');
  const rows = await readSnapshotRows(context, pipeline, outputOf.ingest(records.ingest!).snapshot);
  const split = decodeSplit(await context.store.get(outputOf.featurize(records.featurize!).split));
  const fitted = finish(identifyingFitted(pipeline, rows, split));
  const parted = (test: Int32Array): KnownApart => finish(partingKnown(pipeline, rows, test, fitted));
  const { train, test } = split;
  expect(parted(test)).toEqual({ positions: test, known: 0 });
  expect(parted(train)).toEqual({ positions: train, known: train.length });
  expect(parted(Int32Array.of(train[0]!, ...test))).toEqual({ positions: test, known: 1 });
});
