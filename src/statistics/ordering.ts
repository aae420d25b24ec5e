/** How many bits of a key one pass sorts by. */
const passBits = 16;

/**
 * Positions 0 … n−1 in ascending order of unsigned 32-bit keys, stable (least-significant-digit radix sort).
 *
 * @param from The order to start from (for a more significant key after a less significant one).
 */
export function radixOrder(keys: Uint32Array, from?: Int32Array): Int32Array {
  const n = keys.length;
  let order = from ?? Int32Array.from({ length: n }, (_, i) => i);
  for (let shift = 0; shift < 32; shift += passBits) {
    const starts = new Uint32Array((1 << passBits) + 1);
    for (let i = 0; i < n; i += 1) starts[((keys[i]! >>> shift) & 0xffff) + 1]! += 1;
    for (let digit = 1; digit < starts.length; digit += 1) starts[digit]! += starts[digit - 1]!;
    const next = new Int32Array(n);
    for (let i = 0; i < n; i += 1) {
      const row = order[i]!;
      next[starts[(keys[row]! >>> shift) & 0xffff]!++] = row;
    }
    order = next;
  }
  return order;
}

/** Runs that agree in their upper half are short: up to this they are sorted by insertion. */
const insertionUpTo = 24;

function insertByKey(order: Int32Array, keys: Uint32Array, start: number, end: number): void {
  for (let at = start + 1; at < end; at += 1) {
    const row = order[at]!;
    const own = keys[row]!;
    let to = at;
    for (; to > start && keys[order[to - 1]!]! > own; to -= 1) order[to] = order[to - 1]!;
    order[to] = row;
  }
}

/** Sorts the positions of each run that agrees in the upper half of its keys by the lower one, stably. */
function orderLowerHalves(order: Int32Array, high: Uint32Array, low: Uint32Array): void {
  let start = 0;
  while (start < order.length) {
    const key = high[order[start]!]!;
    let isAscending = true;
    let end = start + 1;
    for (; end < order.length && high[order[end]!] === key; end += 1)
      if (low[order[end]!]! < low[order[end - 1]!]!) isAscending = false;
    if (!isAscending) {
      if (end - start <= insertionUpTo) insertByKey(order, low, start, end);
      else order.subarray(start, end).sort((left, right) => low[left]! - low[right]! || left - right);
    }
    start = end;
  }
}

/** Positions in ascending order of doubles, stable; −0 and 0 are equal. By the bits: those of a negative number are turned. */
export function doubleOrder(values: Float64Array): Int32Array {
  const double = new Float64Array(1);
  const [lowWord, highWord] = [0, 1];
  const words = new Uint32Array(double.buffer);
  const low = new Uint32Array(values.length);
  const high = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    double[0] = values[i]! + 0;
    const top = words[highWord]!;
    const negative = top >>> 31 === 1;
    low[i] = negative ? ~words[lowWord]! : words[lowWord]!;
    high[i] = negative ? ~top : top ^ 0x80000000;
  }
  const order = radixOrder(high);
  orderLowerHalves(order, high, low);
  return order;
}

/** Are any two neighbours equal by `same`? */
export function hasRuns(order: Int32Array, same: (left: number, right: number) => boolean): boolean {
  for (let i = 1; i < order.length; i += 1) if (same(order[i - 1]!, order[i]!)) return true;
  return false;
}

/** Sorts, in place, each run of neighbours that are equal by `same`. */
export function sortRuns(
  order: Int32Array,
  same: (left: number, right: number) => boolean,
  compare: (left: number, right: number) => number,
): void {
  let start = 0;
  while (start < order.length) {
    let end = start + 1;
    while (end < order.length && same(order[start]!, order[end]!)) end += 1;
    if (end - start > 1) order.subarray(start, end).sort(compare);
    start = end;
  }
}

/** Eight bits a character, four a word: unequal keys order as the texts do; equal ones say nothing. */
function prefixKeys(texts: readonly string[], skip: number): Uint32Array {
  const keys = new Uint32Array(texts.length);
  for (let row = 0; row < texts.length; row += 1) {
    const text = texts[row]!;
    let key = 0;
    let clamped = false;
    for (let i = 0; i < 4 + skip; i += 1) {
      // 0 = past the end; characters beyond ASCII share the largest digit and nothing after them counts.
      const code = i < text.length ? text.charCodeAt(i) + 1 : 0;
      const digit = clamped ? 0 : Math.min(code, 255);
      if (code >= 255) clamped = true;
      if (i >= skip) key = ((key << 8) | digit) >>> 0;
    }
    keys[row] = key;
  }
  return keys;
}

/**
 * Positions in ascending order of the texts (by UTF-16 code unit), stable. A radix sort by the first eight characters,
 * then comparisons only among equals: a million ids in a fraction of a second.
 */
export function textOrder(texts: readonly string[]): Int32Array {
  const second = prefixKeys(texts, 4);
  const first = prefixKeys(texts, 0);
  const order = radixOrder(first, radixOrder(second));
  const compare = (left: number, right: number): number => {
    const a = texts[left]!;
    const b = texts[right]!;
    return a < b ? -1 : a > b ? 1 : 0;
  };
  sortRuns(order, (left, right) => first[left] === first[right] && second[left] === second[right], compare);
  return order;
}
