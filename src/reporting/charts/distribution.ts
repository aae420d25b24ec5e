import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { labelExpression } from './labels.ts';
import { drawChart } from './render.ts';
import { widthOf } from './size.ts';

/** Shares of the rows by bin or category, in the reference and now. */
export interface Bin {
  readonly label: string;
  readonly reference: number;
  readonly current: number;
}

const color = {
  field: 'series',
  type: 'nominal',
  scale: { domain: ['reference', 'current'], range: [ink.reference, ink.current] },
} as const;
const share = {
  field: 'share',
  type: 'quantitative',
  axis: { format: '.0%', title: null, tickCount: 4 },
} as const;

/** Bars side by side: upright for numbers, lying for categories, whose names need room. */
export function drawDistribution(bins: readonly Bin[], upright: boolean, label: string): Promise<Html> {
  // Bins are told apart by their place: two labels may read the same.
  const values = bins.flatMap((bin, place) => [
    { place, series: 'reference', share: bin.reference },
    { place, series: 'current', share: bin.current },
  ]);
  const names = bins.map((bin) => bin.label);
  const offset = { field: 'series', type: 'nominal', sort: ['reference', 'current'] } as const;
  const labelled = {
    field: 'place',
    type: 'ordinal',
    axis: {
      title: null,
      grid: false,
      ticks: false,
      labelExpr: labelExpression(names),
      ...(upright ? { labelAngle: names.some((name) => name.length > 4) ? -40 : 0 } : { labelLimit: 0 }),
    },
  };
  const spec = upright
    ? { width: widthOf[3], height: 130, encoding: { x: labelled, xOffset: offset, y: share, color } }
    : {
        width: widthOf[3],
        height: { step: 11 },
        encoding: { y: labelled, yOffset: offset, x: share, color },
      };
  return drawChart({ ...spec, data: { values }, mark: { type: 'bar' } }, label);
}
