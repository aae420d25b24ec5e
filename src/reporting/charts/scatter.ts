import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './draw.ts';
import { linear } from './scale.ts';
import type { Place, Shape } from './shape.ts';
import { widthOf } from './size.ts';

/** What is drawn beside the points. */
export interface ScatterOptions {
  readonly xTitle: string;
  readonly yTitle: string;
  /** A dashed line where y is x, or where y is 0. */
  readonly line: 'equal' | 'zero';
  /** Upright bars, e.g. from the low to the high tenth. */
  readonly spans?: readonly { readonly x: number; readonly low: number; readonly high: number }[];
}

/** Points, each a row. */
export function drawScatter(points: readonly Place[], options: ScatterOptions, label: string): Html {
  const { spans = [] } = options;
  const across = points.map((point) => point.x);
  const [low, high] = [Math.min(...across), Math.max(...across)];
  const [from, to] = options.line === 'equal' ? [low, high] : [0, 0];
  const up = [...points.map(({ y }) => y), from, to, ...spans.flatMap((span) => [span.low, span.high])];
  const shapes: Shape[] = [
    {
      kind: 'rule',
      from: { x: low, y: from },
      to: { x: high, y: to },
      color: ink.quiet,
      width: 1,
      dashed: true,
    },
    ...points.map((at): Shape => ({ kind: 'dot', at, radius: 2.4, color: ink.reference, opacity: 0.5 })),
    ...spans.map((span): Shape => ({
      kind: 'rule',
      from: { x: span.x, y: span.low },
      to: { x: span.x, y: span.high },
      color: ink.current,
    })),
  ];
  return drawChart(
    {
      width: widthOf[2],
      height: 260,
      x: { scale: linear([...across, ...spans.map(({ x }) => x)], { ticks: 5 }), title: options.xTitle },
      y: { scale: linear(up, { ticks: 4 }), title: options.yTitle },
      shapes: points.length === 0 ? [] : shapes,
    },
    label,
  );
}
