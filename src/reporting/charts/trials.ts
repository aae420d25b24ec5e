import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './render.ts';
import { widthOf } from './size.ts';

/** One trial of a search. */
export interface TrialPoint {
  readonly number: number;
  readonly value: number;
  readonly stopped: boolean;
}

/** Trials in their order, those that were given up paler, with the best value so far as a line. */
export function drawTrials(
  points: readonly TrialPoint[],
  { yTitle, higherIsBetter }: { readonly yTitle: string; readonly higherIsBetter: boolean },
  label: string,
): Promise<Html> {
  const values = points.filter(({ value }) => Number.isFinite(value));
  let best = higherIsBetter ? -Infinity : Infinity;
  const line = values.flatMap(({ number, value, stopped }) => {
    if (!stopped) best = higherIsBetter ? Math.max(best, value) : Math.min(best, value);
    return Number.isFinite(best) ? [{ number, value: best }] : [];
  });
  const x = {
    field: 'number',
    type: 'quantitative',
    axis: { title: 'trial', grid: false, tickMinStep: 1, tickCount: 6 },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    axis: { title: yTitle, tickCount: 4 },
    scale: { zero: false },
  };
  const layer = [
    {
      data: { values: line },
      mark: { type: 'line', interpolate: 'step-after', color: ink.reference, strokeWidth: 2 },
      encoding: { x, y },
    },
    {
      mark: { type: 'point', filled: true, size: 36 },
      encoding: {
        x,
        y,
        color: { condition: { test: 'datum.stopped', value: ink.quiet }, value: ink.current },
      },
    },
  ];
  return drawChart({ width: widthOf[1], height: 200, data: { values }, layer }, label);
}
