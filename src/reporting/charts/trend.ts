import type { Html } from '../html.ts';
import { ink } from '../style.ts';
import { drawChart } from './draw.ts';
import { alsoNarrow } from './narrow.ts';
import { linear, time } from './scale.ts';
import type { Shape } from './shape.ts';
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

/** A name hangs at the top of its line. */
const nameOf = ({ at, name }: TrendOptions['moves'][number]): Shape => ({
  kind: 'text',
  at: { x: at },
  text: name,
  color: ink.text,
  anchor: 'start',
  shift: 3,
});

/** What of a stepped line lies between two instants: the level in force when they begin is carried to where they begin. */
function levelWithin(
  level: NonNullable<TrendOptions['level']>,
  from: number,
  until: number,
): NonNullable<TrendOptions['level']> {
  const known = level.filter(({ at }) => at <= until);
  const last = known.at(-1);
  const goesOn = known.length < level.length;
  if (last === undefined || (last.at < from && !goesOn)) return [];
  const before = known.findLast(({ at }) => at < from);
  return [
    ...(before === undefined ? [] : [{ ...before, at: from }]),
    ...known.filter(({ at }) => at >= from),
    ...(goesOn ? [{ ...last, at: until }] : []),
  ];
}

function trendOf(given: readonly TrendPoint[], options: TrendOptions, label: string): Html {
  const { from, until, title = '', moves, height, across, zero, named } = options;
  const isWithin = ({ at }: { readonly at: number }): boolean => at >= from && at <= until;
  const points = given.filter(isWithin);
  const within = moves.filter(isWithin);
  const level = levelWithin(options.level ?? [], from, until);
  const band = points.flatMap(({ at, low, high }) =>
    typeof low === 'number' && typeof high === 'number' ? [{ x: at, low, high }] : [],
  );
  const placed = points.map(({ at, value }) => ({ x: at, y: value }));
  const dots = points.flatMap(({ marked }, i): Shape[] => {
    const at = placed[i];
    if (at === undefined || !(marked || points.length === 1)) return [];
    return marked
      ? [{ kind: 'dot', at, radius: height < 100 ? 2.7 : 3.6, color: ink.current }]
      : [{ kind: 'dot', at, radius: 2.5, color: ink.reference }];
  });
  const shapes: Shape[] = [
    { kind: 'area', points: band, color: ink.reference, opacity: 0.18 },
    ...within.map(({ at }): Shape => ({
      kind: 'rule',
      from: { x: at },
      to: { x: at },
      color: ink.quiet,
      width: 1,
    })),
    {
      kind: 'line',
      points: level.map(({ at, value }) => ({ x: at, y: value })),
      stepped: true,
      color: ink.quiet,
      dashed: true,
    },
    { kind: 'line', points: placed, color: ink.reference },
    ...dots,
  ];
  const values = [...points, ...level].map(({ value }) => value);
  const scale = linear([...values, ...band.flatMap(({ low, high }) => [low, high])], {
    ticks: height < 100 ? 2 : 4,
    zero,
  });
  return drawChart(
    {
      width: widthOf[across],
      height,
      x: { scale: time(from, until > from ? until : from + 60_000, across === 1 ? 8 : 4) },
      y: { scale, title, grid: true },
      shapes: named ? [...shapes, ...within.map(nameOf)] : shapes,
    },
    label,
  );
}

/** A line over time, its band, dots where something is to be looked at, and lines where another version took over. */
export const drawTrend = (given: readonly TrendPoint[], options: TrendOptions, label: string): Html =>
  alsoNarrow(options.across, (across) => trendOf(given, { ...options, across }, label));
