import { moments } from './moments.ts';
import { quantile, sortedPresent } from './quantiles.ts';
import type { Estimator } from './metrics/metric.ts';
import type { Random } from '../random.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/** An estimate with the bounds of its bootstrap percentile interval and its standard error. */
export interface BootstrapInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
}

export interface BootstrapOptions {
  readonly replicates: number;
  readonly random: Random;
  /** Default .95. */
  readonly confidence?: number;
}

/** Row draws that a bootstrap may cost (about 1 s for all binary metrics at once). */
const maximumDraws = 2e7;

/**
 * How many replicates are worth it: the asked-for number up to 20,000 rows at 1,000 replicates; on more rows
 * intervals are narrow anyway and the replicates are cut down to the same work, never under 100.
 */
function affordable(replicates: number, rows: number): number {
  return Math.max(
    Math.min(replicates, 100),
    Math.min(replicates, Math.floor(maximumDraws / Math.max(1, rows))),
  );
}

/**
 * Values of every estimator on the same resamples (rows drawn with replacement, as multinomial counts): one row of
 * replicates per estimator. NaN where a resample leaves an estimate undefined.
 */
export function bootstrapReplicates(
  estimators: readonly Estimator[],
  rows: number,
  options: BootstrapOptions,
): Float64Array[] {
  return finish(replicating(estimators, rows, options));
}

function* replicating(
  estimators: readonly Estimator[],
  rows: number,
  options: BootstrapOptions,
): Work<Float64Array[]> {
  const replicates = rows === 0 ? 0 : affordable(options.replicates, rows);
  const counts = new Int32Array(rows);
  const drawn = new Int32Array(rows);
  const values = estimators.map(() => new Float64Array(replicates));
  for (let b = 0; b < replicates; b += 1) {
    counts.fill(0);
    options.random.integers(drawn, rows);
    for (let i = 0; i < rows; i += 1) counts[drawn[i]!]! += 1;
    for (let e = 0; e < estimators.length; e += 1) values[e]![b] = estimators[e]!(counts);
    yield rows;
  }
  return values;
}

/** Percentile interval (Efron 1979) of replicates around the estimate; NaN bounds where nothing is defined. */
export function percentileInterval(
  value: number,
  replicates: Float64Array,
  confidence = 0.95,
): BootstrapInterval {
  const present = sortedPresent(replicates);
  const tail = (1 - confidence) / 2;
  return {
    value,
    low: quantile(present, tail),
    high: quantile(present, 1 - tail),
    standardError: moments(present).std,
  };
}

/** Bootstrap intervals of several estimators on the same rows and the same resamples. */
export function bootstrapIntervals(
  estimators: readonly Estimator[],
  rows: number,
  options: BootstrapOptions,
): BootstrapInterval[] {
  return finish(bootstrapping(estimators, rows, options));
}

/** `bootstrapIntervals` in pieces: it counts the rows of each resample. */
export function* bootstrapping(
  estimators: readonly Estimator[],
  rows: number,
  options: BootstrapOptions,
): Work<BootstrapInterval[]> {
  const once = new Int32Array(rows).fill(1);
  const replicates = yield* replicating(estimators, rows, options);
  return estimators.map((estimate, e) =>
    percentileInterval(rows === 0 ? Number.NaN : estimate(once), replicates[e]!, options.confidence),
  );
}

/**
 * Paired bootstrap of `right − left` on the same rows: both see the same resample, so what they have in common
 * cancels (Efron & Tibshirani 1993, ch. 16).
 */
export function pairedBootstrap(
  left: Estimator,
  right: Estimator,
  rows: number,
  options: BootstrapOptions,
): BootstrapInterval {
  return finish(pairedBootstrapping(left, right, rows, options));
}

/** `pairedBootstrap` in pieces. */
export function* pairedBootstrapping(
  left: Estimator,
  right: Estimator,
  rows: number,
  options: BootstrapOptions,
): Work<BootstrapInterval> {
  const difference: Estimator = (counts) => right(counts) - left(counts);
  return (yield* bootstrapping([difference], rows, options))[0]!;
}
