import type { Split } from '../src/data/splitting.ts';

// scikit-learn's `train_test_split`, row for row: the published figures stand for these test rows and no others.

/**
 * `train_test_split(test_size=.2, random_state=0)`, then the same with `random_state=1` of what is left, for
 * validation. With classes, both with `stratify`.
 */
export function numpySplit(rows: number, classes?: Float64Array): Split {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const outer = splitOnce(all, 0, classes);
  const inner = splitOnce(outer.rest, 1, classes);
  return { train: inner.rest, validation: inner.held, test: outer.held };
}

interface Parts {
  readonly held: Int32Array;
  readonly rest: Int32Array;
}

function splitOnce(rows: Int32Array, seed: number, classes: Float64Array | undefined): Parts {
  const permutation = randomState(seed);
  const heldRows = Math.ceil(rows.length * 0.2);
  if (classes === undefined) {
    const order = permutation(rows.length).map((position) => rows[position]!);
    return { held: order.subarray(0, heldRows), rest: order.subarray(heldRows) };
  }
  const codes = [...new Set(rows.map((row) => classes[row]!))].sort((a, b) => a - b);
  const members = codes.map((code) => rows.filter((row) => classes[row] === code));
  const counts = members.map((rowsOfClass) => rowsOfClass.length);
  const kept = roundedShares(counts, rows.length - heldRows);
  const held: number[] = [];
  const rest: number[] = [];
  members.forEach((rowsOfClass, index) => {
    const order = permutation(rowsOfClass.length).map((position) => rowsOfClass[position]!);
    rest.push(...order.subarray(0, kept[index]));
    held.push(...order.subarray(kept[index]));
  });
  return { held: Int32Array.from(held), rest: Int32Array.from(rest) };
}

/** `draws` dealt out in proportion to `counts`; what rounding down leaves goes to the largest remainders. */
function roundedShares(counts: readonly number[], draws: number): readonly number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  const exact = counts.map((count) => (count / sum) * draws);
  const shares = exact.map(Math.floor);
  const left = draws - shares.reduce((total, share) => total + share, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder.slice(0, left)) shares[index]! += 1;
  return shares;
}

/** `numpy.random.RandomState(seed).permutation`: Fisher–Yates from the end, bounded by masked rejection. */
export function randomState(seed: number): (n: number) => Int32Array {
  const next = mersenneTwister(seed);
  return (n) => {
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
  };
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
