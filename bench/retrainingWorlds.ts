// Streams of `npm run long -- retraining`, whose truth is known: 60 days of 500 rows, 2,000 rows to begin with.
import type { Random } from '../src/random.ts';
import { dot, logistic, width } from './retrainingModel.ts';
import type { Rows } from './retrainingModel.ts';

export const days = 60;
export const perDay = 500;
export const atFirst = 2000;
export const dayMs = 86_400_000;
export const origin = Date.UTC(2026, 0, 1);

/** A world: what decides the outcome on a day, and where the inputs lie. */
export interface World {
  readonly name: string;
  readonly weights: (day: number) => Float64Array;
  readonly shift?: (day: number) => number;
  readonly delay?: number;
}

const base = Float64Array.from([0.2, 0.9, -0.7, 0.5, 0.5, -0.3, 0.2]);
const turned = Float64Array.from([0.2, -0.5, -0.3, 0.9, -0.4, 0.6, 0.3]);
const between = (share: number): Float64Array =>
  base.map((weight, k) => weight + share * (turned[k]! - weight));
const flipped = base.map((weight) => -weight);
const flip = (at: number) => (day: number) => (day < at ? base : flipped);
const slow = (day: number): Float64Array => between((0.75 * day) / days);
const season = (day: number): Float64Array => between(0.43 * (1 - Math.cos((2 * Math.PI * day) / 15)));

export const worlds: readonly World[] = [
  { name: 'flip on day 10', weights: flip(10) },
  { name: 'flip on day 10, labels 3 days late', weights: flip(10), delay: 3 },
  { name: 'flip on day 10, labels 10 days late', weights: flip(10), delay: 10 },
  { name: 'flip on day 5', weights: flip(5) },
  { name: 'slow', weights: slow },
  { name: 'slow, labels 3 days late', weights: slow, delay: 3 },
  { name: 'slow, labels 10 days late', weights: slow, delay: 10 },
  { name: 'seasons of 15 days', weights: season },
  { name: 'no shift', weights: () => base },
  { name: 'inputs shift, harmless', weights: () => base, shift: (day) => (day < 10 ? 0 : 0.8) },
];

/** The rows of the source, and after them those of the days. */
export function streamOf(world: World, random: Random): Rows {
  const make = (count: number, dayOf: (row: number) => number): Rows => {
    const x: Float64Array[] = [];
    const y: number[] = [];
    const at: number[] = [];
    const truth: number[] = [];
    for (let row = 0; row < count; row += 1) {
      const day = dayOf(row);
      const shift = world.shift?.(Math.floor(day)) ?? 0;
      const cells = Float64Array.from({ length: width }, (_, k) => (k === 0 ? 1 : random.normal()));
      cells[1]! += shift;
      const odds = dot(world.weights(Math.floor(day)), cells);
      x.push(cells);
      truth.push(odds);
      y.push(random.next() < logistic(odds) ? 1 : 0);
      at.push(origin + day * dayMs);
    }
    return { x, y, at, truth };
  };
  const source = make(atFirst, () => -1);
  const stream = make(days * perDay, (row) => row / perDay);
  return {
    x: [...source.x, ...stream.x],
    y: [...source.y, ...stream.y],
    at: [...source.at, ...stream.at],
    truth: [...source.truth, ...stream.truth],
  };
}
