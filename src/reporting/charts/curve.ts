import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './render.ts';
import { widthOf } from './size.ts';
import type { Across } from './size.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

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

const dashed = { type: 'rule', color: ink.quiet, strokeDash: [4, 4] } as const;

/** One curve through points, in the order given. */
export function drawCurve(points: readonly Point[], options: CurveOptions, label: string): Promise<Html> {
  const unit = { domain: [0, 1] };
  const scale =
    options.diagonal === true || options.shares === true ? { scale: unit } : { scale: { zero: false } };
  const x = {
    field: 'x',
    type: 'quantitative',
    axis: { title: options.xTitle, grid: false, tickCount: 5 },
    ...scale,
  };
  const y = { field: 'y', type: 'quantitative', axis: { title: options.yTitle, tickCount: 4 }, ...scale };
  const layers: object[] = [
    {
      mark: {
        type: 'line',
        color: ink.reference,
        strokeWidth: 2,
        ...(options.points === true ? { point: { color: ink.reference, size: 30 } } : {}),
      },
      encoding: { x, y, order: { field: 'order' } },
    },
  ];
  if (options.diagonal === true)
    layers.unshift({
      data: { values: [{ x: 0, y: 0, x2: 1, y2: 1 }] },
      mark: dashed,
      encoding: { x, y, x2: { field: 'x2' }, y2: { field: 'y2' } },
    });
  if (options.at !== undefined)
    layers.unshift({ data: { values: [{ x: options.at }] }, mark: dashed, encoding: { x } });
  const values = points.map((point, order) => ({ ...point, order }));
  return drawChart(
    { width: widthOf[options.across ?? 3], height: 190, data: { values }, layer: layers },
    label,
  );
}
