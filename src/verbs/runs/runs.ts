import { resolve } from 'node:path';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { exitCodes, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { differencesOf } from '../../cascade/tried/differences.ts';
import type { RunLine } from '../../project/tried/line.ts';
import { lineOf } from '../../project/tried/line.ts';
import { markRun } from '../../project/tried/mark.ts';
import type { Tried } from '../../project/tried/tried.ts';
import { findRun, takeRuns } from '../../project/tried/tried.ts';
import { listPipelines } from '../../pipeline/load.ts';
import { metricByName } from '../../statistics/metrics/index.ts';
import { removeRun } from '../../tracking/runs/marks.ts';
import { importedCommand } from '../../tracking/runs/runs.ts';
import { nearest } from '../../suggest.ts';
import { outputOf, readStage } from '../../tracking/stages.ts';
import { csvOf } from '../../project/tried/csv.ts';
import type { RunsFilter, RunsOptions } from './options.ts';
import type { RunsResult } from './result.ts';

const defaultLimit = 20;

const fitting =
  ({ pipeline, family, command, outcome, tag, since }: RunsFilter) =>
  ({ content, train, marked }: Tried): boolean =>
    (pipeline === undefined || content.pipeline === pipeline) &&
    (family === undefined || train?.model.family === family) &&
    (command === undefined || content.command === command) &&
    (outcome === undefined || content.outcome === outcome) &&
    (tag === undefined || marked.tags.includes(tag)) &&
    (since === undefined || content.startedAt >= since);

/** Those with the better figure first, pipeline by pipeline; what has no figure is left out. */
function bestFirst(runs: readonly RunLine[]): readonly RunLine[] {
  const figureOf = ({ model }: RunLine): number => {
    const value = model?.test?.value;
    if (model === null || value === undefined || !Number.isFinite(value)) return Number.NaN;
    return metricByName(model.metric)?.higherIsBetter === true ? -value : value;
  };
  return runs
    .filter((run) => !Number.isNaN(figureOf(run)))
    .toSorted(
      (left, right) =>
        (left.pipeline < right.pipeline ? -1 : Number(left.pipeline > right.pipeline)) ||
        figureOf(left) - figureOf(right),
    );
}

const factLines = (facts: unknown): readonly string[] =>
  typeof facts !== 'object' || facts === null
    ? []
    : Object.entries(facts).map(
        ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );

async function shownOf(context: Context, { content, train }: Tried): Promise<RunsResult['shown']> {
  const { stages, environment, outputs, facts } = content;
  const key = outputs['featurize']?.key;
  const record = key === undefined ? undefined : await readStage(context, 'featurize', key);
  const features = record === undefined ? null : outputOf.featurize(record);
  const { platform, node, aieng } = environment;
  return {
    stages,
    environment: { platform, node, aieng },
    image: content.image?.digest ?? null,
    tried: train?.tried ?? [],
    because: train?.because ?? null,
    gates: train?.verdict.gates ?? [],
    baselines: (train?.evaluation.baselines ?? []).map(({ name, metrics }) => ({ name, metrics })),
    metrics: train?.metrics.test ?? {},
    rows: features?.rows ?? null,
    snapshot: outputs['ingest']?.digest ?? null,
    inputs: features?.inputs ?? [],
    facts: factLines(facts),
  };
}

const empty = {
  runs: [],
  more: false,
  shown: null,
  differences: [],
  exported: [],
  imported: [],
  server: null,
  files: [],
};

/** @throws a usage error for a pipeline that neither has a file nor ever ran: a typo must not look like an empty history. */
async function checkKnown(context: Context, name: string): Promise<void> {
  const pipelines = (await listPipelines(context.root)).map((pipeline) => pipeline.name);
  if (pipelines.includes(name)) return;
  const wish = { all: true, limit: 1, fits: fitting({ pipeline: name }) };
  if ((await takeRuns(context, wish)).runs.length > 0) return;
  const meant = nearest(name, pipelines);
  throw usageError({
    code: 'pipeline-unknown',
    message: `There is no pipeline ${name}, and no run of one.`,
    hint: meant === undefined ? '`aieng runs` lists those of every pipeline.' : `Did you mean ${meant}?`,
  });
}

async function listRuns(context: Context, options: RunsOptions): Promise<Outcome<RunsResult>> {
  const { filter = {}, limit = defaultLimit, best = false, all = false } = options;
  const wish = { all, limit: best ? Infinity : limit, fits: fitting(filter) };
  const { runs, more, damaged } = await takeRuns(context, wish);
  if (runs.length === 0 && filter.pipeline !== undefined) await checkKnown(context, filter.pipeline);
  const lines = runs.map(lineOf);
  const ordered = best ? bestFirst(lines) : lines;
  return {
    ...(filter.pipeline === undefined ? {} : { pipeline: filter.pipeline }),
    exitCode: exitCodes.ok,
    warnings: damaged.map(({ message }) => message),
    result: { ...empty, action: 'list', runs: ordered.slice(0, limit), more: more || ordered.length > limit },
  };
}

/** What is done with runs that are named. */
async function onNamed(context: Context, options: RunsOptions): Promise<Partial<RunsResult>> {
  const { action, runs: names = [] } = options;
  const named: Tried[] = [];
  for (const name of names) named.push(await findRun(context, name));
  const [first] = named;
  const fewest = action === 'compare' ? 2 : 1;
  if (first === undefined || named.length < fewest)
    throw usageError({
      code: 'run-missing',
      message: `runs ${action} takes ${fewest === 2 ? 'two runs or more' : 'a run'}.`,
      hint: '`aieng runs` lists them; a run is named by its id, its beginning or end, or as name@version.',
    });
  const lines = named.map(lineOf);
  if (action === 'compare') return { runs: lines, differences: await differencesOf(context, named) };
  if (action === 'show') return { runs: lines.slice(0, 1), shown: await shownOf(context, first) };
  if (action === 'delete') {
    for (const { id } of named) await removeRun(context, id);
    return { runs: lines };
  }
  if (action !== 'tag' && action !== 'note') return {};
  return { runs: [lineOf(await markRun(context, first, { ...options, action }))] };
}

/** Writes the runs that are named, or those that fit, to an MLflow server: an experiment a pipeline. */
async function exportRuns(context: Context, options: RunsOptions): Promise<Outcome<RunsResult>> {
  const { runs: names = [], filter = {}, all = false, mlflow = '' } = options;
  const { mlflowServer } = await import('./mlflow/server.ts');
  const { experimentNamed, exportRun } = await import('./mlflow/export.ts');
  const { mlflowRun } = await import('./mlflow/told.ts');
  const server = mlflowServer(context, mlflow);
  const { runs: fits, damaged } =
    names.length === 0
      ? await takeRuns(context, { all, limit: options.limit ?? Infinity, fits: fitting(filter) })
      : { runs: [], damaged: [] };
  const asked = [...fits];
  for (const name of names) asked.push(await findRun(context, name));
  const named = asked.filter(({ content }) => content.command !== importedCommand);
  const imported = asked.length - named.length;
  const exported: RunsResult['exported'][number][] = [];
  const experiments = new Map<string, string>();
  const told: string[] = [];
  // The oldest first: a list by time on the server has them as they came.
  for (const run of named.toReversed()) {
    const { pipeline } = run.content;
    const experiment = experiments.get(pipeline) ?? (await experimentNamed(server, pipeline));
    experiments.set(pipeline, experiment);
    const exporting = mlflowRun(run, lineOf(run));
    told.push(...exporting.told.map((what) => `Run ${run.id}: ${what}.`));
    exported.push(await exportRun(server, experiment, run.id, exporting));
  }
  return {
    exitCode: exitCodes.ok,
    warnings: [
      ...damaged.map(({ message }) => message),
      ...(imported === 0
        ? []
        : [`Left out: ${imported} of these runs, imported from a server, do not go back to one.`]),
      ...told,
    ],
    result: { ...empty, action: 'export', runs: named.map(lineOf), exported, server: server.shown },
  };
}

/** Brings runs of experiments of an MLflow server here, each once. */
async function importFrom(context: Context, options: RunsOptions): Promise<Outcome<RunsResult>> {
  const { experiments = [], mlflow = '' } = options;
  const { mlflowServer } = await import('./mlflow/server.ts');
  const { importRuns } = await import('./mlflow/import.ts');
  const server = mlflowServer(context, mlflow);
  if (experiments.length === 0)
    throw usageError({
      code: 'mlflow-experiment-missing',
      message: 'Which experiments are to be imported?',
      hint: 'Name each by --experiment: `aieng runs import --mlflow http://127.0.0.1:5000 --experiment churn`.',
    });
  const imported: RunsResult['imported'][number][] = [];
  const warnings: string[] = [];
  const runs: RunLine[] = [];
  for (const experiment of experiments) {
    const made = await importRuns(context, server, experiment);
    imported.push(...made.imported);
    warnings.push(...made.told);
    for (const { runId } of made.records) runs.push(lineOf(await findRun(context, runId)));
  }
  return {
    exitCode: exitCodes.ok,
    warnings,
    result: { ...empty, action: 'import', runs, imported, server: server.shown },
  };
}

/**
 * What was tried: lists runs, shows one, puts some side by side, marks or deletes them. Reads records only; models and
 * bundles of a deleted run stay until `gc`.
 *
 * @throws usage errors (exit 2) for runs that are not there, tags and notes that cannot be kept.
 * @example
 * ```ts
 * const { result } = await runs(context, { action: 'list', filter: { command: 'run' } });
 * // result.more → false
 * ```
 */
export async function runs(context: Context, options: RunsOptions): Promise<Outcome<RunsResult>> {
  const outcome =
    options.action === 'list'
      ? await listRuns(context, options)
      : options.action === 'export'
        ? await exportRuns(context, options)
        : options.action === 'import'
          ? await importFrom(context, options)
          : {
              exitCode: exitCodes.ok,
              warnings: [],
              result: { ...empty, action: options.action, ...(await onNamed(context, options)) },
            };
  const { cwd } = context.environment;
  const files: string[] = [];
  const write = async (file: string | undefined, text: () => string): Promise<void> => {
    if (file === undefined) return;
    files.push(file);
    await writeWholeFile(resolve(cwd, file), text(), context.environment);
  };
  await write(options.csv, () => csvOf(outcome.result.runs));
  await write(options.markdown, () => options.tell?.(outcome) ?? '');
  return { ...outcome, result: { ...outcome.result, files } };
}
