import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './draw.ts';
import { linear } from './scale.ts';
import type { Shape } from './shape.ts';
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
): Html {
  const trials = points.filter(({ value }) => Number.isFinite(value));
  let best = higherIsBetter ? -Infinity : Infinity;
  const line = trials.flatMap(({ number, value, stopped }) => {
    if (!stopped) best = higherIsBetter ? Math.max(best, value) : Math.min(best, value);
    return Number.isFinite(best) ? [{ x: number, y: best }] : [];
  });
  const dots = trials.map(({ number, value, stopped }): Shape => ({
    kind: 'dot',
    at: { x: number, y: value },
    radius: 3.4,
    color: stopped ? ink.quiet : ink.current,
  }));
  return drawChart(
    {
      width: widthOf[1],
      height: 200,
      x: {
        scale: linear(
          trials.map(({ number }) => number),
          { ticks: 6, whole: true, zero: true },
        ),
        title: 'trial',
      },
      y: {
        scale: linear(
          trials.map(({ value }) => value),
          { ticks: 4 },
        ),
        title: yTitle,
        grid: true,
      },
      shapes: [{ kind: 'line', points: line, stepped: true, color: ink.reference }, ...dots],
    },
    label,
  );
}
