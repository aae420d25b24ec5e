/** Points and weights on [0, 1]. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/** Legendre's polynomial of that degree at x, and its slope there. */
function legendre(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let before = 1;
  let value = x;
  for (let k = 2; k <= degree; k += 1)
    [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}

/**
 * Gauss and Legendre's rule on [0, 1]: exact for polynomials of degree up to 2n − 1. The points are roots of Legendre's
 * polynomial, found by Newton's method from Tricomi's guess.
 */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    for (let step = 0; step < 20; step += 1) {
      const { value, slope } = legendre(count, x);
      const next = x - value / slope;
      if (next === x) break;
      x = next;
    }
    const { slope } = legendre(count, x);
    points[count - 1 - i] = (1 + x) / 2;
    weights[count - 1 - i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
