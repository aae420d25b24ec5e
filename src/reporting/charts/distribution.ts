import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './draw.ts';
import { barLabels } from './labels.ts';
import { linear, names } from './scale.ts';
import type { Shape } from './shape.ts';
import { widthOf } from './size.ts';

/** Shares of the rows by bin or category, in the reference and now. */
export interface Bin {
  readonly label: string;
  readonly reference: number;
  readonly current: number;
}

/** Bars side by side: upright for numbers, lying for categories, whose names need room. */
export function drawDistribution(bins: readonly Bin[], upright: boolean, label: string): Html {
  // Bins are told apart by their place: two labels may read the same.
  const shapes = bins.flatMap((bin, name): Shape[] => [
    { kind: 'bar', name, value: bin.reference, shift: -0.2, thickness: 0.4, color: ink.reference },
    { kind: 'bar', name, value: bin.current, shift: 0.2, thickness: 0.4, color: ink.current },
  ]);
  const shares = bins.flatMap(({ reference, current }) => [reference, current]);
  const share = { scale: linear(shares, { ticks: 4, zero: true, percent: true }), grid: true };
  const labels = bins.map((bin) => bin.label);
  const named = { scale: names(barLabels(labels)), ticks: false };
  const room = upright
    ? { height: 130, x: { ...named, limit: 120, askew: labels.some((name) => name.length > 4) }, y: share }
    : { height: Math.max(1, bins.length) * 28, x: share, y: named };
  return drawChart({ width: widthOf[3], ...room, shapes }, label);
}
