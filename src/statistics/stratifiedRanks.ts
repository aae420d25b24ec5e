import { ascending } from './metrics/ranking.ts';
import { normalCdf } from './special.ts';

/** Whether some rows stand higher than the others of their stratum. */
export interface RankShift {
  /** Two-sided. */
  readonly p: number;
  /** Share of pairs (one of those, one of the others, of one stratum) in which that one is higher; ties count half. */
  readonly higher: number;
}

/** Sum of the ranks of `isIn` rows beyond what chance gives, with its variance, in one stratum. */
function excess(
  values: Float64Array,
  isIn: (row: number) => boolean,
): { sum: number; variance: number; pairs: number } {
  const rows = values.length;
  const order = ascending(values);
  let inside = 0;
  let sum = 0;
  let ties = 0;
  for (let from = 0; from < rows;) {
    let end = from + 1;
    while (end < rows && values[order[end]!] === values[order[from]!]) end += 1;
    const tied = end - from;
    ties += tied ** 3 - tied;
    for (let i = from; i < end; i += 1)
      if (isIn(order[i]!)) {
        inside += 1;
        sum += (from + end + 1) / 2;
      }
    from = end;
  }
  const pairs = inside * (rows - inside);
  const correction = rows < 2 ? 0 : 1 - ties / (rows ** 3 - rows);
  return { sum: sum - (inside * (rows + 1)) / 2, variance: (pairs * (rows + 1) * correction) / 12, pairs };
}

/**
 * Wilcoxon's rank-sum test within strata (van Elteren 1960), normal approximation with ties: do the rows of `isIn` have
 * higher values than the others of their own stratum? p = 1 where no stratum has both.
 */
export function rankShift(
  values: Float64Array,
  isIn: ArrayLike<number>,
  strata: ArrayLike<number>,
): RankShift {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < values.length; row += 1) {
    const rows = groups.get(strata[row]!);
    if (rows === undefined) groups.set(strata[row]!, [row]);
    else rows.push(row);
  }
  let sum = 0;
  let variance = 0;
  let pairs = 0;
  for (const rows of groups.values()) {
    const own = Float64Array.from(rows, (row) => values[row]!);
    const found = excess(own, (at) => isIn[rows[at]!] === 1);
    const weight = 1 / (rows.length + 1);
    sum += weight * found.sum;
    variance += weight ** 2 * found.variance;
    pairs += weight * found.pairs;
  }
  if (pairs === 0 || variance === 0) return { p: 1, higher: 0.5 };
  return { p: Math.min(1, 2 * normalCdf(-Math.abs(sum) / Math.sqrt(variance))), higher: 0.5 + sum / pairs };
}
