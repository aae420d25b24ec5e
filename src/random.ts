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
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Fisher–Yates, in place. */
  shuffle<A extends { length: number; [index: number]: unknown }>(array: A): A;
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
  let a = hashText(`${text}/a`);
  let b = hashText(`${text}/b`);
  let c = hashText(`${text}/c`);
  let counter = 1;

  const next32 = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i += 1) next32();

  const next = (): number => next32() / 4294967296;
  const integer = (below: number): number => Math.floor(next() * below);
  const random: Random = {
    next,
    integer,
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
    fork: (name) => createRandom(`${text}/${name}`),
  };
  return random;
}
