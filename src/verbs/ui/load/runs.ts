import { metricByName } from '../../../statistics/metrics/index.ts';
import type { RunsAsked } from '../../../ui/pages/runs/filter.ts';
import { runsAsked } from '../../../ui/pages/runs/filter.ts';
import type { RunRow, RunsFacts } from '../../../ui/pages/runs/runs.tsx';
import type { Asked } from '../../../ui/page.ts';
import type { Reading } from './reading.ts';
import type { IndexedRun } from './runIndex.ts';

const perPage = 50;
const mostChoices = 200;

function fits(run: IndexedRun, asked: RunsAsked): boolean {
  const text = asked.text.toLowerCase();
  const bundle = run.bundle === null ? '' : `${run.bundle.name}@${run.bundle.version}`;
  return (
    (asked.all || run.model !== null) &&
    (asked.pipeline === '' || run.pipeline === asked.pipeline) &&
    (asked.family === '' || run.model?.family === asked.family) &&
    (asked.command === '' || run.command === asked.command) &&
    (asked.outcome === '' || run.outcome === asked.outcome) &&
    (asked.tag === '' || run.tags.includes(asked.tag)) &&
    (text === '' ||
      [
        run.id,
        bundle,
        run.git?.commit ?? '',
        run.note ?? '',
        run.because ?? '',
        ...run.set,
        ...run.tags,
      ].some((each) => each.toLowerCase().includes(text)))
  );
}

/** By what a list is sorted: larger is further down the list when it goes up. */
function keyOf(run: IndexedRun, sort: string): number | string {
  const value = run.model?.test?.value ?? null;
  switch (sort) {
    case 'pipeline':
      return run.pipeline;
    case 'family':
      return run.model?.family ?? '';
    case 'seconds':
      return run.durationMs;
    case 'figure':
      // The best comes first where the order goes down, whatever its metric.
      if (run.model === null || value === null) return -Infinity;
      return metricByName(run.model.metric)?.higherIsBetter === true ? value : -value;
    default:
      return run.id;
  }
}

/** The runs that fit, in the order asked for. */
export function sortedRuns(runs: readonly IndexedRun[], asked: RunsAsked): readonly IndexedRun[] {
  const fitting = runs.filter((run) => fits(run, asked));
  // They come newest first.
  if (asked.sort === 'when') return asked.down ? fitting : fitting.toReversed();
  const sign = asked.down ? -1 : 1;
  return fitting
    .map((run) => ({ run, key: keyOf(run, asked.sort) }))
    .toSorted((left, right) => sign * (left.key < right.key ? -1 : Number(left.key > right.key)))
    .map(({ run }) => run);
}

/** A run as a row of a list. */
export const rowOf = ({ model, bundle, durationMs, ...run }: IndexedRun): RunRow => ({
  ...run,
  seconds: durationMs / 1000,
  family: model?.family ?? null,
  metric: model?.metric ?? null,
  value: model?.test?.value ?? null,
  low: model?.test?.low ?? null,
  high: model?.test?.high ?? null,
  passed: model?.passed ?? null,
  bundle,
});

const distinct = (values: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(values.filter((value) => value !== undefined))].sort().slice(0, mostChoices);

/** The list of runs. */
export async function loadRuns(reading: Reading, { query }: Pick<Asked, 'query'>): Promise<RunsFacts> {
  const asked = runsAsked(query);
  const { runs, all, damaged } = await reading.runs.known();
  const fitting = sortedRuns(runs, asked);
  return {
    asked,
    rows: fitting.slice((asked.page - 1) * perPage, asked.page * perPage).map(rowOf),
    fit: fitting.length,
    perPage,
    read: runs.length + damaged.length,
    all,
    choices: {
      pipeline: distinct(runs.map((run) => run.pipeline)),
      family: distinct(runs.map((run) => run.model?.family)),
      command: distinct(runs.map((run) => run.command)),
      outcome: distinct(runs.map((run) => run.outcome)),
      tag: distinct(runs.flatMap((run) => run.tags)),
    },
    damaged,
  };
}
