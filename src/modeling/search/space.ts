import type { Random } from '../../random.ts';

/** Something that a search may change: a number within bounds, or one of a few values. */
export type Dimension =
  | {
      readonly kind: 'number';
      readonly low: number;
      readonly high: number;
      /** Its order of size matters, not its value: .01 is as far from .1 as .1 from 1. */
      readonly log?: true;
      readonly whole?: true;
    }
  | { readonly kind: 'choice'; readonly values: readonly unknown[] };

/** What of a family's parameters is searched, by key below `model.` of a pipeline: `gbdt.leaves`. */
export type SearchSpace = Readonly<Record<string, Dimension>>;

/** A point of a space: a value for each of its keys. */
export type Values = Readonly<Record<string, unknown>>;

/** So many digits of a number count: what is found is short enough to be written down. */
const digits = 3;

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The value at a place from 0 to 1: of a number, between its bounds; of a choice, by its index. */
export function valueAtPlace(dimension: Dimension, place: number): unknown {
  if (dimension.kind === 'choice') {
    const { values } = dimension;
    return values[Math.min(values.length - 1, Math.floor(place * values.length))];
  }
  const { low, high, log, whole } = dimension;
  const exact =
    log === true
      ? Math.exp(Math.log(low) + place * (Math.log(high) - Math.log(low)))
      : low + place * (high - low);
  const short = whole === true ? Math.round(exact) : Number(exact.toPrecision(digits));
  return within(short, low, high);
}

/** Where a value stands, from 0 to 1; outside of the bounds at the nearer one. Of a choice: its index, -1 for none of them. */
export function placeOfValue(dimension: Dimension, value: unknown): number {
  if (dimension.kind === 'choice') {
    const text = JSON.stringify(value);
    return dimension.values.findIndex((each) => JSON.stringify(each) === text);
  }
  const { low, high, log } = dimension;
  const number = typeof value === 'number' ? within(value, low, high) : low;
  return log === true
    ? (Math.log(number) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (number - low) / (high - low);
}

/** A point drawn evenly from the whole space. */
export const drawEvenly = (space: SearchSpace, random: Random): Values =>
  Object.fromEntries(
    Object.entries(space).map(([key, dimension]) => [key, valueAtPlace(dimension, random.next())]),
  );

/** Points are the same where all of their values are. */
export const pointText = (values: Values): string =>
  JSON.stringify(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
