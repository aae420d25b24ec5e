/**
 * Wasserstein-1 (earth mover's) distance: ∫ |F − G|, in the values' unit. Both samples ascending, without NaN.
 * NaN when a sample is empty.
 */
export function wasserstein(left: Float64Array, right: Float64Array): number {
  const m = left.length;
  const n = right.length;
  if (m === 0 || n === 0) return Number.NaN;
  let i = 0;
  let j = 0;
  let previous = Math.min(left[0]!, right[0]!);
  let area = 0;
  while (i < m || j < n) {
    const value = i === m ? right[j]! : j === n ? left[i]! : Math.min(left[i]!, right[j]!);
    if (value > previous) area += (value - previous) * Math.abs(i / m - j / n);
    previous = value;
    while (i < m && left[i]! <= value) i += 1;
    while (j < n && right[j]! <= value) j += 1;
  }
  return area;
}

/** Wasserstein-1 distance of weighted values, in any order. Weights are positive and need not add up to 1. */
export function weightedWasserstein(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  leftWeights: ArrayLike<number>,
  rightWeights: ArrayLike<number>,
): number {
  const leftTotal = total(leftWeights);
  const rightTotal = total(rightWeights);
  const moves: { value: number; mass: number }[] = [];
  for (let i = 0; i < left.length; i += 1) moves.push({ value: left[i]!, mass: leftWeights[i]! / leftTotal });
  for (let j = 0; j < right.length; j += 1)
    moves.push({ value: right[j]!, mass: -rightWeights[j]! / rightTotal });
  moves.sort((a, b) => a.value - b.value);
  let difference = 0;
  let area = 0;
  moves.forEach((move, index) => {
    if (index > 0) area += Math.abs(difference) * (move.value - moves[index - 1]!.value);
    difference += move.mass;
  });
  return area;
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i += 1) sum += counts[i]!;
  return sum;
}

/**
 * Jensen–Shannon distance √JSD of two rows of counts (normalised here): 0 … √ln 2 = .833 with the natural
 * logarithm, 0 … 1 with base 2 (Endres & Schindelin 2003). NaN when a row is empty.
 */
export function jensenShannon(left: ArrayLike<number>, right: ArrayLike<number>, base = Math.E): number {
  const leftTotal = total(left);
  const rightTotal = total(right);
  let divergence = 0;
  for (let k = 0; k < left.length; k += 1) {
    const p = left[k]! / leftTotal;
    const q = right[k]! / rightTotal;
    const middle = (p + q) / 2;
    if (p > 0) divergence += (p / 2) * Math.log(p / middle);
    if (q > 0) divergence += (q / 2) * Math.log(q / middle);
  }
  return leftTotal > 0 && rightTotal > 0 ? Math.sqrt(Math.max(0, divergence / Math.log(base))) : Number.NaN;
}

/** A bin that is empty on one side counts as this share: its logarithm would be infinite. */
const smallestShare = 1e-4;

/**
 * Population stability index Σ (q − p) ln(q / p) of two rows of counts. Grows with the number of bins divided by
 * the number of rows, so it is shown and never decides. NaN when a row is empty.
 */
export function populationStability(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const leftTotal = total(left);
  const rightTotal = total(right);
  if (leftTotal === 0 || rightTotal === 0) return Number.NaN;
  let sum = 0;
  for (let k = 0; k < left.length; k += 1) {
    if (left[k] === 0 && right[k] === 0) continue;
    const p = Math.max(smallestShare, left[k]! / leftTotal);
    const q = Math.max(smallestShare, right[k]! / rightTotal);
    sum += (q - p) * Math.log(q / p);
  }
  return sum;
}

/** Total variation ½ Σ |p − q|: the share of rows that would have to change their bin. NaN when a row is empty. */
export function totalVariation(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const leftTotal = total(left);
  const rightTotal = total(right);
  let sum = 0;
  for (let k = 0; k < left.length; k += 1) sum += Math.abs(left[k]! / leftTotal - right[k]! / rightTotal);
  return sum / 2;
}
