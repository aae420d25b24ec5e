import type { Split } from '../src/data/split.ts';

/**
 * scikit-learn's `train_test_split(test_size=.2, random_state=0)`, then `train_test_split(test_size=.2,
 * random_state=1)` of what is left: the protocol of the published California figures.
 */
export function numpySplit(rows: number): Split {
  const outer = splitOnce(
    Int32Array.from({ length: rows }, (_, row) => row),
    0,
  );
  const inner = splitOnce(outer.rest, 1);
  return { train: inner.rest, validation: inner.held, test: outer.held };
}

function splitOnce(rows: Int32Array, seed: number): { held: Int32Array; rest: Int32Array } {
  const order = permutation(rows.length, seed);
  const held = Math.ceil(rows.length * 0.2);
  return {
    held: order.subarray(0, held).map((position) => rows[position]!),
    rest: order.subarray(held).map((position) => rows[position]!),
  };
}

/** `numpy.random.RandomState(seed).permutation(n)`: Fisher–Yates from the end, bounded by masked rejection. */
export function permutation(n: number, seed: number): Int32Array {
  const next = mersenneTwister(seed);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j: number;
    do j = (next() & mask) >>> 0;
    while (j > i);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/** MT19937 (Matsumoto & Nishimura 1998), seeded by one number: 32 bits a call. */
function mersenneTwister(seed: number): () => number {
  const size = 624;
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i += 1)
    state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
  let index = size;
  const twist = (): void => {
    for (let i = 0; i < size; i += 1) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff);
      state[i] = state[(i + 397) % size]! ^ (joined >>> 1) ^ ((joined & 1) === 1 ? 0x9908b0df : 0);
    }
    index = 0;
  };
  return () => {
    if (index === size) twist();
    let word = state[index]!;
    index += 1;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}
