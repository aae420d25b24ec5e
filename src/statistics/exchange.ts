import type { Random } from '../random.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/** Exchanges of a comparison, and how few are enough where rows are many: the least p is then 1 in 200. */
const mostExchanges = 999;
const fewestExchanges = 199;
/** Steps that they may cost (about 1 s). */
const affordableSteps = 2e8;
/** Sums of the same figures in another order differ by less than this share. */
const rounding = 1e-12;

/** What an exchange test says of "the second is better". */
interface ExchangeResult {
  /** How often chance alone gives as large a gain, one-sided. */
  readonly p: number;
  readonly exchanges: number;
}

/** Whether a gain is beyond noise: as it was judged, or, in records of before there was that test, by its interval. */
export const isBeyondNoise = (gain: { readonly low: number; readonly better?: boolean }): boolean =>
  gain.better ?? gain.low > 0;

const exchangesFor = (stepsEach: number): number =>
  Math.max(fewestExchanges, Math.min(mostExchanges, Math.floor(affordableSteps / Math.max(1, stepsEach))));

/** Random bits, 32 to a draw. */
function coins(random: Random): () => number {
  let bits = 0;
  let left = 0;
  return () => {
    if (left === 0) {
      bits = random.integer(2 ** 32);
      left = 32;
    }
    const coin = bits & 1;
    bits >>>= 1;
    left -= 1;
    return coin;
  };
}

function* counting(steps: number, observed: number, slack: number, once: () => number): Work<ExchangeResult> {
  if (Number.isNaN(observed)) return { p: 1, exchanges: 0 };
  const exchanges = exchangesFor(steps);
  let asLarge = 0;
  for (let k = 0; k < exchanges; k += 1) {
    if (!(once() < observed - slack)) asLarge += 1;
    yield steps;
  }
  return { p: (1 + asLarge) / (1 + exchanges), exchanges };
}

/**
 * Fisher's (1935) randomisation test of paired gains, positive = the second is better: which of the two gave which answer
 * is exchanged in random rows, which turns the sign of their gains. NaN gains do not count.
 */
export function* exchangingGains(gains: Float64Array, random: Random): Work<ExchangeResult> {
  const differing = gains.filter((gain) => !Number.isNaN(gain) && gain !== 0);
  let observed = 0;
  let size = 0;
  for (let at = 0; at < differing.length; at += 1) {
    const gain = differing[at]!;
    observed += gain;
    size += Math.abs(gain);
  }
  const sums = foursOf(differing);
  const fours = sums.length / 16;
  return yield* counting(differing.length, observed, rounding * size, () => {
    let sum = 0;
    for (let four = 0; four < fours;) {
      let bits = random.integer(2 ** 32);
      const end = Math.min(fours, four + 8);
      for (; four < end; four += 1) {
        sum += sums[16 * four + (bits & 15)]!;
        bits >>>= 4;
      }
    }
    return sum;
  });
}

/** Of each four gains what they come to, by which of them turn their sign: the bits of the place among the sixteen. */
function foursOf(gains: Float64Array): Float64Array {
  const sums = new Float64Array(16 * Math.ceil(gains.length / 4));
  for (let at = 0; at < sums.length; at += 1)
    for (let k = 0; k < 4; k += 1) sums[at]! += ((at >> k) & 1 ? -1 : 1) * (gains[4 * (at >> 4) + k] ?? 0);
  return sums;
}

/** `exchangingGains` without a pause. */
export const exchangeGains = (gains: Float64Array, random: Random): ExchangeResult =>
  finish(exchangingGains(gains, random));

/**
 * The same for a figure that is no mean over rows. `estimate` sees both answers to each of `rows` rows stacked, those of
 * the first at `row` and those of the second at `rows + row`, and is given which of them count.
 */
export function* exchangingAnswers(
  estimate: (counts: Int32Array) => number,
  rows: number,
  higherIsBetter: boolean,
  random: Random,
): Work<ExchangeResult> {
  const [first, second] = [new Int32Array(2 * rows), new Int32Array(2 * rows)];
  const gain = (isExchanged: () => number): number => {
    for (let row = 0; row < rows; row += 1) {
      const exchanged = isExchanged();
      first[row] = 1 - exchanged;
      first[rows + row] = exchanged;
      second[row] = exchanged;
      second[rows + row] = 1 - exchanged;
    }
    const difference = estimate(second) - estimate(first);
    return higherIsBetter ? difference : -difference;
  };
  const observed = gain(() => 0);
  const coin = coins(random);
  return yield* counting(4 * rows, observed, rounding, () => gain(coin));
}
