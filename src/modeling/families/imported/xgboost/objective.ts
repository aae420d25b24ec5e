import { exp, ln } from '../../../../statistics/exponential.ts';
import type { AnswerOfSums, ForeignAnswers } from '../foreign.ts';
import { refused } from './document.ts';

/** How raw sums become answers, and the base score a raw sum. */
export interface Objective {
  readonly answers: ForeignAnswers;
  /** The margin of a base score. */
  readonly margin: (base: number) => number;
  readonly answersOf: (sums: Float64Array) => Float64Array;
  /** The same by its name. */
  readonly answer: AnswerOfSums;
}

const same = (value: number): number => value;
const ownSums = (sums: Float64Array): Float64Array => sums.slice();
const sigmoids = (sums: Float64Array): Float64Array => sums.map((sum) => 1 / (1 + exp(-sum)));

function softmaxes(sums: Float64Array, outputs: number): Float64Array {
  const answers = new Float64Array(sums.length);
  for (let start = 0; start < sums.length; start += outputs) {
    let largest = -Infinity;
    for (let k = 0; k < outputs; k += 1) largest = Math.max(largest, sums[start + k]!);
    let total = 0;
    for (let k = 0; k < outputs; k += 1) total += answers[start + k] = exp(sums[start + k]! - largest);
    for (let k = 0; k < outputs; k += 1) answers[start + k]! /= total;
  }
  return answers;
}

const logit = (base: number): number => {
  if (!(base > 0 && base < 1)) throw refused(`base_score is ${base}, expected a probability`);
  return -ln(Math.fround(Math.fround(1 / base) - 1));
};

function logOf(base: number): number {
  if (!(base > 0)) throw refused(`base_score is ${base}, expected more than 0`);
  return ln(base);
}

/** XGBoost's objectives by name. `outputs`: raw sums a row. */
export function objectiveOf(name: string, outputs: number): Objective {
  const number: Objective = {
    answers: { kind: 'number' },
    margin: same,
    answersOf: ownSums,
    answer: { how: 'identity' },
  };
  switch (name) {
    case 'reg:squarederror':
    case 'reg:linear':
    case 'reg:squaredlogerror':
    case 'reg:pseudohubererror':
    case 'reg:absoluteerror':
      return number;
    case 'count:poisson':
    case 'reg:gamma':
    case 'reg:tweedie':
      return {
        ...number,
        margin: logOf,
        answersOf: (sums) => sums.map((sum) => exp(sum)),
        answer: { how: 'exp' },
      };
    case 'binary:logistic':
    case 'reg:logistic':
      return {
        answers: { kind: 'probability' },
        margin: logit,
        answersOf: sigmoids,
        answer: { how: 'sigmoid', slope: 1 },
      };
    case 'binary:logitraw':
      return { answers: { kind: 'log odds' }, margin: same, answersOf: ownSums, answer: { how: 'identity' } };
    case 'multi:softmax':
    case 'multi:softprob':
      return {
        answers: { kind: 'probabilities', classes: outputs },
        margin: same,
        answersOf: (sums) => softmaxes(sums, outputs),
        answer: { how: 'softmax' },
      };
    case 'binary:hinge':
      return {
        answers: { kind: 'none', because: 'binary:hinge answers 0 or 1 and no probability' },
        margin: same,
        answersOf: (sums) => sums.map((sum) => Number(sum > 0)),
        answer: { how: 'none' },
      };
    default:
      throw refused(`its objective ${JSON.stringify(name.slice(0, 60))} is not known here`);
  }
}
