import { hashText } from './hash.ts';

/**
 * A seeded stream of random numbers. The only source of randomness in aieng: the same seed gives the same
 * stream on every machine, so training is a function of its inputs.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, below). */
  integer(below: number): number;
  /** Fills an array with uniform integers in [0, below), as one call of `integer` after the other would. */
  integers(into: Int32Array, below: number): void;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Fisher–Yates, in place. */
  shuffle<A extends { length: number; [index: number]: unknown }>(array: A): A;
  /** So many of `count` things, ascending, each set of them as likely as any other. */
  choose(count: number, wanted: number): Int32Array;
  /** Lends the four words of its state to what draws from the same stream elsewhere, and leaves them where that ended. */
  lend(draw: (state: Int32Array) => void): void;
  /** An independent stream, named so that adding one elsewhere does not shift this one. */
  fork(name: string): Random;
}

/**
 * sfc32 (Doty-Humphrey, PractRand), seeded from the text of the seed.
 *
 * @example createRandom(1).next() === createRandom(1).next()
 */
export function createRandom(seed: number | string): Random {
  const text = String(seed);
  // In a typed array: 32-bit numbers in variables would be allocated anew at each step.
  const state = Int32Array.of(hashText(`${text}/a`), hashText(`${text}/b`), hashText(`${text}/c`), 1);

  const next32 = (): number => {
    const b = state[1]!;
    const c = state[2]!;
    const sum = (state[0]! + b + state[3]!) | 0;
    state[3]! += 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i += 1) next32();

  const next = (): number => next32() / 4294967296;
  const integer = (below: number): number => Math.floor(next() * below);
  const random: Random = {
    next,
    integer,
    integers: (into, below) => {
      let a = state[0]!;
      let b = state[1]!;
      let c = state[2]!;
      let counter = state[3]!;
      for (let i = 0; i < into.length; i += 1) {
        const sum = (a + b + counter) | 0;
        counter = (counter + 1) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = (((c << 21) | (c >>> 11)) + sum) | 0;
        into[i] = Math.floor(((sum >>> 0) / 4294967296) * below);
      }
      state.set([a, b, c, counter]);
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (array) => {
      for (let i = array.length - 1; i > 0; i -= 1) {
        const j = integer(i + 1);
        const kept = array[i];
        array[i] = array[j];
        array[j] = kept;
      }
      return array;
    },
    choose: (count, wanted) => {
      const chosen = new Int32Array(Math.min(count, wanted));
      // Each is taken with the chance that is left to it (Knuth's algorithm S).
      let a = state[0]!;
      let b = state[1]!;
      let c = state[2]!;
      let counter = state[3]!;
      for (let at = 0, taken = 0; taken < chosen.length; at += 1) {
        const sum = (a + b + counter) | 0;
        counter = (counter + 1) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = (((c << 21) | (c >>> 11)) + sum) | 0;
        if ((sum >>> 0) * (count - at) < (chosen.length - taken) * 4294967296) chosen[taken++] = at;
      }
      state.set([a, b, c, counter]);
      return chosen;
    },
    lend: (draw) => {
      draw(state);
    },
    fork: (name) => createRandom(`${text}/${name}`),
  };
  return random;
}
