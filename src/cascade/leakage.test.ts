import { describe, expect, it } from 'vitest';
import type { SplitPart } from '../data/splitting.ts';
import { openPipeline } from '../project/openPipeline.ts';
import { cascade } from './cascade.ts';
import type { FeaturizeOutput, TrainOutput } from '../tracking/stageOutputs.ts';
import { outputOf } from '../tracking/stages.ts';
import { readSnapshotRows } from './snapshotRows.ts';
import { decodeSplit } from './split.ts';
import type { Customer, TestProject } from './testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from './testing.fixture.ts';

// What guards against leakage is tested by changing what it guards: rows of one part of the split get other cells, words
// that stand nowhere else, and the opposite label. The split goes by id, so that every row stays where it was.

interface Fitted {
  readonly features: FeaturizeOutput;
  readonly model: TrainOutput;
  readonly part: ReadonlyMap<string, SplitPart>;
}

async function fitted(rows: readonly Customer[], family: string): Promise<Fitted> {
  const project = await openTestProject({
    'pipelines/left.yaml': customersPipeline().replace('family: linear', `family: ${family}`),
    'data/customers.csv': csvOf(rows),
  });
  const run = (target: 'ingest' | 'featurize' | 'train') =>
    cascade(project.context, target, { waitMs: 0, only: false });
  const model = outputOf.train((await run('train')).last);
  const features = outputOf.featurize((await run('featurize')).last);
  return {
    features,
    model,
    part: await partsOf(project, outputOf.ingest((await run('ingest')).last).snapshot, features),
  };
}

async function partsOf(
  { context }: TestProject,
  snapshot: Parameters<typeof readSnapshotRows>[2],
  features: FeaturizeOutput,
): Promise<ReadonlyMap<string, SplitPart>> {
  const { table } = await readSnapshotRows(context, await openPipeline(context, undefined), snapshot);
  const split = decodeSplit(await context.store.get(features.split));
  const ids = table.columns.get('id');
  const id = (row: number) =>
    ids?.kind === 'category'
      ? ids.dictionary[ids.codes[row]!]!
      : ids?.kind === 'text'
        ? ids.values[row]!
        : '';
  return new Map(
    (['train', 'validation', 'test'] as const).flatMap((name) =>
      Array.from(split[name], (row) => [id(row), name] as const),
    ),
  );
}

const disturbed = (row: Customer): Customer => ({
  ...row,
  tenure: 1000 + 7 * row.tenure,
  plan: `only here ${row.id}` as Customer['plan'],
  left: row.left === 'Yes' ? 'No' : 'Yes',
});
const rows = customers(0, 240);

describe.each(['linear', 'auto'])('a training of %s', async (family) => {
  const plain = await fitted(rows, family);
  const without = (part: SplitPart) =>
    fitted(
      rows.map((row) => (plain.part.get(row.id) === part ? disturbed(row) : row)),
      family,
    );

  it('learns nothing of the test part: features, model, calibration, threshold and baselines are the same', async () => {
    const other = await without('test');
    expect(other.part).toEqual(plain.part);
    expect(other.features.features).toBe(plain.features.features);
    expect(other.model.model).toEqual(plain.model.model);
    expect(other.model.tried).toEqual(plain.model.tried);
    expect(other.model.because).toBe(plain.model.because);
    expect(other.model.threshold).toBe(plain.model.threshold);
    expect(other.model.metrics.train).toEqual(plain.model.metrics.train);
    expect(other.model.metrics.validation).toEqual(plain.model.metrics.validation);
    const chosen = ({ model }: Fitted) => model.evaluation.baselines.map(({ name }) => name);
    expect(chosen(other)).toEqual(chosen(plain));
    expect(other.model.metrics.test).not.toEqual(plain.model.metrics.test);
  });

  it('fits no transform on the validation part', async () => {
    const other = await without('validation');
    expect(other.features.features).toBe(plain.features.features);
    expect(other.features.prepared).not.toBe(plain.features.prepared);
    expect(other.model.metrics.validation).not.toEqual(plain.model.metrics.validation);
  });

  it('fits all of it on the training part', async () => {
    const other = await without('train');
    expect(other.features.features).not.toBe(plain.features.features);
    expect(other.model.model.files).not.toEqual(plain.model.model.files);
  });
});
