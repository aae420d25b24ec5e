import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './draw.ts';
import { linear } from './scale.ts';
import type { Place, Shape } from './shape.ts';
import { widthOf } from './size.ts';
import type { Across } from './size.ts';

/** What is drawn beside the curve, and how far its axes go. */
export interface CurveOptions {
  readonly xTitle: string;
  readonly yTitle: string;
  /** The dashed line from (0, 0) to (1, 1). */
  readonly diagonal?: boolean;
  /** Both axes go from 0 to 1. */
  readonly shares?: boolean;
  /** A dashed upright line, e.g. at the best epoch. */
  readonly at?: number;
  readonly points?: boolean;
  /** Charts side by side. */
  readonly across?: Across;
}

const dashed = { kind: 'rule', color: ink.quiet, width: 1, dashed: true } as const;

/** One curve through points, in the order given. */
export function drawCurve(points: readonly Place[], options: CurveOptions, label: string): Html {
  const { diagonal = false, at } = options;
  const shares = diagonal || options.shares === true;
  const shapes: Shape[] = [];
  if (at !== undefined) shapes.push({ ...dashed, from: { x: at }, to: { x: at } });
  if (diagonal) shapes.push({ ...dashed, from: { x: 0, y: 0 }, to: { x: 1, y: 1 } });
  shapes.push({ kind: 'line', points, color: ink.reference });
  if (options.points === true)
    for (const each of points) shapes.push({ kind: 'dot', at: each, radius: 3, color: ink.reference });
  const xs = shares ? [0, 1] : [...points.map(({ x }) => x), ...(at === undefined ? [] : [at])];
  const ys = shares ? [0, 1] : points.map(({ y }) => y);
  return drawChart(
    {
      width: widthOf[options.across ?? 3],
      height: 190,
      x: { scale: linear(xs, { ticks: 5 }), title: options.xTitle },
      y: { scale: linear(ys, { ticks: 4 }), title: options.yTitle, grid: true },
      shapes,
    },
    label,
  );
}
