import type { Snapshot } from '../../data/snapshot.ts';
import { gateError } from '../../errors.ts';
import { familiesConcerned, importedFamily } from '../../modeling/concerned.ts';
import type { Backend, TrainedModel } from '../../modeling/model.ts';
import { backendOf } from '../../modeling/load.ts';
import { keepBundle } from '../../packaging/keep.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { takeInPieces } from '../../project/interruption.ts';
import { assembleBundle } from '../assembly.ts';
import { trainingCode } from '../key.ts';
import { ownCodeFor } from '../ownCode.ts';
import { writeFittedRows } from '../../tracking/fittedRows.ts';
import type {
  FeaturizeOutput,
  ModelFacts,
  PackageOutput,
  TrainOutput,
  ValidateOutput,
} from '../../tracking/stageOutputs.ts';
import { isVerified } from '../../tracking/importedModel.ts';
import { outputOf } from '../../tracking/stages.ts';
import type { StageRecord } from '../../tracking/stages.ts';
import { ofOtherRows } from '../../validation/finding.ts';
import { judgingRows, takenModel } from '../importedModel.ts';
import type { TakenModel } from '../importedModel.ts';
import { namingBy, readFeatures, readSnapshotRows } from '../snapshotRows.ts';
import { decodeSplit } from '../split.ts';
import type { Computed, Dependencies, Tools, CascadeWork } from '../stage.ts';
import { defineStage } from '../stage.ts';

/** What the bundle is a function of. Names are what `explain stage` says. */
interface Parts {
  readonly snapshot: string;
  readonly 'row schema': string;
  readonly 'feature set': string;
  readonly model: string;
  /** Of the stage that trained the model: the bundle names it. */
  readonly 'training code': string;
  /** What computes the answers of the golden rows. */
  readonly backend: Backend;
  /** Warnings of validation about these very rows: the card tells them. */
  readonly 'limits of the data': readonly string[];
  readonly 'pipeline name': string;
  readonly 'pipeline goal': string;
  readonly 'pipeline label': Pick<Pipeline['label'], 'column'>;
  readonly 'pipeline row_id': Pipeline['row_id'];
  readonly 'pipeline model': Pick<Pipeline['model'], 'backend' | 'seed'>;
  readonly 'pipeline package': Pipeline['package'];
  /** A model that was made elsewhere, and whether it may be packaged though nobody knows what it has seen. */
  readonly 'imported model'?: Pick<Pipeline['model']['imported'], 'digest' | 'approve'>;
  /** The bundle says what was set otherwise than in the file. */
  readonly 'set for this run'?: Pipeline['overrides'];
}

interface Reach {
  readonly snapshot: Snapshot;
  readonly featurized: FeaturizeOutput;
  readonly trained: TrainOutput;
  /** ms since 1970 UTC: when the record of fitted rows was made. */
  readonly now: () => number;
}

/** A trained model with its files read back from the store. */
async function readModel({ store }: Tools, facts: ModelFacts): Promise<TrainedModel> {
  const files = new Map<string, Uint8Array>();
  for (const [path, digest] of Object.entries(facts.files)) files.set(path, await store.get(digest));
  return { ...facts, files };
}

/** What was warned of in the rows themselves, and neither in how they differ from the ones before nor in what was left out. */
const limitsOf = ({ findings }: ValidateOutput): string[] =>
  findings
    .filter(({ severity, check }) => severity === 'warning' && !ofOtherRows.has(check))
    .map(({ message }) => message);

async function dependencies({
  context,
  pipeline,
  upstream,
}: CascadeWork): Promise<Dependencies<Parts, Reach>> {
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const trained = outputOf.train(upstream.train!);
  const parts: Parts = {
    snapshot: snapshot.digest,
    'row schema': snapshot.schemaDigest,
    'feature set': upstream.featurize!.digest,
    model: upstream.train!.digest,
    'training code': trainingCode(context.environment, familiesConcerned(pipeline.model.family)),
    // What computes the same everywhere needs no other.
    backend:
      trained.model.backend.name === 'javascript'
        ? trained.model.backend
        : await backendOf(trained.model.family, pipeline.model.backend),
    'limits of the data':
      upstream.validate === undefined ? [] : limitsOf(outputOf.validate(upstream.validate)),
    'pipeline name': pipeline.name,
    'pipeline goal': pipeline.goal,
    'pipeline label': { column: pipeline.label.column },
    'pipeline row_id': pipeline.row_id,
    'pipeline model': { backend: pipeline.model.backend, seed: pipeline.model.seed },
    'pipeline package': pipeline.package,
    ...(pipeline.model.family === importedFamily
      ? {
          'imported model': {
            digest: pipeline.model.imported.digest,
            approve: pipeline.model.imported.approve,
          },
        }
      : {}),
    ...(pipeline.overrides.length === 0 ? {} : { 'set for this run': pipeline.overrides }),
  };
  const featurized = outputOf.featurize(upstream.featurize!);
  const reach = { snapshot, featurized, trained, now: () => context.environment.now() };
  return { parts, reach, families: familiesConcerned(trained.model.family) };
}

/** Where rows stand among others, which are ascending. */
function placesOf(rows: Int32Array, among: Int32Array): Int32Array {
  const place = new Map([...among].map((row, at) => [row, at]));
  return Int32Array.from(rows, (row) => place.get(row)!);
}

/** @throws gate error (exit 4) where nobody knows whether the model has seen the rows that judged it, and nobody approved */
function requireApproval(name: string, taken: TakenModel | null, approved: boolean): void {
  if (taken === null || approved || isVerified(taken.model)) return;
  throw gateError({
    code: 'unverified-model',
    message: `${taken.model.name} is not packaged as ${name}: nobody said which rows it has learnt from, so it may have seen the test rows.`,
    hint: 'Run `aieng import` again with --trained-on <file> or --judge-on <file>; with --approve it is packaged as it is, which stays on record.',
  });
}

/** The bundle, kept and with a version. */
export async function compute(
  { parts, reach: { snapshot, featurized, trained, now } }: Dependencies<Parts, Reach>,
  tools: Tools,
): Promise<Computed<PackageOutput>> {
  const { store } = tools;
  const name = parts['pipeline name'];
  if (!trained.verdict.passed)
    throw gateError({
      code: 'gate-failed',
      message: `The newest model of ${name} did not pass its gates: ${trained.verdict.sentence}`,
      hint: `Run \`aieng explain gate\` to see each gate, then improve data, features or model, and train again.`,
    });
  const pipeline = {
    name,
    goal: parts['pipeline goal'],
    label: parts['pipeline label'],
    row_id: parts['pipeline row_id'],
    model: parts['pipeline model'],
    package: parts['pipeline package'],
  };
  const own = await readSnapshotRows(tools, pipeline, snapshot);
  const asked = parts['imported model'];
  const { script } = trained;
  const taken = await takenModel(tools, script?.model ?? asked?.digest ?? null);
  requireApproval(name, taken, asked?.approve ?? false);
  const dealt = { rows: own, split: decodeSplit(await store.get(featurized.split)) };
  const { rows, split } =
    taken === null || script !== undefined
      ? dealt
      : await judgingRows(tools, namingBy(pipeline), taken.model, featurized.task, dealt);
  const fitted = await readFeatures(tools, script?.features ?? featurized.features);
  const unseenTold = { label: 'package', detail: 'cells of unseen rows taken' };
  const unseenRows = Int32Array.from([...split.validation, ...split.test]).sort();
  const bundle = await assembleBundle(tools, {
    pipeline,
    schema: rows.schema,
    fitted,
    ownCode: await ownCodeFor(tools, fitted, featurized.own?.sources),
    // A model from elsewhere needs its own columns and no others.
    inputs: taken === null ? featurized.inputs : fitted.inputs.map((input) => input.name),
    model: await readModel(tools, trained.model),
    metric: trained.metric,
    threshold: trained.threshold,
    interval: trained.interval ?? null,
    evaluation: trained.evaluation,
    verdict: trained.verdict,
    because: trained.because,
    folds: trained.folds,
    warnings: parts['limits of the data'],
    data: snapshot.digest,
    code: parts['training code'],
    set: parts['set for this run'] ?? [],
    population: own.table,
    unseen: await takeInPieces(tools, unseenTold, rows.table, unseenRows),
    judging: placesOf(split.test, unseenRows),
    counts: featurized.rows,
  });
  await keepBundle(store, bundle);
  await writeFittedRows(store, bundle.digest, { snapshot, split: featurized.split, at: now() });
  const { version, existed } = await store.claimVersion(name, bundle.digest);
  const output: PackageOutput = {
    name,
    version,
    bundle: bundle.digest,
    existed,
    files: Object.entries(bundle.manifest.files).map(([path, file]) => ({ path, bytes: file.bytes })),
  };
  const objects = [
    bundle.digest,
    ...(taken?.objects ?? []),
    ...Object.values(bundle.manifest.files).map((file) => file.sha256),
  ];
  return { digest: bundle.digest, output, objects, exitCode: 0 };
}

/** The same once more, of what a record says that it depended on then: what is made of it, and nothing else, may differ. */
export const packageAgain = (
  parts: StageRecord['parts'],
  reach: Reach,
  tools: Tools,
): Promise<Computed<PackageOutput>> =>
  // The record is of this stage: its parts are what `dependencies` gave.
  compute({ parts: parts as unknown as Parts, reach }, tools);

/** A model that passed its gates → a versioned, verifiable bundle. */
export const packageStage = defineStage({ name: 'package', dependencies, compute });
