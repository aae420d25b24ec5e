import { doubleOrder } from './ordering.ts';

/** Ranks from 1 on, of equals their mean; NaN stays NaN and takes no part. */
export function ranksOf(values: Float64Array): Float64Array {
  const order = doubleOrder(values).filter((row) => !Number.isNaN(values[row]));
  const ranks = new Float64Array(values.length).fill(NaN);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let at = from; at < to; at += 1) ranks[order[at]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/**
 * Pearson's correlation over the places where both are there; of ranks it is Spearman's (1904). NaN where one of them is
 * always the same.
 */
export function correlation(left: Float64Array, right: Float64Array): number {
  let count = 0;
  let sumLeft = 0;
  let sumRight = 0;
  for (let at = 0; at < left.length; at += 1) {
    if (Number.isNaN(left[at]!) || Number.isNaN(right[at]!)) continue;
    count += 1;
    sumLeft += left[at]!;
    sumRight += right[at]!;
  }
  const [meanLeft, meanRight] = [sumLeft / count, sumRight / count];
  let both = 0;
  let squareLeft = 0;
  let squareRight = 0;
  for (let at = 0; at < left.length; at += 1) {
    const x = left[at]! - meanLeft;
    const y = right[at]! - meanRight;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    both += x * y;
    squareLeft += x * x;
    squareRight += y * y;
  }
  const size = Math.sqrt(squareLeft * squareRight);
  return size > 0 ? Math.min(1, Math.max(-1, both / size)) : NaN;
}
