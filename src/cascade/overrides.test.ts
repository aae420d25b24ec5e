import { describe, expect, it } from 'vitest';
import { loadBundle } from '../packaging/keep.ts';
import { bundleFiles } from '../packaging/bundle.ts';
import { setOtherwise } from '../project/bundles.ts';
import { readRuns } from '../tracking/runs/runs.ts';
import { outputOf } from '../tracking/stages.ts';
import { cascade } from './cascade.ts';
import type { CascadeResult } from './cascade.ts';
import { cascadeOutcome } from './outcome.ts';
import { csvOf, customers, customersPipeline, openTestProject } from './testing.fixture.ts';

/** A net: passes over the rows mean something to it. */
const pipeline = customersPipeline().replace('family: linear', 'family: mlp');
const open = () =>
  openTestProject({
    'pipelines/left.yaml': pipeline,
    'data/customers.csv': csvOf(customers(0, 200)),
  });
const said = ({ stages }: CascadeResult): string[] =>
  stages.map(({ name, state, reason }) => `${name} ${state}: ${reason}`);

describe('a run with keys set otherwise', () => {
  it('runs what they matter to, says so in run and bundle, and leaves the pipeline of the file as it was', async () => {
    const { context } = await open();
    const run = (set: readonly string[]) => cascade(context, 'package', { waitMs: 0, set });
    await run([]);
    const experiment = await run(['model.mlp.epochs=3', 'model.seed=1']);
    expect(said(experiment).slice(3)).toEqual([
      'train ran: pipeline model.mlp.epochs: 8 → 3',
      expect.stringMatching(/^package ran: model changed; set for this run is new$/),
    ]);
    const set = [{ key: 'model.mlp.epochs', value: 3, instead: 8 }];
    expect(cascadeOutcome(experiment).set).toEqual(set);
    expect((await readRuns(context, 1)).records[0]!.content.set).toEqual(set);

    const { bundle: digest, version, name } = outputOf.package(experiment.last);
    const bundle = await loadBundle(context.store, digest);
    expect(bundle.manifest.set).toEqual(set);
    const card = new TextDecoder().decode(bundleFiles(bundle).get('MODEL_CARD.md'));
    expect(card).toContain('model.mlp.epochs=3 (8 in the pipeline file)');
    expect(setOtherwise({ bundle, name, version })).toEqual([
      'left@2 was trained with model.mlp.epochs=3 (8 in the pipeline file), set for that run alone: a retraining goes by the pipeline file.',
    ]);

    const back = await run([]);
    expect(said(back).map((line) => line.replace(/:.*/, ''))).toEqual(
      ['ingest', 'validate', 'featurize', 'train', 'package'].map((stage) => `${stage} cached`),
    );
    expect(outputOf.package(back.last).version).toBe(1);
    expect(cascadeOutcome(back)).not.toHaveProperty('set');
    const plain = await loadBundle(context.store, outputOf.package(back.last).bundle);
    expect(setOtherwise({ bundle: plain, name, version: 1 })).toEqual([]);
  });

  it('trains what the file would train if it said so: one model, whoever set the key', async () => {
    const { context, write } = await open();
    const set = await cascade(context, 'train', { waitMs: 0, set: ['model.epochs=3'] });
    write('pipelines/left.yaml', pipeline.replace('epochs: 8', 'epochs: 3'));
    const written = await cascade(context, 'train', { waitMs: 0 });
    expect(written.pipeline.notices).toEqual([]);
    write('pipelines/left.yaml', pipeline.replace('mlp: { epochs: 8,', 'epochs: 3, mlp: {'));
    const former = await cascade(context, 'train', { waitMs: 0 });
    expect(former.last.digest).toBe(set.last.digest);
    expect(cascadeOutcome(former).warnings[0]).toMatch(
      /^model\.epochs of the pipeline file is a key of model\.mlp now/,
    );
    expect(written.last.digest).toBe(set.last.digest);
    expect(said(written).at(-1)).toBe('train cached: nothing changed');
  });

  it('warns of a key that the family does not use, and trains nothing for it', async () => {
    const { context } = await open();
    await cascade(context, 'train', { waitMs: 0 });
    const done = await cascade(context, 'train', { waitMs: 0, set: ['model.gbdt.leaves=63'] });
    expect(said(done).at(-1)).toBe('train cached: nothing changed');
    expect(cascadeOutcome(done).warnings).toContain(
      'model.gbdt.leaves was set, but family mlp does not use it.',
    );
  });
});
