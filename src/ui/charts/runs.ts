import { drawChart } from '../../reporting/charts/draw.ts';
import { linear } from '../../reporting/charts/scale.ts';
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

const colourOf = (runs: readonly DrawnRun[]): ((group: string) => string) => {
  const of = new Map(colours(runs.map(({ group }) => group)));
  return (group) => of.get(group) ?? ink.quiet;
};

/** Two figures of each run, a point a run, which leads to it. */
export function drawRunScatter(runs: readonly DrawnRun[], x: string, y: string, label: string): Html {
  const colour = colourOf(runs);
  const dots = runs.flatMap(({ id, group, figures }) => {
    const [at, up] = [figures.get(x), figures.get(y)];
    if (at === undefined || up === undefined) return [];
    const name = `${group}, run ${id.slice(-8)}: ${words(x)} ${figure(at)}, ${words(y)} ${figure(up)}`;
    const link = { href: `/runs/${encodeURIComponent(id)}`, name };
    return [
      { kind: 'dot', at: { x: at, y: up }, radius: 3.8, color: colour(group), opacity: 0.75, link },
    ] as const;
  });
  const axis = (values: readonly number[], name: string) => ({
    scale: linear(values, { ticks: 6 }),
    title: words(name),
    grid: true,
  });
  return drawChart(
    {
      width: 880,
      height: 320,
      x: axis(
        dots.map(({ at }) => at.x),
        x,
      ),
      y: axis(
        dots.map(({ at }) => at.y),
        y,
      ),
      shapes: dots,
    },
    label,
  );
}
