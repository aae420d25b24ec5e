import { logGamma } from './special.ts';

const tiny = 1e-300;

/** Continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let value = d;
  for (let m = 1; m <= 300; m += 1) {
    const steps = [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ];
    let factor = 1;
    for (const step of steps) {
      d = 1 + step * d;
      c = 1 + step / c;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      if (Math.abs(c) < tiny) c = tiny;
      factor = c * d;
      value *= factor;
    }
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return value;
}

/** Regularised incomplete beta function I(x; a, b), 0 ≤ x ≤ 1. */
function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

/** P(T ≥ t) of Student's t with `dof` degrees of freedom. */
export function studentTail(t: number, dof: number): number {
  const half = regularisedBeta(dof / (dof + t * t), dof / 2, 0.5) / 2;
  return t >= 0 ? half : 1 - half;
}

/** The t that is exceeded with probability `tail` (0 < tail ≤ .5) under `dof` degrees of freedom. */
export function studentQuantile(tail: number, dof: number): number {
  let low = 0;
  let high = 1;
  while (studentTail(high, dof) > tail) {
    low = high;
    high *= 2;
  }
  for (let step = 0; step < 60 && high - low > high * 1e-15; step += 1) {
    const middle = (low + high) / 2;
    if (studentTail(middle, dof) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
