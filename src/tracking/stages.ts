import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Digest, Json } from '../digest.ts';
import { damagedError } from '../errors.ts';
import { digest, instant, number, objectDigest, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import type { RecordKind } from './recordKind.ts';
import { readRecord, writeRecord } from './recordKind.ts';
import { moveRef } from './served.ts';
import { isMembers, withSnapshotSince01 } from './since01.ts';
import type {
  FeaturizeOutput,
  IngestOutput,
  PackageOutput,
  TrainOutput,
  ValidateOutput,
} from './stageOutputs.ts';
import { stageOutputShapes } from './stageOutputs.ts';

/** The stages that cascade, in order. */
export const stageNames = ['ingest', 'validate', 'featurize', 'train', 'package'] as const;
export type StageName = (typeof stageNames)[number];

const envelope = {
  stage: oneOf(stageNames),
  key: digest(),
  /**
   * What the output depends on, by a name that a person understands: `source fixtures/x.csv`, `pipeline model`, `code`.
   * Values are digests or small JSON.
   */
  parts: Type.Record(Type.String(), Type.Unknown()),
  /** What stages after it depend on. */
  digest: digest(),
  /**
   * Objects that the output refers to: where one of them is gone, the stage has to run again. Not in records of the
   * first days of aieng.
   */
  objects: Type.Optional(Type.Array(objectDigest())),
  /** 0, or 3/4: the work was done and its result stops the cascade. */
  exitCode: oneOf([0, 3, 4]),
  runId: text(),
  at: instant(),
  durationMs: number(),
};

/** What a stage writes down under its cache key: enough to reuse it and to say later why it is stale. */
export interface StageRecord extends Omit<Shape<ReturnType<typeof Type.Object<typeof envelope>>>, 'parts'> {
  readonly parts: Readonly<Record<string, Json>>;
  readonly output: Json;
}

/** In aieng 0.1 the digest of the features was called `matrix`. */
function outputSince01(output: Json): Json {
  if (!isMembers(output)) return output;
  const { matrix, ...more } = output;
  return matrix === undefined ? withSnapshotSince01(output) : { ...more, prepared: matrix };
}

const since01 = (record: Json): Json =>
  isMembers(record) && record['output'] !== undefined
    ? { ...record, output: outputSince01(record['output']) }
    : record;

const [key, object, bundle] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [Digest, Digest, Digest];
const task = { kind: 'regression' } as const;
const rows = { train: 10, validation: 2, test: 2, unlabelled: 0 };

const samples: {
  readonly [Stage in StageName]: Shape<(typeof stageOutputShapes)[Stage]>;
} = {
  ingest: {
    snapshot: {
      digest: key,
      parquet: object,
      rows: 14,
      columns: ['age', 'price'],
      schemaDigest: object,
      quarantined: 0,
      unknownColumns: [{ name: 'vip', records: 3 }],
      files: ['data/x.csv'],
      profile: object,
    },
    rejections: [],
  },
  validate: { rows: 14, findings: [], comparedWith: null },
  featurize: {
    features: object,
    split: object,
    task,
    rows,
    outputs: ['age'],
    inputs: ['age'],
    prepared: key,
  },
  train: {
    model: {
      family: 'linear',
      task,
      backend: { name: 'wasm', version: 'tfjs-backend-wasm 4.22.0' },
      files: { 'weights.bin': object },
      parameters: 2,
      calibration: { method: 'none', slope: 1, intercept: 0 },
      history: [{ epoch: 1, loss: 0.5, validation: 0.4 }],
      bestEpoch: 1,
      validation: 0.4,
    },
    tried: [{ family: 'linear', validation: 0.4, parameters: 2, epochs: 1, bestEpoch: 1 }],
    because: 'it is the only one',
    metric: 'rmse',
    metrics: { train: { rmse: 0.4 }, validation: { rmse: 0.4 }, test: { rmse: 0.5 } },
    evaluation: {
      task,
      rows: 2,
      metric: 'rmse',
      metrics: { rmse: 0.5 },
      intervals: { rmse: { value: 0.5, low: 0.4, high: 0.6 } },
      slices: [],
      baselines: [{ name: 'mean', description: 'always the mean', metrics: { rmse: 1 } }],
    },
    verdict: { passed: true, gates: [], sentence: 'It beats the mean.' },
    threshold: null,
  },
  package: {
    name: 'price',
    version: 1,
    bundle,
    existed: false,
    files: [{ path: 'features.json', bytes: 12 }],
  },
};

const kindOf = (stage: StageName): RecordKind<StageRecord> => ({
  name: `stage-${stage}`,
  owner: null,
  version: 2,
  minimumAieng: '0.2.0',
  shape: Type.Object({ ...envelope, output: stageOutputShapes[stage] }),
  older: { 1: since01 },
  without: `The ${stage} stage runs again then.`,
  sample: {
    stage,
    key,
    parts: { code: key, 'pipeline model': { epochs: 4 } },
    digest: key,
    objects: [object],
    exitCode: 0,
    runId: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3',
    at: 1_764_400_000_000,
    durationMs: 12,
    // What every output is to a record: JSON.
    output: JSON.parse(JSON.stringify(samples[stage])) as Json,
  },
});

/** A kind for each stage: what the stage gave, under its cache key. */
export const stageKinds: Readonly<Record<StageName, RecordKind<StageRecord>>> = {
  ingest: kindOf('ingest'),
  validate: kindOf('validate'),
  featurize: kindOf('featurize'),
  train: kindOf('train'),
  package: kindOf('package'),
};

/** The ref that says what a stage of a pipeline gave last: its cache key. */
export const stageRef = (pipeline: string, stage: StageName): string => `stages/${pipeline}/${stage}`;

/**
 * The record under a cache key, if this exact work was done before. Its objects may be gone.
 *
 * @throws damaged (exit 8), naming the file: a figure that was changed there is never used.
 */
export const readStage = (
  { store }: Pick<Ledger, 'store'>,
  stage: StageName,
  cacheKey: Digest,
): Promise<StageRecord | undefined> => readRecord(store, stageKinds[stage], { id: cacheKey });

/** Writes a stage's record once under its key and points the pipeline's ref at it. */
export async function writeStage(
  context: Pick<Ledger, 'store'>,
  pipeline: string,
  record: StageRecord,
): Promise<void> {
  await writeRecord(context.store, stageKinds[record.stage], { id: record.key }, record);
  await moveRef(context, stageRef(pipeline, record.stage), record.key, `run ${record.runId}`);
}

function output<Stage extends StageName>(
  stage: Stage,
  record: StageRecord,
): Shape<(typeof stageOutputShapes)[Stage]> {
  if (record.stage === stage && Value.Check(stageOutputShapes[stage], record.output))
    // Checked against the very shape that gives the type.
    return record.output as Shape<(typeof stageOutputShapes)[Stage]>;
  throw damagedError({
    code: 'record-damaged',
    message: `The record ${record.key} of stage ${record.stage} does not say what ${stage} gave.`,
    hint: `Run \`aieng doctor --repair\` to see what is damaged. ${stageKinds[stage].without}`,
  });
}

/** The typed output of a stage's record. */
export const outputOf = {
  ingest: (record: StageRecord): IngestOutput => output('ingest', record),
  validate: (record: StageRecord): ValidateOutput => output('validate', record),
  featurize: (record: StageRecord): FeaturizeOutput => output('featurize', record),
  train: (record: StageRecord): TrainOutput => output('train', record),
  package: (record: StageRecord): PackageOutput => output('package', record),
};

/** How a part is called that a stage has for a family that it works with: `code of family gbdt`. */
export const ofFamily = (family: string): string => `of family ${family}`;

/** A part that came or went with a family: the pipeline's own change says it. */
export const followsFamily = (name: string): boolean => / of family [^ ]+$/.test(name);
