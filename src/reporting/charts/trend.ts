import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './render.ts';
import { widthOf } from './size.ts';
import type { Across } from './size.ts';

/** A figure at an instant. */
export interface TrendPoint {
  readonly at: number;
  readonly value: number;
  /** The ends of the band. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** Drawn as a dot: something is to be looked at. */
  readonly marked: boolean;
}

/** What is drawn besides the points. */
export interface TrendOptions {
  /** All charts of a page have the same ends, so that what stands above one another was at the same time. */
  readonly from: number;
  readonly until: number;
  readonly title?: string;
  /** Upright lines: another version took over. */
  readonly moves: readonly { readonly at: number; readonly name: string }[];
  /** What it was before: a dashed line that may step. */
  readonly level?: readonly { readonly at: number; readonly value: number }[];
  readonly height: number;
  readonly across: Across;
  /** The axis begins at 0. */
  readonly zero: boolean;
  /** Names stand at the upright lines. */
  readonly named: boolean;
}

const minute = 60_000;
const day = 1440 * minute;

/** Times as the rest of a page tells them: of 24 hours, and no more of them than the span asks for. */
function timeFormat(span: number): string {
  if (span < 10 * minute) return '%H:%M:%S';
  if (span < day) return '%H:%M';
  return span < 4 * day ? '%d %b %H:%M' : span < 300 * day ? '%d %b' : '%b %Y';
}

/** A line over time, its band, dots where something is to be looked at, and lines where another version took over. */
export function drawTrend(
  points: readonly TrendPoint[],
  options: TrendOptions,
  label: string,
): Promise<Html> {
  const { from, until, title = '', moves, level = [], height, across, zero, named } = options;
  const x = {
    field: 'at',
    type: 'temporal',
    scale: { type: 'utc', domain: [from, until > from ? until : from + 60_000] },
    axis: {
      title: null,
      grid: false,
      tickCount: across === 1 ? 8 : 4,
      labelOverlap: true,
      format: timeFormat(until - from),
    },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: { zero },
    axis: { title: title === '' ? null : title, tickCount: height < 100 ? 2 : 4 },
  };
  const within = moves.filter(({ at }) => at >= from && at <= until);
  const banded = points.flatMap(({ at, low, high }) =>
    typeof low === 'number' && typeof high === 'number' ? [{ at, low, high }] : [],
  );
  const layer: object[] = [
    {
      data: { values: banded },
      mark: { type: 'area', color: ink.reference, opacity: 0.18 },
      encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
    },
    {
      data: { values: within },
      mark: { type: 'rule', color: ink.quiet, strokeWidth: 1 },
      encoding: { x },
    },
    {
      data: { values: level },
      mark: { type: 'line', color: ink.quiet, strokeDash: [4, 4], interpolate: 'step-after' },
      encoding: { x, y },
    },
    { mark: { type: 'line', color: ink.reference, strokeWidth: 2 }, encoding: { x, y } },
    {
      transform: [{ filter: 'datum.marked' }],
      mark: { type: 'circle', color: ink.current, opacity: 1, size: height < 100 ? 22 : 40 },
      encoding: { x, y },
    },
  ];
  if (points.length === 1)
    layer.push({ mark: { type: 'circle', color: ink.reference, opacity: 1, size: 20 }, encoding: { x, y } });
  if (named)
    layer.push({
      data: { values: within },
      mark: { type: 'text', align: 'left', baseline: 'top', dx: 3, color: ink.text, fontSize: 11 },
      encoding: { x, y: { value: 0 }, text: { field: 'name' } },
    });
  return drawChart({ width: widthOf[across], height, data: { values: points }, layer }, label);
}
