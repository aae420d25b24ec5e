import { Type } from '@sinclair/typebox';
import { AiengError } from '../../errors.ts';
import type { PipelineEnvironment } from '../../pipeline/environments/environment.ts';
import { environmentShape } from '../../pipeline/environments/environment.ts';
import type { Override } from '../../pipeline/overrides/override.ts';
import { overrideShape } from '../../pipeline/overrides/override.ts';
import { digest, flag, instant, number, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Ledger } from '../ledger.ts';
import type { Listed } from '../recordKind.ts';
import { listRecords, readRecord, recordKind, storeKind, writeRecord } from '../recordKind.ts';

/** One stage of a cascade, for `--json` and the terminal. */
export const stageOutcomeShape = Type.Object(
  {
    name: text(),
    state: oneOf(['ran', 'cached']),
    reason: text('Why it was stale, or that it was not.'),
    durationMs: number(),
  },
  { title: 'Stage' },
);
/** A stage of a run: whether it ran or was there already, and why: docs/json.md#stage. */
export type StageOutcome = Shape<typeof stageOutcomeShape>;

const runImageShape = Type.Object({
  /** Its name in the engine. */
  reference: text(),
  /** `sha256:…` of its manifest. */
  digest: text(),
  /** What it was made on; null: it was made elsewhere. */
  base: orNull(Type.Object({ name: text(), digest: text() })),
});
/** The image that the stages of a run were computed in. */
export type RunImage = Shape<typeof runImageShape>;

const runShape = Type.Object({
  runId: text(),
  command: text(),
  pipeline: text(),
  startedAt: instant(),
  endedAt: instant(),
  /** `ok`, `stopped`, a retraining's decision, or the code of the error that ended it. */
  outcome: text(),
  stages: Type.Array(stageOutcomeShape),
  /** Digest of each stage's output and of what it depended on. */
  outputs: Type.Record(Type.String(), Type.Object({ digest: digest(), key: digest() })),
  git: orNull(Type.Object({ commit: text(), dirty: flag(), branch: orNull(text()) })),
  environment: Type.Object({
    host: text(),
    platform: text(),
    node: text(),
    aieng: text(),
  }),
  /** Left out: they were computed on this machine. */
  image: Type.Optional(runImageShape),
  /** The section of `env` of the pipeline that counted. */
  env: Type.Optional(environmentShape),
  /** Keys of the pipeline that were set for this run. */
  set: Type.Optional(Type.Array(overrideShape)),
  /** The verb's own facts, for people and scripts; no command decides by them. */
  facts: Type.Optional(Type.Unknown()),
});

/** One run of a command, written once and never changed: what went in, what came out, on which machine. */
export type RunRecord = Shape<typeof runShape>;

const sample: RunRecord = {
  runId: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3',
  command: 'train',
  pipeline: 'churn',
  startedAt: 1_764_400_000_000,
  endedAt: 1_764_400_004_000,
  outcome: 'ok',
  stages: [{ name: 'ingest', state: 'ran', reason: 'never ran', durationMs: 120 }],
  outputs: { ingest: { digest: 'a'.repeat(64), key: 'b'.repeat(64) } },
  git: { commit: 'c0ffee', dirty: false, branch: 'main' },
  env: { name: 'prod', changes: [{ key: 'deploy.port', value: 80, instead: 8080 }] },
  set: [{ key: 'model.gbdt.leaves', value: 63, instead: 31 }],
  image: {
    reference: 'aieng-training:0.2.0',
    digest: `sha256:${'c'.repeat(64)}`,
    base: { name: 'node:20-bookworm-slim', digest: `sha256:${'d'.repeat(64)}` },
  },
  environment: { host: 'ada', platform: 'linux-x64', node: 'v20.19.0', aieng: '0.2.0' },
  facts: { rows: 12 },
};

export const runKind = recordKind({
  name: 'run',
  owner: null,
  version: 1,
  minimumAieng: '0.2.0',
  shape: runShape,
  older: {},
  without: 'Nothing is computed from it: that run is missing from what `aieng status` tells.',
  sample,
});

/** Writes down a run. */
export async function writeRun(
  context: Ledger,
  run: {
    readonly runId: string;
    readonly command: string;
    readonly pipeline: string;
    readonly startedAt: number;
    readonly outcome: string;
    readonly stages: readonly StageOutcome[];
    readonly records: Readonly<Record<string, { readonly digest: string; readonly key: string } | undefined>>;
    /** That stages were computed in; null: none was. */
    readonly image?: RunImage | null;
    readonly env?: PipelineEnvironment | null;
    readonly set?: readonly Override[];
    readonly facts?: unknown;
  },
): Promise<void> {
  const { environment, git, store } = context;
  const outputs = Object.fromEntries(
    Object.entries(run.records).flatMap(([stage, record]) =>
      record === undefined ? [] : [[stage, { digest: record.digest, key: record.key }]],
    ),
  );
  const record: RunRecord = {
    runId: run.runId,
    command: run.command,
    pipeline: run.pipeline,
    startedAt: run.startedAt,
    endedAt: environment.now(),
    outcome: run.outcome,
    stages: run.stages,
    outputs,
    git: await git(),
    environment: {
      host: environment.host.name,
      platform: `${environment.host.platform}-${environment.host.arch}`,
      node: environment.nodeVersion,
      aieng: environment.version,
    },
    ...(run.image === undefined || run.image === null ? {} : { image: run.image }),
    ...(run.env === undefined || run.env === null ? {} : { env: run.env }),
    ...(run.set === undefined || run.set.length === 0 ? {} : { set: run.set }),
    ...(run.facts === undefined ? {} : { facts: run.facts }),
  };
  await writeRecord(store, runKind, { id: run.runId }, record);
}

/** Command of a run that was made by another tool, and brought here. */
export const importedCommand = 'imported';

/** Writes down a run of another tool. False: it is here already. */
export const writeImportedRun = ({ store }: Pick<Ledger, 'store'>, run: RunRecord): Promise<boolean> =>
  writeRecord(store, runKind, { id: run.runId }, run);

/** The newest runs of every pipeline. */
export const readRuns = ({ store }: Pick<Ledger, 'store'>, limit: number): Promise<Listed<RunRecord>> =>
  listRecords(store, runKind, { limit });

/** Ids of all runs, newest first. */
export const runIds = ({ store }: Pick<Ledger, 'store'>): Promise<readonly string[]> =>
  store.recordIds(storeKind(runKind, undefined));

/** One run; undefined where it is gone, the error of one that is damaged: a list goes on without it. */
export async function readRun(
  { store }: Pick<Ledger, 'store'>,
  id: string,
): Promise<RunRecord | AiengError | undefined> {
  try {
    return await readRecord(store, runKind, { id });
  } catch (error) {
    if (!(error instanceof AiengError) || error.code === 'written-by-newer-aieng') throw error;
    return error;
  }
}
