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
      width: 880,
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
