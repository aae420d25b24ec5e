/** Lanczos coefficients, g = 7, n = 9 (Godfrey 2001): about 15 digits. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const y = x - 1;
  let sum = lanczos[0]!;
  for (let i = 1; i < lanczos.length; i += 1) sum += lanczos[i]! / (y + i);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Lower regularised incomplete gamma P(a, x) by its power series (DLMF 8.11.4). */
function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100_000 && Math.abs(term) > Math.abs(sum) * 1e-17; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(-x + a * Math.log(x) - logGamma(a));
}

/** Upper regularised incomplete gamma Q(a, x) by Legendre's continued fraction (DLMF 8.9.2), modified Lentz. */
function gammaFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 100_000; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return h * Math.exp(-x + a * Math.log(x) - logGamma(a));
}

/** Upper regularised incomplete gamma Q(a, x) = Γ(a, x) / Γ(a), accurate in the far tail. */
export function gammaQ(a: number, x: number): number {
  if (!(a > 0) || Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
}

/** erfc(x) = 1 − erf(x). */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return gammaQ(0.5, x * x);
}

/** P(Z ≤ z) of a standard normal. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z / Math.SQRT2);
}

/** P(χ²(dof) ≥ x). */
export function chiSquareTail(x: number, dof: number): number {
  return dof <= 0 ? 1 : gammaQ(dof / 2, x / 2);
}

/**
 * P(X ≥ count) of a negative binomial: how many of the next draws fall outside what `r` rare things have shown,
 * each next draw being new with odds `share`. Summed in logarithms on the side of the mean that is the tail, so that
 * neither a large `r` underflows nor a small tail loses its digits.
 */
export function negativeBinomialTail(count: number, r: number, share: number): number {
  if (count <= 0) return 1;
  if (share <= 0) return 0;
  if (share >= 1) return 1;
  const probability = (k: number): number =>
    Math.exp(logGamma(k + r) - logGamma(r) - logGamma(k + 1) + r * Math.log1p(-share) + k * Math.log(share));
  const mean = (r * share) / (1 - share);
  if (count <= mean) {
    let below = 0;
    for (let k = 0; k < count; k += 1) below += probability(k);
    return Math.max(0, 1 - below);
  }
  let tail = 0;
  let term = probability(count);
  for (let k = count; term > tail * 1e-17 && term > 0; k += 1) {
    tail += term;
    term *= ((k + r) / (k + 1)) * share;
  }
  return Math.min(1, tail);
}

/** P(X ≥ count) of a binomial(n, p). */
export function binomialTail(count: number, n: number, p: number): number {
  if (count <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let tail = 0;
  for (let k = count; k <= n; k += 1) {
    const log =
      logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p);
    const term = Math.exp(log);
    tail += term;
    if (k > n * p && term < tail * 1e-16) break;
  }
  return Math.min(1, tail);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/**
 * P(X = k) for X = how many of `marked` things are among `drawn` out of `total` (hypergeometric): the exact law of a rare
 * category's count in one of two samples.
 */
function hypergeometric(k: number, total: number, marked: number, drawn: number): number {
  if (k < Math.max(0, marked + drawn - total) || k > Math.min(marked, drawn)) return 0;
  return Math.exp(logChoose(marked, k) + logChoose(total - marked, drawn - k) - logChoose(total, drawn));
}

/** Σ of a hypergeometric from `count` on to the end that `step` leads to, each term out of the one before. */
function hypergeometricTail(
  count: number,
  step: 1 | -1,
  total: number,
  marked: number,
  drawn: number,
): number {
  const free = total - marked - drawn;
  let term = hypergeometric(count, total, marked, drawn);
  let sum = 0;
  // Before the peak terms grow, and none of them may end the sum.
  const peak = ((drawn + 1) * (marked + 1)) / (total + 2);
  for (let k = count; term > 0; k += step) {
    sum += term;
    if (step * (k - peak) > 0 && term < sum * 1e-17) break;
    term *=
      step === 1
        ? ((marked - k) * (drawn - k)) / ((k + 1) * (free + k + 1))
        : (k * (free + k)) / ((marked - k + 1) * (drawn - k + 1));
  }
  return sum;
}

/** Two-sided p of a hypergeometric count: twice the smaller tail, at most 1. */
export function hypergeometricP(count: number, total: number, marked: number, drawn: number): number {
  const away = count * total >= marked * drawn ? 1 : -1;
  const tail = hypergeometricTail(count, away, total, marked, drawn);
  if (tail < 0.25) return 2 * tail;
  // About the middle either tail may be the smaller one.
  const other = hypergeometricTail(count, away === 1 ? -1 : 1, total, marked, drawn);
  return Math.min(1, 2 * Math.min(tail, other));
}
