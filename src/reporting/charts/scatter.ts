import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import type { Point } from './curve.ts';
import { drawChart } from './render.ts';
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
export function drawScatter(points: readonly Point[], options: ScatterOptions, label: string): Promise<Html> {
  const axis = (title: string, tickCount: number): object => ({ title, tickCount, grid: false });
  const scale = { zero: false };
  const x = { field: 'x', type: 'quantitative', axis: axis(options.xTitle, 5), scale };
  const y = { field: 'y', type: 'quantitative', axis: axis(options.yTitle, 4), scale };
  const ends = points.map((point) => point.x);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const [from, to] = options.line === 'equal' ? [low, high] : [0, 0];
  const dashed = { type: 'rule', color: ink.quiet, strokeDash: [4, 4] };
  const spans = (options.spans ?? []).map((span) => ({ x: span.x, y: span.low, y2: span.high }));
  const layer: object[] = [
    {
      data: { values: [{ x: low, y: from, x2: high, y2: to }] },
      mark: dashed,
      encoding: { x, y, x2: { field: 'x2' }, y2: { field: 'y2' } },
    },
    { mark: { type: 'circle', color: ink.reference, opacity: 0.5, size: 18 }, encoding: { x, y } },
  ];
  if (spans.length > 0)
    layer.push({
      data: { values: spans },
      mark: { type: 'rule', color: ink.current, strokeWidth: 2 },
      encoding: { x, y, y2: { field: 'y2' } },
    });
  return drawChart({ width: widthOf[2], height: 260, data: { values: points }, layer }, label);
}
