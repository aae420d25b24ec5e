import { Type } from '@sinclair/typebox';
import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { sha256 } from '../../../digest.ts';
import { dataError, usageError } from '../../../errors.ts';
import type { Context } from '../../../project/context.ts';
import { nearest } from '../../../suggest.ts';
import type { RunRecord } from '../../../tracking/runs/runs.ts';
import { importedCommand, writeImportedRun } from '../../../tracking/runs/runs.ts';
import type { MlflowServer } from './server.ts';
import { runTag } from './told.ts';

/** What the store holds now of a server's run. */
export interface Imported {
  readonly run: string;
  readonly mlflowRun: string;
  /** It was here already: a run is written once. */
  readonly known: boolean;
}

const pair = Type.Object({ key: Type.String(), value: Type.String() });
const moment = Type.Union([Type.Number(), Type.String()]);
const runShape = Type.Object({
  info: Type.Object({
    run_id: Type.String(),
    run_name: Type.Optional(Type.String()),
    user_id: Type.Optional(Type.String()),
    status: Type.String(),
    start_time: Type.Optional(moment),
    end_time: Type.Optional(moment),
  }),
  data: Type.Optional(
    Type.Object({
      params: Type.Optional(Type.Array(pair)),
      tags: Type.Optional(Type.Array(pair)),
      metrics: Type.Optional(
        Type.Array(Type.Object({ key: Type.String(), value: Type.Unknown(), step: Type.Optional(moment) })),
      ),
    }),
  ),
});
type ServerRun = Static<typeof runShape>;
const pageShape = Type.Object({
  runs: Type.Optional(Type.Array(runShape)),
  next_page_token: Type.Optional(Type.String()),
});
const experimentShape = Type.Object({ experiment: Type.Object({ experiment_id: Type.String() }) });
const experimentsShape = Type.Object({
  experiments: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
});

function read<Expected extends TSchema>(
  shape: Expected,
  json: unknown,
  { shown }: MlflowServer,
): Static<Expected> {
  if (Value.Check(shape, json)) return json;
  throw dataError({
    code: 'mlflow-answer',
    message: `What answers at ${shown} is no MLflow tracking server: its answer has another form.`,
    hint: 'Give the address that the UI has, without a path of a page.',
  });
}

async function experimentId(server: MlflowServer, name: string): Promise<string> {
  const found = await server.find(`/experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`);
  if (found !== null) return read(experimentShape, found, server).experiment.experiment_id;
  const { experiments = [] } = read(
    experimentsShape,
    await server.ask('POST', '/experiments/search', { max_results: 1000 }),
    server,
  );
  const names = experiments.map((each) => each.name);
  const meant = nearest(name, names);
  throw usageError({
    code: 'mlflow-experiment-unknown',
    message: `The MLflow server at ${server.shown} has no experiment ${name}${names.length === 0 ? '' : `; it has ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}`}.`,
    hint: meant === undefined ? 'Name one that its page shows.' : `Did you mean ${meant}?`,
  });
}

async function* runsOf(server: MlflowServer, experiment: string): AsyncGenerator<ServerRun> {
  let token: string | undefined;
  do {
    const page = read(
      pageShape,
      await server.ask('POST', '/runs/search', {
        experiment_ids: [experiment],
        max_results: 1000,
        ...(token === undefined ? {} : { page_token: token }),
      }),
      server,
    );
    yield* page.runs ?? [];
    token = page.next_page_token;
  } while (token !== undefined && token !== '');
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const spelled = (value: bigint, length: number): string =>
  Array.from({ length }, (_, at) => letters[Number((value >> BigInt(5 * (length - 1 - at))) & 31n)]).join('');

/** As ids here are (its time first), and the same whenever the run is imported. */
const idOf = (startedAt: number, mlflowRun: string): string =>
  spelled(BigInt(startedAt), 10) + spelled(BigInt(`0x${sha256(`mlflow ${mlflowRun}`).slice(0, 20)}`), 16);

const whole = (value: number | string | undefined): number => {
  const read = Math.trunc(Number(value ?? Number.NaN));
  return Number.isSafeInteger(read) && read >= 0 && read < 2 ** 48 ? read : 0;
};

/** A run in the words of this store, and what of it has no place here. */
function recordOf(
  { info, data = {} }: ServerRun,
  experiment: string,
  server: MlflowServer,
): { readonly record: RunRecord; readonly histories: number; readonly unreadable: readonly string[] } {
  const { params = [], tags = [], metrics = [] } = data;
  const tag = (key: string): string | undefined => tags.find((each) => each.key === key)?.value;
  const startedAt = whole(info.start_time);
  const figures = metrics.map(({ key, value }) => [key, Number(value ?? Number.NaN)] as const);
  const facts: Record<string, string | number> = Object.fromEntries<string | number>([
    ['imported from', `MLflow at ${server.shown}, experiment ${experiment}, run ${info.run_id}`],
    ['name', info.run_name ?? tag('mlflow.runName') ?? info.run_id],
    ['by', info.user_id ?? tag('mlflow.user') ?? 'unknown'],
    ...params.map(({ key, value }) => [`parameter ${key}`, value] as const),
    ...figures.flatMap(([key, value]) => (Number.isFinite(value) ? [[`metric ${key}`, value] as const] : [])),
    ...tags.flatMap(({ key, value }) => (key.startsWith('mlflow.') ? [] : [[`tag ${key}`, value] as const])),
  ]);
  const commit = tag('mlflow.source.git.commit');
  return {
    histories: metrics.filter(({ step }) => whole(step) > 0).length,
    unreadable: figures.flatMap(([key, value]) => (Number.isFinite(value) ? [] : [key])),
    record: {
      runId: idOf(startedAt, info.run_id),
      command: importedCommand,
      pipeline: experiment,
      startedAt,
      endedAt: Math.max(startedAt, whole(info.end_time)),
      outcome: info.status === 'FINISHED' ? 'ok' : info.status.toLowerCase(),
      stages: [],
      outputs: {},
      git:
        commit === undefined
          ? null
          : { commit, dirty: false, branch: tag('mlflow.source.git.branch') ?? null },
      environment: { host: 'MLflow', platform: 'unknown', node: 'unknown', aieng: 'unknown' },
      facts,
    },
  };
}

const goingOn = new Set(['RUNNING', 'SCHEDULED']);

/**
 * Brings the runs of an experiment here, each once; what is said of a run later (a tag, a note here) stays.
 *
 * @returns What is here now, and in sentences what was left out.
 */
export async function importRuns(
  context: Context,
  server: MlflowServer,
  experiment: string,
): Promise<{
  readonly imported: readonly Imported[];
  readonly records: readonly RunRecord[];
  readonly told: readonly string[];
}> {
  const imported: Imported[] = [];
  const records: RunRecord[] = [];
  const unreadable: string[] = [];
  const left = { running: 0, own: 0, histories: 0 };
  for await (const run of runsOf(server, await experimentId(server, experiment))) {
    context.signal.throwIfAborted();
    if (run.data?.tags?.some(({ key }) => key === runTag) === true) left.own += 1;
    else if (goingOn.has(run.info.status)) left.running += 1;
    else {
      const { record, histories, unreadable: odd } = recordOf(run, experiment, server);
      const known = !(await writeImportedRun(context, record));
      left.histories += histories;
      unreadable.push(...odd.map((key) => `${key} of run ${run.info.run_id}`));
      records.push(record);
      imported.push({ run: record.runId, mlflowRun: run.info.run_id, known });
    }
  }
  return {
    imported,
    records,
    told: [
      ...(left.running > 0
        ? [
            `${left.running} of ${experiment} still go on and were left out: import again when they have ended.`,
          ]
        : []),
      ...(left.own > 0 ? [`${left.own} of ${experiment} were exported by aieng and were left out.`] : []),
      ...(left.histories > 0
        ? [`${left.histories} metrics of ${experiment} have several steps: the last value came along.`]
        : []),
      ...(unreadable.length > 0
        ? [
            `${unreadable.length} metrics of ${experiment} are no finite numbers and were left out, ${unreadable[0] ?? ''} first.`,
          ]
        : []),
      ...(imported.length > 0 ? [`Artifacts and models of ${experiment} stay on the server.`] : []),
    ],
  };
}
