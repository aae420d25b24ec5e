import type { DrawnRun } from './runs.ts';

/** An upright axis: a figure from its least to its greatest value among the runs. */
export interface Axis {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** What is wanted of a figure; null: that end is open. */
export interface Span {
  readonly least: number | null;
  readonly most: number | null;
}

/** Wanted spans by figure. */
export type Spans = ReadonlyMap<string, Span>;

/** What the two ends of a span are called in an address. */
export const spanNames = (name: string): { readonly least: string; readonly most: string } => ({
  least: `least:${name}`,
  most: `most:${name}`,
});

const numberOf = (text: string | null): number | null => {
  const value = text === null || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
};

/** The spans that an address asks for, of these figures. */
export function spansAsked(query: URLSearchParams, names: readonly string[]): Spans {
  return new Map(
    names.flatMap((name) => {
      const keys = spanNames(name);
      const [least, most] = [numberOf(query.get(keys.least)), numberOf(query.get(keys.most))];
      return least === null && most === null ? [] : [[name, { least, most }] as const];
    }),
  );
}

/** Whether a run lies within every span; one that lacks the figure does not. */
export const isWithin = ({ figures }: Pick<DrawnRun, 'figures'>, spans: Spans): boolean =>
  [...spans].every(([name, { least, most }]) => {
    const value = figures.get(name);
    return value !== undefined && value >= (least ?? -Infinity) && value <= (most ?? Infinity);
  });

/** The axes of some figures; one that no run has is left out. */
export function axesOf(runs: readonly DrawnRun[], names: readonly string[]): readonly Axis[] {
  return names.flatMap((name) => {
    const values = runs.map(({ figures }) => figures.get(name)).filter((value) => value !== undefined);
    return values.length === 0 ? [] : [{ name, low: Math.min(...values), high: Math.max(...values) }];
  });
}

/**
 * Where a value stands on its axis: 0 at the foot, 1 at the top; in the middle where all are the same. By halves: the axis may be
 * longer than a number.
 */
export const shareOf = ({ low, high }: Axis, value: number): number => {
  // Of the least numbers that there are, halves are equal.
  const length = high / 2 - low / 2;
  return length > 0 ? Math.min(1, Math.max(0, (value / 2 - low / 2) / length)) : 0.5;
};
