import { spansAsked } from '../../../ui/charts/parallel.ts';
import type { Asked } from '../../../ui/page.ts';
import type { DrawFacts } from '../../../ui/pages/draw/draw.tsx';
import { runsAsked } from '../../../ui/pages/runs/filter.ts';
import type { Reading } from './reading.ts';
import type { IndexedRun } from './runIndex.ts';
import { sortedRuns } from './runs.ts';

const mostRuns = 200;
const mostAxes = 9;

/** Figures that are not the same in all runs, the commonest first. */
function differing(runs: readonly IndexedRun[]): readonly string[] {
  const values = new Map<string, { count: number; distinct: Set<number> }>();
  for (const { figures } of runs)
    for (const [name, value] of figures) {
      const known = values.get(name) ?? { count: 0, distinct: new Set<number>() };
      known.count += 1;
      known.distinct.add(value);
      values.set(name, known);
    }
  return [...values]
    .filter(([, { distinct }]) => distinct.size > 1)
    .sort(([, left], [, right]) => right.count - left.count)
    .map(([name]) => name);
}

/** Runs that fit, by their figures. */
export async function loadDraw(reading: Reading, { query }: Asked): Promise<DrawFacts> {
  const asked = runsAsked(query);
  const known = await reading.runs.known();
  const fitting = sortedRuns(known.runs, { ...asked, sort: 'when', down: true });
  const runs = fitting.slice(0, mostRuns);
  const names = differing(runs);
  const metric = runs[0]?.model?.metric ?? '';
  const chosen = (name: string, otherwise: readonly string[]): string => {
    const wished = query.get(name) ?? '';
    return names.includes(wished)
      ? wished
      : (otherwise.find((each) => names.includes(each)) ?? names[0] ?? '');
  };
  const y = chosen('y', [metric]);
  const x = chosen('x', ['seconds', ...names.filter((name) => name !== y)]);
  // What was set stands left of what came of it.
  const ofModel = (name: string): boolean => name.startsWith('model.');
  const axes = [...names.filter(ofModel), ...names.filter((name) => !ofModel(name) && name !== y), y];
  return {
    asked,
    runs: runs.map(({ id, pipeline, model, figures }) => ({
      id,
      group: asked.pipeline === '' ? pipeline : (model?.family ?? 'no model'),
      figures,
    })),
    fit: fitting.length,
    pipelines: [...new Set(known.runs.map(({ pipeline }) => pipeline))].sort(),
    names: [...names].sort(),
    x,
    y,
    axes: axes.slice(-mostAxes),
    spans: spansAsked(query, axes.slice(-mostAxes)),
  };
}
