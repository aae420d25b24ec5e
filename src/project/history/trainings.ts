import type { PlacedPage } from '../../reporting/index.ts';
import { readRun } from '../../tracking/runs/runs.ts';
import { outputOf, readStage } from '../../tracking/stages.ts';
import type { Context } from '../context.ts';
import { keepPage, pagesKept, removePages, writeIndex } from './pages.ts';

/** Pages of more trainings than this are not kept. */
const mostPages = 100;

/** What a run that trained came to, as far as the store still has it. */
async function lineOf(context: Context, id: string) {
  const run = await readRun(context, id);
  if (run === undefined || !('outputs' in run)) return null;
  const key = run.outputs['train']?.key;
  const record = key === undefined ? undefined : await readStage(context, 'train', key);
  if (record === undefined) return null;
  const { metric, model, evaluation, verdict } = outputOf.train(record);
  return {
    at: run.startedAt,
    page: `${id}.html`,
    command: run.command,
    family: model.family,
    metric,
    value: evaluation.metrics[metric] ?? null,
    interval: evaluation.intervals[metric] ?? null,
    rows: evaluation.rows,
    passed: verdict.passed,
    set: (run.set ?? []).map(({ key: name, value }) => `${name}=${JSON.stringify(value)}`),
    because: run.stages.find(({ state }) => state === 'ran')?.reason ?? null,
  };
}

/** Keeps the page of a training under the id of its run, and draws the index of all of them again. */
export async function keepTraining(
  context: Context,
  pipeline: string,
  runId: string,
  page: PlacedPage,
): Promise<void> {
  await keepPage(context, 'training', pipeline, runId, page);
  // Ids sort by time.
  const names = [...(await pagesKept(context, 'training', pipeline))].sort().reverse();
  await removePages(context, 'training', pipeline, names.slice(mostPages));
  const lines = [];
  for (const id of names.slice(0, mostPages)) lines.push(await lineOf(context, id));
  const { trainingsPage } = await import('../../reporting/index.ts');
  await writeIndex(
    context,
    'training',
    pipeline,
    trainingsPage({
      pipeline,
      runs: lines.filter((line) => line !== null),
      gone: lines.filter((line) => line === null).length,
      most: mostPages,
      latest: `../../${pipeline}-training.html`,
    }),
  );
}
