import type { Random } from '../random.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import type { Metric, ScoredRows } from './metrics/metric.ts';
import { normalCdf } from './special.ts';

/** Deals with a gap as large, after which chance is known well enough (Besag & Clifford 1991). */
const enoughAsLarge = 10;
/** Steps that the deals may cost (some seconds), and how few deals tell of chance. */
const affordableSteps = 4e8;
const fewestDeals = 999;
/** Steps after which others may work. */
const pieceSteps = 2e6;
/** So many standard deviations beyond the deals their shape no longer decides; ten times the normal tail is on the safe side. */
const farBeyond = 6;
const safety = 10;
/** Sums of the same figures in another order differ by less than this share. */
const rounding = 1e-12;

/** Two samples that one model answered. */
export interface TwoSamples {
  readonly reference: ScoredRows;
  readonly current: ScoredRows;
  /** Rows are dealt again among those of the same stratum only; left out: among all. */
  readonly strata?: { readonly reference: Int32Array; readonly current: Int32Array };
}

/** How often chance alone deals such a gap. */
export interface DealtGap {
  /** How much worse the metric is now than in the reference, in its own unit; negative: better. */
  readonly gap: number;
  readonly p: number;
  readonly deals: number;
}

/** Rows of one stratum, those of the reference first; how many of them go to the smaller sample. */
interface Stratum {
  readonly rows: Int32Array;
  readonly wanted: number;
}

function strataOf({ reference, current, strata }: TwoSamples, smaller: 'reference' | 'current'): Stratum[] {
  const m = reference.target.length;
  const pooled = m + current.target.length;
  const of = (row: number): number =>
    strata === undefined ? 0 : row < m ? strata.reference[row]! : strata.current[row - m]!;
  const groups = new Map<number, number[]>();
  for (let row = 0; row < pooled; row += 1) {
    const rows = groups.get(of(row));
    if (rows === undefined) groups.set(of(row), [row]);
    else rows.push(row);
  }
  return [...groups.values()].map((rows) => ({
    rows: Int32Array.from(rows),
    wanted: rows.filter((row) => row < m === (smaller === 'reference')).length,
  }));
}

/** Both samples one below the other. */
function pool({ reference, current }: TwoSamples): ScoredRows {
  const join = (left: Float64Array, right: Float64Array): Float64Array => {
    const both = new Float64Array(left.length + right.length);
    both.set(left);
    both.set(right, left.length);
    return both;
  };
  return {
    ...current,
    scores: join(reference.scores, current.scores),
    target: join(reference.target, current.target),
  };
}

/** What a deal gives, and what it costs. The chosen rows of each stratum stand at its beginning. */
interface Gauge {
  readonly observed: number;
  readonly steps: number;
  readonly slack: number;
  readonly gapOf: (strata: readonly Stratum[]) => number;
}

/** The gap of two means of a loss by row: the sum of the smaller sample tells both. */
function gaugeOfLosses(
  losses: Float64Array,
  m: number,
  smaller: string,
  ofMean: (mean: number) => number,
): Gauge {
  const n = losses.length - m;
  let total = 0;
  let ofReference = 0;
  let size = 0;
  losses.forEach((loss, row) => {
    total += loss;
    if (row < m) ofReference += loss;
    size += Math.abs(loss);
  });
  const gap = (sum: number): number => {
    const reference = smaller === 'reference' ? sum : total - sum;
    return ofMean((total - reference) / n) - ofMean(reference / m);
  };
  return {
    observed: ofMean((total - ofReference) / n) - ofMean(ofReference / m),
    steps: Math.min(m, n),
    slack: rounding * Math.max(1, size / Math.min(m, n)),
    gapOf: (strata) => {
      let sum = 0;
      for (const { rows, wanted } of strata) for (let i = 0; i < wanted; i += 1) sum += losses[rows[i]!]!;
      return gap(sum);
    },
  };
}

function gaugeOfMetric(metric: Metric, pooled: ScoredRows, m: number, smaller: string): Gauge {
  const rows = pooled.target.length;
  const estimate = metric.prepare(pooled);
  const chosen = new Int32Array(rows);
  const others = new Int32Array(rows);
  const gap = (reference: Int32Array, current: Int32Array): number =>
    metric.higherIsBetter ? estimate(reference) - estimate(current) : estimate(current) - estimate(reference);
  for (let row = 0; row < rows; row += 1) (row < m ? chosen : others)[row] = 1;
  return {
    observed: gap(chosen, others),
    steps: 6 * rows,
    slack: rounding,
    gapOf: (strata) => {
      chosen.fill(0);
      others.fill(1);
      for (const { rows: of, wanted } of strata)
        for (let i = 0; i < wanted; i += 1) {
          chosen[of[i]!] = 1;
          others[of[i]!] = 0;
        }
      return smaller === 'reference' ? gap(chosen, others) : gap(others, chosen);
    },
  };
}

function gaugeOf(metric: Metric, samples: TwoSamples, smaller: string): Gauge {
  const pooled = pool(samples);
  const m = samples.reference.target.length;
  const { byRow } = metric;
  if (byRow !== undefined && (byRow.slope === undefined || byRow.ofMean !== undefined)) {
    const losses = byRow.losses(pooled);
    if (losses.every((loss) => !Number.isNaN(loss)))
      return gaugeOfLosses(losses, m, smaller, byRow.ofMean ?? ((mean) => mean));
  }
  return gaugeOfMetric(metric, pooled, m, smaller);
}

/** Puts other rows at the beginning of each stratum, every set of them as likely as any other. */
function deal(strata: readonly Stratum[], random: Random): void {
  for (const { rows, wanted } of strata)
    for (let i = 0; i < wanted; i += 1) {
      const j = i + random.integer(rows.length - i);
      const kept = rows[i]!;
      rows[i] = rows[j]!;
      rows[j] = kept;
    }
}

/**
 * "How often would chance alone deal such a gap?" Both samples are pooled and dealt again into the same two sizes; p is
 * the share of deals whose gap is as large, one-sided: exact where nothing changed, whatever the shape of the losses.
 * Ends after ten such deals (Besag & Clifford 1991) or `most` deals. Where so many cannot be afforded and the gap lies
 * beyond six standard deviations of those that were, p is ten times the normal tail.
 */
export function* dealing(
  metric: Metric,
  samples: TwoSamples,
  { most, random }: { readonly most: number; readonly random: Random },
): Work<DealtGap> {
  const smaller = samples.reference.target.length <= samples.current.target.length ? 'reference' : 'current';
  const strata = strataOf(samples, smaller);
  const { observed, steps, slack, gapOf } = gaugeOf(metric, samples, smaller);
  if (Number.isNaN(observed)) return { gap: observed, p: 1, deals: 0 };
  const deals = Math.min(
    Math.ceil(most),
    Math.max(fewestDeals, Math.floor(affordableSteps / Math.max(1, steps))),
  );
  let asLarge = 0;
  let mean = 0;
  let squares = 0;
  let since = 0;
  for (let done = 1; done <= deals; done += 1) {
    deal(strata, random);
    const gap = gapOf(strata);
    if (!(gap < observed - slack)) asLarge += 1;
    if (asLarge === enoughAsLarge) return { gap: observed, p: asLarge / done, deals: done };
    const off = gap - mean;
    mean += off / done;
    squares += off * (gap - mean);
    since += steps;
    if (since < pieceSteps) continue;
    yield since;
    since = 0;
  }
  const p = (1 + asLarge) / (1 + deals);
  const z = (observed - mean) / Math.sqrt(squares / deals);
  const isFar = deals < most && asLarge === 0 && z > farBeyond;
  return { gap: observed, p: isFar ? Math.min(p, safety * normalCdf(-z)) : p, deals };
}

/** `dealing` without a pause. */
export const dealAgain = (...asked: Parameters<typeof dealing>): DealtGap => finish(dealing(...asked));
