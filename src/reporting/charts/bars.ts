import type { Html } from '../html.ts';
import { figure } from '../figures.ts';
import { ink } from '../style.ts';
import { drawChart } from './draw.ts';
import { barLabels } from './labels.ts';
import { alsoNarrow } from './narrow.ts';
import { linear, names } from './scale.ts';
import type { Shape } from './shape.ts';
import { widthOf } from './size.ts';
import type { Across } from './size.ts';

/** One lying bar, with its interval where there is one. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** The one that the chart is about. */
  readonly ours?: boolean;
}

/** Pixels of a bar and its room. */
const step = 26;

/** From 0 to the longest bar, with room for the figure at its end. */
function ends(bars: readonly Bar[], across: Across): readonly [number, number] {
  const most = Math.max(0, ...bars.map(({ value, high }) => high ?? value).filter(Number.isFinite));
  const least = Math.min(0, ...bars.map(({ value, low }) => low ?? value).filter(Number.isFinite));
  return [least, most + (most - least) * (across === 3 ? 0.3 : 0.1)];
}

function barsOf(bars: readonly Bar[], title: string, label: string, across: Across): Html {
  const shapes = bars.flatMap(({ value, low = value, high = value, ours }, name): Shape[] => {
    const color = ours === true ? ink.reference : ink.quiet;
    const interval: Shape = {
      kind: 'rule',
      from: { x: low, y: name },
      to: { x: high, y: name },
      color: ink.current,
    };
    return [
      { kind: 'bar', name, value, shift: 0, thickness: 16 / step, color },
      // As the tables of the page say it.
      {
        kind: 'text',
        at: { x: Number.isFinite(high) ? high : 0, y: name },
        text: figure(value),
        color: ink.text,
        anchor: 'start',
        shift: 5,
      },
      ...(high > low ? [interval] : []),
    ];
  });
  return drawChart(
    {
      width: widthOf[across],
      height: Math.max(1, bars.length) * step,
      x: { scale: linear(ends(bars, across), { ticks: 4, nice: false }), title, grid: true },
      y: { scale: names(barLabels(bars.map(({ name }) => name))), ticks: false },
      shapes,
    },
    label,
  );
}

/** Lying bars, in the order given. */
export const drawBars = (bars: readonly Bar[], title: string, label: string, across: Across = 3): Html =>
  alsoNarrow(across, (wide) => barsOf(bars, title, label, wide));
