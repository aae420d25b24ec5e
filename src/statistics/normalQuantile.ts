/** Coefficients of a rational approximation, lowest power first. */
export interface Rational {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/** Within .425 of the middle, of .180625 − q². */
export const centralNormal: Rational = {
  above: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  below: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
/** Of √(−ln p) − 1.6, up to 5. */
export const tailNormal: Rational = {
  above: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  below: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

/** Of √(−ln p) − 5, beyond 5. */
export const farTailNormal: Rational = {
  above: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  below: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) sum = sum * x + coefficients[i]!;
  return sum;
}

const rational = ({ above, below }: Rational, r: number): number =>
  polynomial(above, r) / polynomial(below, r);

/**
 * The z with P(Z ≤ z) = `probability` of a standard normal, to about 1e-15 relative (Wichura 1988, algorithm AS 241,
 * PPND16). ±∞ at 0 and 1, NaN outside.
 *
 * @example normalQuantile(0.5) === 0
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) return Number.NaN;
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(centralNormal.above, r)) / polynomial(centralNormal.below, r);
  }
  const side = q < 0 ? probability : 1 - probability;
  if (side === 0) return q * Infinity;
  const r = Math.sqrt(-Math.log(side));
  const size = r <= 5 ? rational(tailNormal, r - 1.6) : rational(farTailNormal, r - 5);
  return q < 0 ? -size : size;
}
