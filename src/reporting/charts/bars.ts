import type { Html } from '../html.ts';
import { figure } from '../figures.ts';
import { ink } from '../style.ts';
import { labelExpression } from './labels.ts';
import { drawChart } from './render.ts';
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

/** Room for the figure at the end of the longest bar. */
function roomFor(values: readonly { readonly low: number; readonly high: number }[], across: Across): object {
  const most = Math.max(0, ...values.map(({ high }) => high).filter(Number.isFinite));
  const least = Math.min(0, ...values.map(({ low }) => low).filter(Number.isFinite));
  return most > least
    ? { domain: [least, most + (most - least) * (across === 3 ? 0.3 : 0.1)], nice: false }
    : {};
}

/** Lying bars, in the order given. */
export function drawBars(
  bars: readonly Bar[],
  title: string,
  label: string,
  across: Across = 3,
): Promise<Html> {
  const values = bars.map((bar, place) => ({
    place,
    value: bar.value,
    low: bar.low ?? bar.value,
    high: bar.high ?? bar.value,
    ours: bar.ours === true,
    // As the tables of the page say it.
    shown: figure(bar.value),
  }));
  const y = {
    field: 'place',
    type: 'ordinal',
    axis: {
      title: null,
      ticks: false,
      labelLimit: 0,
      labelExpr: labelExpression(bars.map((bar) => bar.name)),
    },
  };
  return drawChart(
    {
      width: widthOf[across],
      height: { step: 26 },
      data: { values },
      encoding: { y },
      layer: [
        {
          mark: { type: 'bar', size: 16 },
          encoding: {
            x: {
              field: 'value',
              type: 'quantitative',
              axis: { title, tickCount: 4 },
              scale: roomFor(values, across),
            },
            color: { condition: { test: 'datum.ours', value: ink.reference }, value: ink.quiet },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 5, color: ink.text, fontSize: 11 },
          encoding: {
            x: { field: 'high', type: 'quantitative' },
            text: { field: 'shown', type: 'nominal' },
          },
        },
        {
          transform: [{ filter: 'datum.high > datum.low' }],
          mark: { type: 'rule', color: ink.current, strokeWidth: 2 },
          encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
        },
      ],
    },
    label,
  );
}
