import { hypergeometricP } from '../../statistics/special.ts';
import { chiSquare } from '../../statistics/tests.ts';
import type { CategoricalPair } from './measure.ts';

/** A cell expected less often than this is too rare for the χ² approximation (Cochran 1954). */
const smallestExpected = 5;

/**
 * p of the χ² test of homogeneity. Categories too rare for it are taken together; if they still are, their count is
 * judged exactly (hypergeometric) beside the χ² of the others, and the smaller p counts twice (Bonferroni). So a
 * category that never was before is found from a handful of rows, and rare ones do not alarm by themselves.
 */
export const chi2 = {
  name: 'chi2',
  gives: 'p',
  of: 'categorical',
  compute: ({ reference, current }: CategoricalPair): number => {
    let m = 0;
    let n = 0;
    for (let k = 0; k < reference.length; k += 1) {
      m += reference[k]!;
      n += current[k]!;
    }
    if (m === 0 || n === 0) return 1;
    const smaller = Math.min(m, n) / (m + n);
    const left: number[] = [];
    const right: number[] = [];
    let rareReference = 0;
    let rareCurrent = 0;
    for (let k = 0; k < reference.length; k += 1) {
      if ((reference[k]! + current[k]!) * smaller >= smallestExpected) {
        left.push(reference[k]!);
        right.push(current[k]!);
      } else {
        rareReference += reference[k]!;
        rareCurrent += current[k]!;
      }
    }
    const rare = rareReference + rareCurrent;
    if (rare === 0 || rare * smaller >= smallestExpected)
      return chiSquare([...left, rareReference], [...right, rareCurrent]).p;
    const exact = hypergeometricP(rareCurrent, m + n, rare, n);
    return left.length < 2 ? exact : Math.min(1, 2 * Math.min(exact, chiSquare(left, right).p));
  },
} as const;
