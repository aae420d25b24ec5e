import { Value } from '@sinclair/typebox/value';
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { dataError } from '../../../errors.ts';
import type { MlflowServer } from './server.ts';
import type { MlflowRun } from './told.ts';
import { runTag } from './told.ts';

/** What a server holds of a run now. */
export interface Exported {
  readonly run: string;
  readonly mlflowRun: string;
  /** It was there already: its tags were brought up to date, figures of a run never change. */
  readonly known: boolean;
}

const experimentShape = Type.Object({ experiment: Type.Object({ experiment_id: Type.String() }) });
const createdExperimentShape = Type.Object({ experiment_id: Type.String() });
const createdRunShape = Type.Object({ run: Type.Object({ info: Type.Object({ run_id: Type.String() }) }) });
const foundRunsShape = Type.Object({
  runs: Type.Optional(Type.Array(Type.Object({ info: Type.Object({ run_id: Type.String() }) }))),
});

/** Figures that a server takes at once. */
const mostMetrics = 1000;

type Answers =
  typeof experimentShape | typeof createdExperimentShape | typeof createdRunShape | typeof foundRunsShape;

function read<Expected extends Answers>(
  shape: Expected,
  json: unknown,
  server: MlflowServer,
): Static<Expected> {
  if (Value.Check(shape, json)) return json;
  throw dataError({
    code: 'mlflow-answer',
    message: `What answers at ${server.shown} is no MLflow tracking server: its answer has another form.`,
    hint: 'Give the address that the UI has, without a path of a page.',
  });
}

/** The id of the experiment of that name, which is made where there is none. */
export async function experimentNamed(server: MlflowServer, name: string): Promise<string> {
  const found = await server.find(`/experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`);
  if (found !== null) return read(experimentShape, found, server).experiment.experiment_id;
  return read(createdExperimentShape, await server.ask('POST', '/experiments/create', { name }), server)
    .experiment_id;
}

async function runKnownAs(server: MlflowServer, experiment: string, id: string): Promise<string | null> {
  const found = await server.ask('POST', '/runs/search', {
    experiment_ids: [experiment],
    filter: `tags.\`${runTag}\` = '${id}'`,
    max_results: 1,
  });
  return read(foundRunsShape, found, server).runs?.[0]?.info.run_id ?? null;
}

/** Writes a run to an experiment, once: it is known again by its tag. A kill leaves one that the next export completes. */
export async function exportRun(
  server: MlflowServer,
  experiment: string,
  id: string,
  { name, startedAt, endedAt, status, params, metrics, tags }: MlflowRun,
): Promise<Exported> {
  const known = await runKnownAs(server, experiment, id);
  const run_id =
    known ??
    read(
      createdRunShape,
      await server.ask('POST', '/runs/create', {
        experiment_id: experiment,
        run_name: name,
        start_time: startedAt,
        tags: tags.filter(({ key }) => key === runTag),
      }),
      server,
    ).run.info.run_id;
  const stamped = metrics.map((metric) => ({ ...metric, timestamp: endedAt }));
  for (let from = 0; from < stamped.length; from += mostMetrics)
    await server.ask('POST', '/runs/log-batch', {
      run_id,
      metrics: stamped.slice(from, from + mostMetrics),
    });
  await server.ask('POST', '/runs/log-batch', { run_id, params, tags });
  await server.ask('POST', '/runs/update', { run_id, run_name: name, status, end_time: endedAt });
  return { run: id, mlflowRun: run_id, known: known !== null };
}
