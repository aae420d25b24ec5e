import type { GitState } from '../environment/environment.ts';
import type { Ledger } from './ledger.ts';

/** One stage of a cascade, for `--json` and the terminal. */
export interface StageOutcome {
  readonly name: string;
  readonly state: 'ran' | 'cached';
  readonly reason: string;
  readonly durationMs: number;
}

/** One run of a command, written once and never changed: what went in, what came out, on which machine. */
export interface RunRecord {
  readonly runId: string;
  readonly command: string;
  readonly pipeline: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly stages: readonly StageOutcome[];
  /** Digest of each stage's output and of what it depended on. */
  readonly outputs: Readonly<Record<string, { readonly digest: string; readonly key: string }>>;
  readonly git: GitState | null;
  readonly environment: {
    readonly host: string;
    readonly platform: string;
    readonly node: string;
    readonly aieng: string;
  };
  /** The verb's own facts. */
  readonly facts?: unknown;
}

/** Writes a run record of kind `run`. */
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
    ...(run.facts === undefined ? {} : { facts: run.facts }),
  };
  await store.record('run', run.runId, record);
}
