/**
 * Lower factor L of a symmetric positive matrix (L Lᵀ), in place of its lower half; `size × size`, row-major. A pivot that
 * rounding left at nothing is taken for a little of what stood on the diagonal: its direction is known to be flat.
 */
export function factorise(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row += 1) {
    const own = row * size;
    for (let column = 0; column < row; column += 1) {
      const other = column * size;
      let sum = matrix[own + column]!;
      for (let k = 0; k < column; k += 1) sum -= matrix[own + k]! * matrix[other + k]!;
      matrix[own + column] = sum / matrix[other + column]!;
    }
    const diagonal = matrix[own + row]!;
    let pivot = diagonal;
    for (let k = 0; k < row; k += 1) pivot -= matrix[own + k]! * matrix[own + k]!;
    const least = 1e-10 * diagonal;
    matrix[own + row] = Math.sqrt(pivot > least ? pivot : least > 0 ? least : 1);
  }
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
