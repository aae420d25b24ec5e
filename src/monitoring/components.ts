import { shareMatters, smallestNewShare, smallestShareChange } from '../statistics/shareChange.ts';
import { hypergeometric, jensenShannon, shareChange } from './drift/index.ts';
import type { CategoricalPair } from './drift/index.ts';
import { formatShare } from '../statistics/figures.ts';
import type { ColumnDrift } from './report.ts';
import type { ReferenceColumn } from './reference.ts';

/** One thing about a column that may have changed: its values, or how many are missing. */
export interface Component {
  readonly test: string;
  readonly distance: string;
  readonly p: number;
  readonly effect: number;
  /** Is the effect large enough to matter? */
  readonly matters: boolean;
  /** Cells are missing where none ever was: no hour of the day explains that. */
  readonly isNew?: true;
  readonly change: string;
}

/** A compared column, before it is judged among the others. */
export type Compared = Component & Pick<ColumnDrift, 'psi' | 'bins'>;

/**
 * The change of a share that matters where a distance of `minEffect` does: five points beside .1. A change of one share
 * by ten points is a Jensen–Shannon distance of .07 to .1 only.
 */
const shareFloor = (minEffect: number): number => (minEffect / 0.1) * smallestShareChange;

/** The effect of a change of shares by the measure that sees more of it. `looks` are pairs whose shares are shares of one whole. */
export function shareEffect(
  whole: CategoricalPair,
  looks: readonly CategoricalPair[],
  minEffect: number,
): Pick<Component, 'distance' | 'effect' | 'matters'> {
  const distance = jensenShannon.compute(whole);
  const change = Math.max(0, ...looks.map((pair) => shareChange.compute(pair)));
  const matters = shareMatters(change, shareFloor(minEffect)) || distance >= minEffect;
  return change > distance
    ? { distance: shareChange.name, effect: change, matters }
    : { distance: jensenShannon.name, effect: distance, matters };
}

/** Missing against present cells; undefined when none is missing on either side. */
export function missingComponent(
  column: ReferenceColumn,
  missing: number,
  rows: number,
  minEffect: number,
): Component | undefined {
  if (column.missing === 0 && missing === 0) return undefined;
  const pair = {
    kind: 'categorical',
    reference: Float64Array.of(column.missing, column.rows - column.missing),
    current: Float64Array.of(missing, rows - missing),
  } as const;
  const effect = shareEffect(pair, [pair], minEffect);
  const isNew: boolean =
    column.missing === 0 && shareMatters(missing / rows, (minEffect / 0.1) * smallestNewShare);
  return {
    test: hypergeometric.name,
    ...effect,
    matters: effect.matters || isNew,
    ...(isNew ? { isNew } : {}),
    p: hypergeometric.compute(pair),
    change: `missing ${formatShare(column.missing / column.rows)} → ${formatShare(missing / rows)}`,
  };
}

/**
 * The component that speaks for its column: of those whose effect matters the one with the smaller p; with two looks
 * at a column p counts twice (Bonferroni).
 */
export function bestComponent(own: Component, missing: Component | undefined): Component {
  if (missing === undefined) return own;
  const takesMissing = own.matters === missing.matters ? missing.p < own.p : missing.matters;
  const best = takesMissing ? missing : own;
  return { ...best, p: Math.min(1, 2 * best.p) };
}

/** Bars of a chart from counts; bars that are empty on both sides of a missing-cells bar are left out. */
export function shares(
  labels: readonly string[],
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): ColumnDrift['bins'] {
  const sum = (counts: ArrayLike<number>): number =>
    Array.from(counts).reduce((total, count) => total + count, 0);
  const [m, n] = [Math.max(1, sum(reference)), Math.max(1, sum(current))];
  return labels
    .map((label, k) => ({ label, reference: reference[k]! / m, current: current[k]! / n }))
    .filter((bin) => bin.label !== 'missing' || bin.reference + bin.current > 0);
}
