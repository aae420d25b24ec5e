/**
 * Benjamini–Hochberg (1995): p-values adjusted so that rejecting those ≤ α keeps the false discovery rate ≤ α. In
 * the order given; a NaN stays NaN and does not count as a test.
 */
export function benjaminiHochberg(values: readonly number[]): number[] {
  const order = values
    .map((_, index) => index)
    .filter((index) => !Number.isNaN(values[index]))
    .sort((left, right) => values[right]! - values[left]!);
  const adjusted = values.map(() => Number.NaN);
  let smallest = 1;
  order.forEach((index, position) => {
    const rank = order.length - position;
    smallest = Math.min(smallest, values[index]! * (order.length / rank));
    adjusted[index] = smallest;
  });
  return adjusted;
}
