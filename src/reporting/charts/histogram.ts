import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './render.ts';
import { widthOf } from './size.ts';

/** Counts of rows between edges (one more than counts), as a small chart. */
export function drawHistogram(
  histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] },
  isTime: boolean,
  label: string,
): Promise<Html> {
  const values = histogram.counts.map((count, i) => ({
    from: histogram.edges[i] ?? 0,
    to: histogram.edges[i + 1] ?? 0,
    count,
  }));
  return drawChart(
    {
      width: widthOf[3],
      height: 70,
      data: { values },
      // Rectangles: a bar between two times would have no foot.
      mark: { type: 'rect', color: ink.reference, stroke: null, xOffset: 0.5, x2Offset: -0.5 },
      encoding: {
        x: {
          field: 'from',
          type: isTime ? 'temporal' : 'quantitative',
          scale: isTime ? { type: 'utc' } : { zero: false, nice: false },
          axis: { title: null, grid: false, tickCount: 4 },
        },
        x2: { field: 'to' },
        y: { field: 'count', type: 'quantitative', axis: { title: null, tickCount: 2, format: ',~f' } },
        y2: { datum: 0 },
      },
    },
    label,
  );
}
