import { logGamma } from './special.ts';

/**
 * P(Dₙ⁺ ≥ d) of the one-sided one-sample statistic (Birnbaum & Tingey 1951). Every term is positive, so the far
 * tail keeps its digits.
 */
function smirnovTail(n: number, d: number): number {
  const last = Math.floor(n * (1 - d));
  let sum = 0;
  for (let j = 0; j <= last; j += 1) {
    const rest = 1 - d - j / n;
    if (rest <= 0) continue;
    const log =
      logGamma(n + 1) -
      logGamma(j + 1) -
      logGamma(n - j + 1) +
      (j - 1) * Math.log(d + j / n) +
      (n - j) * Math.log(rest);
    sum += Math.exp(log);
  }
  return Math.min(1, d * sum);
}

function multiply(left: Float64Array, right: Float64Array, m: number): Float64Array {
  const product = new Float64Array(m * m);
  for (let i = 0; i < m; i += 1)
    for (let k = 0; k < m; k += 1) {
      const value = left[i * m + k]!;
      for (let j = 0; j < m; j += 1) product[i * m + j]! += value * right[k * m + j]!;
    }
  return product;
}

/** The transition matrix of Marsaglia, Tsang & Wang (2003) for n·d = k − h. */
function transitions(m: number, h: number): Float64Array {
  const matrix = new Float64Array(m * m);
  for (let i = 0; i < m; i += 1) for (let j = 0; j < m; j += 1) matrix[i * m + j] = i - j + 1 < 0 ? 0 : 1;
  for (let i = 0; i < m; i += 1) {
    matrix[i * m]! -= Math.pow(h, i + 1);
    matrix[(m - 1) * m + i]! -= Math.pow(h, m - i);
  }
  matrix[(m - 1) * m]! += 2 * h - 1 > 0 ? Math.pow(2 * h - 1, m) : 0;
  for (let i = 0; i < m; i += 1)
    for (let j = 0; j < m; j += 1)
      if (i - j + 1 > 0) for (let g = 1; g <= i - j + 1; g += 1) matrix[i * m + j]! /= g;
  return matrix;
}

/** P(Dₙ < d), exact (Marsaglia, Tsang & Wang 2003, Journal of Statistical Software 8/18). */
function marsagliaCdf(n: number, d: number): number {
  const k = Math.floor(n * d) + 1;
  const m = 2 * k - 1;
  let base = transitions(m, k - n * d);
  let power: Float64Array | undefined;
  for (let exponent = n; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) power = power === undefined ? base : multiply(power, base, m);
    base = multiply(base, base, m);
  }
  let value = power![(k - 1) * m + k - 1]!;
  for (let i = 1; i <= n; i += 1) value *= i / n;
  return value;
}

/** P(√n·Dₙ ≥ x) in the limit, 2 Σ (−1)ᵏ⁻¹ exp(−2k²x²); by its theta form for small x (DLMF 20.7.32). */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  if (x < 1) {
    let sum = 0;
    for (let k = 1; k <= 20; k += 1) sum += Math.exp(-((2 * k - 1) ** 2 * Math.PI ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 1; k <= 20; k += 1) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, 2 * sum);
}

/**
 * P(Dₙ ≥ d) of the two-sided one-sample Kolmogorov statistic. Far tail: twice the one-sided tail, exact to the
 * digits shown from n·d² ≥ 2.2 on (Simard & L'Ecuyer 2011); small n: exact; large n: the limit with Vrbik's (2018)
 * correction of x for finite n.
 */
export function kolmogorovSmirnovTail(n: number, d: number): number {
  if (d <= 0 || n * d <= 0.5) return 1;
  if (d >= 1) return 0;
  if (n <= 10_000 && n * d * d >= 2.2) return Math.min(1, 2 * smirnovTail(n, d));
  if (n <= 140) return Math.min(1, Math.max(0, 1 - marsagliaCdf(n, d)));
  const x = d * Math.sqrt(n);
  return kolmogorovTail(x + 1 / (6 * Math.sqrt(n)) + (x - 1) / (4 * n));
}
