/**
 * Lower factor L of a symmetric positive matrix (L Lᵀ), in place of its lower half; `size × size`, row-major. A pivot that
 * rounding left at nothing is taken for a little of what stood on the diagonal: its direction is known to be flat.
 */
export function factorise(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row += 1) {
    const own = row * size;
    for (let column = 0; column < row; column += 1) {
      const other = column * size;
      matrix[own + column] =
        (matrix[own + column]! - product(matrix, own, other, column)) / matrix[other + column]!;
    }
    const diagonal = matrix[own + row]!;
    const pivot = diagonal - product(matrix, own, own, row);
    const least = 1e-10 * diagonal;
    matrix[own + row] = Math.sqrt(pivot > least ? pivot : least > 0 ? least : 1);
  }
}

/** Sum of the products of `count` cells from each of two places on: four sums beside each other, which need not wait. */
function product(cells: Float64Array, left: number, right: number, count: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    first += cells[left + k]! * cells[right + k]!;
    second += cells[left + k + 1]! * cells[right + k + 1]!;
    third += cells[left + k + 2]! * cells[right + k + 2]!;
    fourth += cells[left + k + 3]! * cells[right + k + 3]!;
  }
  for (; k < count; k += 1) first += cells[left + k]! * cells[right + k]!;
  return first + second + (third + fourth);
}

/** Solves `L Lᵀ x = b` for a factor of `factorise`, in place of `b`. */
export function solveFactorised(factor: Float64Array, size: number, b: Float64Array): void {
  for (let row = 0; row < size; row += 1) {
    let sum = b[row]!;
    for (let k = 0; k < row; k += 1) sum -= factor[row * size + k]! * b[k]!;
    b[row] = sum / factor[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    const value = b[row]! / factor[row * size + row]!;
    b[row] = value;
    for (let k = 0; k < row; k += 1) b[k]! -= value * factor[row * size + k]!;
  }
}
