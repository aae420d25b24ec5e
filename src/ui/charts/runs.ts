import { drawChart } from '../../reporting/charts/render.ts';
import { figure, words } from '../../reporting/figures.ts';
import type { Html } from '../../reporting/html.ts';
import { ink } from '../../reporting/style.ts';

/** A run by its figures. */
export interface DrawnRun {
  readonly id: string;
  readonly group: string;
  readonly figures: ReadonlyMap<string, number>;
}

const palette = [ink.reference, ink.current, '#009e73', '#cc79a7', '#8c96a0'];

/** One colour a group, the commonest first; the rest share the last. */
export function colours(groups: readonly string[]): readonly (readonly [group: string, colour: string])[] {
  const counts = new Map<string, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .map(([group], i) => [group, palette[Math.min(i, palette.length - 1)] ?? ink.quiet]);
}

const colour = (runs: readonly DrawnRun[]): object => {
  const of = colours(runs.map(({ group }) => group));
  return {
    field: 'group',
    type: 'nominal',
    scale: { domain: of.map(([group]) => group), range: of.map(([, each]) => each) },
  };
};

/** Two figures of each run, a point a run, which leads to it. */
export function drawRunScatter(
  runs: readonly DrawnRun[],
  x: string,
  y: string,
  label: string,
): Promise<Html> {
  const links = new Map<string, string>();
  const values = runs.flatMap(({ id, group, figures }) => {
    const [at, up] = [figures.get(x), figures.get(y)];
    if (at === undefined || up === undefined) return [];
    const href = `/runs/${encodeURIComponent(id)}`;
    links.set(href, `${group}, run ${id.slice(-8)}: ${words(x)} ${figure(at)}, ${words(y)} ${figure(up)}`);
    return [{ group, x: at, y: up, href }];
  });
  const axis = (field: string, name: string): object => ({
    field,
    type: 'quantitative',
    scale: { zero: false },
    axis: { title: words(name), tickCount: 6 },
  });
  return drawChart(
    {
      width: 640,
      height: 320,
      data: { values },
      mark: { type: 'circle', size: 44, opacity: 0.75 },
      encoding: {
        x: axis('x', x),
        y: axis('y', y),
        color: colour(runs),
        href: { field: 'href', type: 'nominal' },
      },
    },
    label,
    links,
  );
}

/** Each run a line over upright axes, each axis from its least to its greatest value. */
export function drawParallel(
  runs: readonly DrawnRun[],
  axes: readonly string[],
  label: string,
): Promise<Html> {
  const ends = axes.map((name) => {
    const values = runs.map(({ figures }) => figures.get(name)).filter((value) => value !== undefined);
    return { name, low: Math.min(...values), high: Math.max(...values) };
  });
  const values = runs.flatMap(({ group, figures }, run) =>
    ends.flatMap(({ name, low, high }, place) => {
      const value = figures.get(name);
      return value === undefined
        ? []
        : [{ run, group, place, share: high > low ? (value - low) / (high - low) : 0.5 }];
    }),
  );
  const x = {
    field: 'place',
    type: 'ordinal',
    axis: {
      title: null,
      grid: true,
      ticks: false,
      labelAngle: 0,
      labelLimit: 110,
      labelExpr: `${JSON.stringify(axes.map((name) => words(name.replace(/^model\./, ''))))}[datum.value]`,
      orient: 'bottom',
    },
    scale: { type: 'point', padding: 0.4 },
  };
  const y = { field: 'share', type: 'quantitative', scale: { domain: [-0.08, 1.08] }, axis: null };
  const marks = ends.flatMap(({ low, high }, place) => [
    { place, share: 1.05, text: figure(high) },
    { place, share: -0.05, text: figure(low) },
  ]);
  return drawChart(
    {
      width: Math.max(640, axes.length * 110),
      height: 300,
      data: { values },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 1.5, opacity: 0.55 },
          encoding: { x, y, detail: { field: 'run', type: 'nominal' }, color: colour(runs) },
        },
        {
          data: { values: marks },
          mark: { type: 'text', fontSize: 11, color: ink.text },
          encoding: { x, y, text: { field: 'text', type: 'nominal' } },
        },
      ],
    },
    label,
  );
}
