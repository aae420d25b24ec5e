import { takeRows } from '../../data/columns.ts';
import type { Digest } from '../../digest.ts';
import { gateError } from '../../errors.ts';
import type { TrainedModel } from '../../modeling/model.ts';
import { keepBundle } from '../../packaging/keep.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { sections } from '../../pipeline/sections.ts';
import type { Context } from '../../project/context.ts';
import { assembleBundle } from '../assembly.ts';
import { recordFittedRows } from '../fittedRows.ts';
import { outputOf } from '../output.ts';
import { readFeatures, readSnapshotRows } from '../snapshotRows.ts';
import type { Computed, Parts, Stage, Upstream } from '../stage.ts';
import { decodeSplit } from './featurize.ts';
import type { ModelFacts } from './train.ts';

/** What package writes down. */
export interface PackageOutput {
  readonly name: string;
  readonly version: number;
  readonly bundle: Digest;
  /** The same content had this version already. */
  readonly existed: boolean;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** A trained model with its files read back from the store. */
export async function readModel(context: Context, facts: ModelFacts): Promise<TrainedModel> {
  const files = new Map<string, Uint8Array>();
  for (const [path, digest] of Object.entries(facts.files)) files.set(path, await context.store.get(digest));
  return { ...facts, files };
}

async function parts(_context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Parts> {
  return {
    model: upstream.train!.digest,
    'feature set': upstream.featurize!.digest,
    snapshot: upstream.ingest!.digest,
    ...sections(pipeline, 'package'),
  };
}

async function compute(context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Computed> {
  const trained = outputOf.train(upstream.train!);
  if (!trained.verdict.passed)
    throw gateError({
      code: 'gate-failed',
      message: `The newest model of ${pipeline.name} did not pass its gates: ${trained.verdict.sentence}`,
      hint: `Run \`aieng explain gate\` to see each gate, then improve data, features or model, and train again.`,
    });
  const featurized = outputOf.featurize(upstream.featurize!);
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const rows = await readSnapshotRows(context, pipeline, snapshot);
  const split = decodeSplit(await context.store.get(featurized.split));
  const unseenRows = Int32Array.from([...split.validation, ...split.test]).sort();
  const bundle = await assembleBundle(context, {
    pipeline,
    schema: rows.schema,
    fitted: await readFeatures(context, featurized.features),
    inputs: featurized.inputs,
    model: await readModel(context, trained.model),
    metric: trained.metric,
    threshold: trained.threshold,
    evaluation: trained.evaluation,
    verdict: trained.verdict,
    because: trained.because,
    data: snapshot.digest,
    code: context.environment.stageCode('train').digest,
    population: rows.table,
    unseen: takeRows(rows.table, unseenRows),
    counts: featurized.rows,
  });
  await keepBundle(context.store, bundle);
  await recordFittedRows(context, bundle.digest, { snapshot, split: featurized.split });
  const { version, existed } = await context.store.claimVersion(pipeline.name, bundle.digest);
  const output: PackageOutput = {
    name: pipeline.name,
    version,
    bundle: bundle.digest,
    existed,
    files: Object.entries(bundle.manifest.files).map(([path, file]) => ({ path, bytes: file.bytes })),
  };
  const objects = [bundle.digest, ...Object.values(bundle.manifest.files).map((file) => file.sha256)];
  return { digest: bundle.digest, output: output as never, objects, exitCode: 0 };
}

/** A model that passed its gates → a versioned, verifiable bundle. */
export const packageStage: Stage = { name: 'package', parts, compute };
