import { figure, words } from '../../../reporting/figures.ts';
import type { Axis, Spans } from '../../charts/parallel.ts';
import { isWithin, shareOf } from '../../charts/parallel.ts';
import type { DrawnRun } from '../../charts/runs.ts';
import { colours } from '../../charts/runs.ts';
import type { Markup } from '../../markup.ts';

const step = 124;
const height = 270;
const top = 26;
const below = 44;
const barWidth = 26;
const longestName = 18;

/** What a figure is called on a page: without the section that all settings stand in. */
export const shownName = (name: string): string => words(name.replace(/^model\./, ''));

const placeOf = (at: number): number => step / 2 + at * step;
const heightOf = (share: number): number => top + (1 - share) * height;
const round = (value: number): string => String(Math.round(value * 10) / 10);

/** A line over the axes; where the run lacks a figure it is broken. A figure alone is a dot. */
function lineOf(run: DrawnRun, axes: readonly Axis[]): string {
  let path = '';
  let down = false;
  for (const [at, axis] of axes.entries()) {
    const value = run.figures.get(axis.name);
    if (value !== undefined)
      path += `${down ? 'L' : 'M'}${round(placeOf(at))} ${round(heightOf(shareOf(axis, value)))}${down ? '' : 'h0'}`;
    down = value !== undefined;
  }
  return path;
}

const Line = ({ run, axes, stroke }: { run: DrawnRun; axes: readonly Axis[]; stroke: string }): Markup => (
  <a href={`/runs/${encodeURIComponent(run.id)}`} tabindex={-1} data-run={run.id}>
    <title>{`${run.group}, run ${run.id.slice(-8)}: ${axes
      .flatMap(({ name }) =>
        run.figures.has(name) ? [`${shownName(name)} ${figure(run.figures.get(name))}`] : [],
      )
      .join(', ')}`}</title>
    <path d={lineOf(run, axes)} stroke={stroke} />
  </a>
);

function AxisMark({ axis, at, spans }: { axis: Axis; at: number; spans: Spans }): Markup {
  const x = placeOf(at);
  const span = spans.get(axis.name);
  const [from, until] = [shareOf(axis, span?.least ?? axis.low), shareOf(axis, span?.most ?? axis.high)];
  const name = shownName(axis.name);
  const [foot, head] = span === undefined || axis.high === axis.low ? [0, 0] : [from, Math.max(from, until)];
  return (
    <g>
      <line x1={x} x2={x} y1={top} y2={top + height} class="upright" />
      <rect class="band" x={x - 7} width={14} y={heightOf(head)} height={(head - foot) * height} />
      <rect
        class="axis"
        data-axis={axis.name}
        data-low={axis.low}
        data-high={axis.high}
        x={x - barWidth / 2}
        y={top}
        width={barWidth}
        height={height}
      />
      <text x={x} y={top - 10} text-anchor="middle">
        {figure(axis.high)}
      </text>
      <text x={x} y={top + height + 17} text-anchor="middle">
        {figure(axis.low)}
      </text>
      <text x={x} y={top + height + 36} text-anchor="middle" class="name">
        {name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name}
        <title>{name}</title>
      </text>
    </g>
  );
}

/** Each run a line over upright axes; those outside of what is wanted are faint, and lie behind the others. */
export function Parallel({
  runs,
  axes,
  spans,
}: {
  readonly runs: readonly DrawnRun[];
  readonly axes: readonly Axis[];
  readonly spans: Spans;
}): Markup {
  const of = new Map(colours(runs.map(({ group }) => group)));
  const inside = runs.filter((run) => isWithin(run, spans));
  const outside = runs.filter((run) => !isWithin(run, spans));
  const width = axes.length * step;
  return (
    <svg
      class={`parallel${inside.length > 40 ? ' many' : ''}`}
      viewBox={`0 0 ${width} ${top + height + below}`}
      role="group"
      aria-label={`Parallel coordinates of ${runs.length} runs over ${axes.length} figures; the table below has those that are wanted`}
    >
      <g class="outside">
        {outside.map((run) => (
          <path key={run.id} d={lineOf(run, axes)} />
        ))}
      </g>
      <g class="lines">
        {inside.map((run) => (
          <Line key={run.id} run={run} axes={axes} stroke={of.get(run.group) ?? 'currentColor'} />
        ))}
      </g>
      {axes.map((axis, at) => (
        <AxisMark key={axis.name} axis={axis} at={at} spans={spans} />
      ))}
    </svg>
  );
}
