/** Inputs beyond this are brought back to it where a row's sums overflow float32. */
const largestInput = 1e30;

const bounded = (value: number): number =>
  Number.isNaN(value) ? 0 : Math.max(-largestInput, Math.min(largestInput, value));

/**
 * Sums that overflowed float32 are computed again from inputs within ±1e30, alone, so that no answer is NaN. In place.
 *
 * @param dense what they are the sums of, row after row
 * @param again sums of one row
 */
export function mendSums(
  sums: Float32Array,
  units: number,
  dense: Float32Array,
  inputs: number,
  again: (row: Float32Array) => Float32Array,
): void {
  for (let i = 0; i < sums.length; i += 1) {
    if (Number.isFinite(sums[i]!)) continue;
    const row = Math.floor(i / units);
    const mended = again(dense.slice(row * inputs, (row + 1) * inputs).map(bounded)).map(bounded);
    for (let unit = 0; unit < units; unit += 1) sums[row * units + unit] = mended[unit]!;
  }
}
