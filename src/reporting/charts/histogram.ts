import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './draw.ts';
import { linear, time } from './scale.ts';
import { widthOf } from './size.ts';

/** Counts of rows between edges (one more than counts), as a small chart. */
export function drawHistogram(
  histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] },
  isTime: boolean,
  label: string,
): Html {
  const { edges, counts } = histogram;
  const scale = isTime ? time(edges[0] ?? 0, edges.at(-1) ?? 0, 4) : linear(edges, { ticks: 4, nice: false });
  return drawChart(
    {
      width: widthOf[3],
      height: 70,
      x: { scale },
      y: { scale: linear(counts, { ticks: 2, zero: true, whole: true }), grid: true },
      shapes: counts.map((count, i) => ({
        kind: 'rectangle',
        from: { x: edges[i] ?? 0, y: 0 },
        to: { x: edges[i + 1] ?? 0, y: count },
        color: ink.reference,
      })),
    },
    label,
  );
}
