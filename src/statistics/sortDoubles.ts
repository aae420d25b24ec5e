/** Of fewer values the runtime's own sort is as fast. */
const radixFrom = 2048;
/** Runs that agree in their upper half are short: up to this they are sorted by insertion. */
const insertionUpTo = 24;

/** From here on a digit with the sign is that of a negative number. */
const negative = 512;

/** How often each digit of the upper words occurs: bits 0–10, 11–21, and 22–31 with the sign. */
function countDigits(words: Uint32Array, n: number): readonly [Uint32Array, Uint32Array, Uint32Array] {
  const [low, middle, high] = [new Uint32Array(2048), new Uint32Array(2048), new Uint32Array(1024)];
  for (let i = 0; i < n; i += 1) {
    const word = words[2 * i + 1]!;
    low[word & 2047]! += 1;
    middle[(word >>> 11) & 2047]! += 1;
    high[word >>> 22]! += 1;
  }
  return [low, middle, high];
}

const wordsOf = (values: Float64Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);

/** One stable pass by a digit below the sign. */
function dealOut(from: Float64Array, to: Float64Array, counts: Uint32Array, shift: number): void {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit += 1) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  const words = wordsOf(from);
  const mask = counts.length - 1;
  for (let i = 0; i < from.length; i += 1) {
    const digit = (words[2 * i + 1]! >>> shift) & mask;
    to[counts[digit]!++] = from[i]!;
  }
}

/** The last pass: negative numbers come first, the largest magnitude before all, so they are dealt out backwards. */
function dealOutSigned(from: Float64Array, to: Float64Array, counts: Uint32Array): void {
  let start = 0;
  for (let digit = 1023; digit >= negative; digit -= 1) {
    start += counts[digit]!;
    counts[digit] = start;
  }
  for (let digit = 0; digit < negative; digit += 1) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  const words = wordsOf(from);
  for (let i = 0; i < from.length; i += 1) {
    const digit = words[2 * i + 1]! >>> 22;
    if (digit < negative) to[counts[digit]!++] = from[i]!;
    else to[(counts[digit]! -= 1)] = from[i]!;
  }
}

function insertionSort(values: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i += 1) {
    const value = values[i]!;
    let at = i;
    while (at > start && values[at - 1]! > value) {
      values[at] = values[at - 1]!;
      at -= 1;
    }
    values[at] = value;
  }
}

/** Sorts each run of values that have one upper word: all that is left to do. */
function sortLowerHalves(values: Float64Array): void {
  const words = wordsOf(values);
  const n = values.length;
  let start = 0;
  while (start < n) {
    const word = words[2 * start + 1];
    let ascending = true;
    let end = start + 1;
    for (; end < n && words[2 * end + 1] === word; end += 1)
      if (values[end]! < values[end - 1]!) ascending = false;
    if (!ascending) {
      if (end - start <= insertionUpTo) insertionSort(values, start, end);
      else values.subarray(start, end).sort();
    }
    start = end;
  }
}

const holdsAll = (counts: Uint32Array, n: number): boolean => counts.includes(n);

/**
 * The values in ascending order, as `values.sort()` gives them and several times faster: a radix sort by the upper half
 * of the doubles, then the few that agree in it. The given array is used up: it is sorted, or room to sort in.
 *
 * @param values without NaN
 */
export function sortDoubles(values: Float64Array): Float64Array {
  const n = values.length;
  if (n < radixFrom) return values.sort();
  const [low, middle, high] = countDigits(wordsOf(values), n);
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(n);
  for (const [counts, shift] of [
    [low, 0],
    [middle, 11],
  ] as const) {
    if (holdsAll(counts, n)) continue;
    dealOut(from, to, counts, shift);
    [from, to] = [to, from];
  }
  dealOutSigned(from, to, high);
  sortLowerHalves(to);
  return to;
}
