import { exp, ln } from '../../statistics/exponential.ts';

const rounds = 30;

/** Mean probability of each class, of sums that were shifted. One output is the log odds of class 1. */
function meanShares(sums: Float64Array, shift: Float64Array): Float64Array {
  const units = shift.length;
  const classes = Math.max(2, units);
  const shares = new Float64Array(classes);
  const exponents = new Float64Array(classes);
  const rows = sums.length / units;
  for (let row = 0; row < rows; row += 1) {
    let total = 0;
    let largest = 0;
    if (units > 1)
      for (let k = 0; k < units; k += 1) largest = Math.max(largest, sums[row * units + k]! + shift[k]!);
    else largest = Math.max(0, sums[row]! + shift[0]!);
    for (let k = 0; k < classes; k += 1) {
      const sum = units > 1 ? sums[row * units + k]! + shift[k]! : k === 0 ? 0 : sums[row]! + shift[0]!;
      total += exponents[k] = exp(sum - largest);
    }
    for (let k = 0; k < classes; k += 1) shares[k]! += exponents[k]! / total / rows;
  }
  return shares;
}

/**
 * What to add to the sums of a model of weighted classes, so that its mean probabilities are the shares of the classes:
 * the logarithm of the weights, from which trees that stopped early are off, made right on the validation part by
 * iterative scaling.
 *
 * @param sums `rows × outputs` of the validation part
 * @param target class codes; 1 = the class of the only output
 * @param weights what undoes the class weights where all was learnt
 */
export function honestShift(sums: Float64Array, target: Float64Array, weights: Float64Array): Float64Array {
  const units = weights.length;
  const shift = weights.slice();
  if (shift.every((each) => each === 0)) return shift;
  const wanted = new Float64Array(Math.max(2, units));
  for (const code of target) wanted[code]! += 1 / target.length;
  // Of a class that the validation part does not have nothing more is known.
  if (wanted.some((share) => share === 0)) return shift;
  for (let round = 0; round < rounds; round += 1) {
    const now = meanShares(sums, shift);
    const steps = wanted.map((share, k) => ln(share / Math.max(now[k]!, 1e-12)));
    if (units > 1) for (let k = 0; k < units; k += 1) shift[k]! += steps[k]!;
    else shift[0]! += steps[1]! - steps[0]!;
  }
  return shift;
}
