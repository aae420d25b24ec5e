import { scaleBand, scaleLinear, scaleUtc } from 'd3-scale';
import { figure } from '../figures.ts';

/** Where an axis is marked: a share of its length, and what stands there. */
interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Where values lie along an axis: 0 is its beginning, 1 its end. */
export interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly Tick[];
  /** How much of the length belongs to each name; only names have that. */
  readonly step?: number;
}

interface LinearOptions {
  /** About how many marks. */
  readonly ticks: number;
  /** The axis begins or ends at 0 at the latest. */
  readonly zero?: boolean;
  /** The ends are marks; on unless said otherwise. */
  readonly nice?: boolean;
  readonly whole?: boolean;
  readonly percent?: boolean;
}

/** Numbers along a line from the least to the greatest of them. */
export function linear(values: Iterable<number>, options: LinearOptions): Scale {
  const { ticks, zero = false, nice = true, whole = false, percent = false } = options;
  let [low, high] = zero ? [0, 0] : [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  // There are no round figures within less than a double can tell apart, nor beyond what it can hold.
  if (!(high - low > 1e-250) || high - low === Infinity) {
    const only = low === high ? [{ at: 0.5, label: figure(low) }] : [];
    return { place: () => 0.5, ticks: only };
  }
  const scale = scaleLinear().domain([low, high]);
  if (nice) scale.nice(ticks);
  const label = scale.tickFormat(ticks, percent ? '%' : undefined);
  const marks = scale.ticks(ticks).filter((value) => !whole || Number.isInteger(value));
  return { place: scale, ticks: marks.map((value) => ({ at: scale(value), label: label(value) })) };
}

const minute = 60_000;
const day = 1440 * minute;

/** Times as the rest of a page tells them: of 24 hours, and no more of them than the span asks for. */
function timeFormat(span: number): string {
  if (span < 10 * minute) return '%H:%M:%S';
  if (span < day) return '%H:%M';
  return span < 4 * day ? '%d %b %H:%M' : span < 300 * day ? '%d %b' : '%b %Y';
}

/** Instants in milliseconds along a line of time in UTC. */
export function time(from: number, until: number, ticks: number): Scale {
  const scale = scaleUtc().domain([from, until > from ? until : from + 1]);
  const label = scale.tickFormat(ticks, timeFormat(until - from));
  const marks = until > from ? scale.ticks(ticks) : [new Date(from)];
  return {
    place: scale,
    ticks: marks.map((instant) => ({ at: scale(instant.getTime()), label: label(instant) })),
  };
}

const placesOf = (labels: readonly string[]): number[] => labels.map((_, place) => place);

/** Names one after the other, known by their place, each with the same room. */
export function names(labels: readonly string[]): Scale {
  const scale = scaleBand<number>().domain(placesOf(labels));
  const place = (value: number): number => (scale(value) ?? 0) + scale.bandwidth() / 2;
  return { place, step: scale.step(), ticks: labels.map((label, at) => ({ at: place(at), label })) };
}
