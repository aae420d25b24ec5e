import { avalanche } from '../hash.ts';
import type { Column, Table } from './columns.ts';
import { radixOrder, sortRuns } from '../statistics/ordering.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/** 128-bit digests of rows: four 32-bit lanes a row, `lanes[4 * row + lane]`. Not cryptographic. */
export interface RowDigests {
  readonly rows: number;
  readonly lanes: Uint32Array;
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** Four lanes of a text's UTF-16 code units and length. */
function hashText(text: string, out: Int32Array | Uint32Array, at: number): void {
  let a = 0x9e3779b9 ^ text.length;
  let b = 0x7f4a7c15;
  let c = 0x243f6a88;
  let d = 0x13198a2e;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(rotate(b, 5) ^ unit, 0x9e3779b1);
    c = Math.imul(c + unit, 0x85ebca77) ^ (c >>> 15);
    d = Math.imul(rotate(d, 13) + unit, 0xc2b2ae3d);
  }
  out[at] = avalanche(a ^ d);
  out[at + 1] = avalanche(b + a);
  out[at + 2] = avalanche(c ^ b);
  out[at + 3] = avalanche(d + c);
}

/** Absorbs one 128-bit cell into a row's four lanes (block step in the manner of MurmurHash3 x86_128). */
function absorb(lanes: Uint32Array, at: number, a: number, b: number, c: number, d: number): void {
  let h0 = lanes[at]! ^ Math.imul(rotate(Math.imul(a, 0x239b961b), 15), 0xab0e9789);
  let h1 = lanes[at + 1]! ^ Math.imul(rotate(Math.imul(b, 0xab0e9789), 16), 0x38b34ae5);
  let h2 = lanes[at + 2]! ^ Math.imul(rotate(Math.imul(c, 0x38b34ae5), 17), 0xa1e38b93);
  let h3 = lanes[at + 3]! ^ Math.imul(rotate(Math.imul(d, 0xa1e38b93), 18), 0x239b961b);
  h0 = (Math.imul(rotate(h0, 19) + h1, 5) + 0x561ccd1b) | 0;
  h1 = (Math.imul(rotate(h1, 17) + h2, 5) + 0x0bcaa747) | 0;
  h2 = (Math.imul(rotate(h2, 15) + h3, 5) + 0x96cd1c35) | 0;
  h3 = (Math.imul(rotate(h3, 13) + h0, 5) + 0x32ac3b17) | 0;
  lanes[at] = h0;
  lanes[at + 1] = h1;
  lanes[at + 2] = h2;
  lanes[at + 3] = h3;
}

/** One double and its two words. Nothing runs between writing and reading them. */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** A missing cell: one pattern for all. */
const absorbMissing = (lanes: Uint32Array, at: number, seed: Uint32Array): void =>
  absorb(lanes, at, ~seed[0]!, ~seed[1]!, ~seed[2]!, ~seed[3]!);

/** A number or time: the bits of the double, -0 as 0. */
function absorbDouble(lanes: Uint32Array, at: number, value: number, seed: Uint32Array): void {
  double[0] = value + 0; // -0 + 0 = 0
  const low = words[0]!;
  const high = words[1]!;
  absorb(
    lanes,
    at,
    low ^ seed[0]!,
    high ^ seed[1]!,
    avalanche(low + seed[2]!),
    avalanche((high ^ low) + seed[3]!),
  );
}

/** A word, by its hash. */
function absorbHash(
  lanes: Uint32Array,
  at: number,
  hashes: Uint32Array,
  from: number,
  seed: Uint32Array,
): void {
  absorb(
    lanes,
    at,
    hashes[from]! ^ seed[0]!,
    hashes[from + 1]! ^ seed[1]!,
    hashes[from + 2]! ^ seed[2]!,
    hashes[from + 3]! ^ seed[3]!,
  );
}

function absorbDoubles(lanes: Uint32Array, values: Float64Array, seed: Uint32Array): void {
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (Number.isNaN(value)) absorbMissing(lanes, 4 * row, seed);
    else absorbDouble(lanes, 4 * row, value, seed);
  }
}

function absorbWords(
  lanes: Uint32Array,
  column: Extract<Column, { kind: 'category' | 'text' }>,
  seed: Uint32Array,
): void {
  if (column.kind === 'category') {
    const { codes, dictionary } = column;
    const hashes = new Uint32Array(4 * dictionary.length);
    for (let code = 0; code < dictionary.length; code += 1) hashText(dictionary[code]!, hashes, 4 * code);
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row]!;
      if (code === -1) absorbMissing(lanes, 4 * row, seed);
      else absorbHash(lanes, 4 * row, hashes, 4 * code, seed);
    }
    return;
  }
  const hash = new Uint32Array(4);
  for (let row = 0; row < column.values.length; row += 1) {
    const text = column.values[row] ?? null;
    if (text === null) absorbMissing(lanes, 4 * row, seed);
    else {
      hashText(text, hash, 0);
      absorbHash(lanes, 4 * row, hash, 0, seed);
    }
  }
}

/** Spreads every bit of a row over all of its lanes. */
function spread(lanes: Uint32Array, columns: number): void {
  for (let at = 0; at < lanes.length; at += 4) {
    let a = lanes[at]! ^ columns;
    let b = lanes[at + 1]!;
    let c = lanes[at + 2]!;
    let d = lanes[at + 3]!;
    a = avalanche(a + b + c + d);
    b = avalanche(b + a);
    c = avalanche(c + a + b);
    d = avalanche(d + a + b + c);
    lanes[at] = (a + b + c + d) | 0;
    lanes[at + 1] = (b + c) | 0;
    lanes[at + 2] = (c + d) | 0;
    lanes[at + 3] = d;
  }
}

interface NamedSeed {
  readonly name: string;
  readonly seed: Uint32Array;
}

const seeds = new WeakMap<readonly string[], readonly NamedSeed[]>();

/** Names in sorted order, each once, with what is mixed in for them: made once for a list. */
function seedsOf(names: readonly string[]): readonly NamedSeed[] {
  const known = seeds.get(names);
  if (known !== undefined) return known;
  const made = [...new Set(names)].sort().map((name) => {
    const seed = new Uint32Array(4);
    hashText(name, seed, 0);
    return { name, seed };
  });
  seeds.set(names, made);
  return made;
}

/**
 * A 128-bit digest of each row over the named columns (all by default), the same wherever the cells came from and
 * whatever the order of columns: columns are taken by name in sorted order and the name is mixed in. Doubles count by
 * their bits (-0 as 0), categories by word, missing is a value of its own. Absent columns are left out.
 */
export function rowDigests(table: Table, names?: readonly string[]): RowDigests {
  return finish(digestingRows(table, names));
}

/** `rowDigests` in pieces: a column at a time. */
export function* digestingRows(
  table: Table,
  names: readonly string[] = [...table.columns.keys()],
): Work<RowDigests> {
  const lanes = new Uint32Array(4 * table.rows);
  let present = 0;
  for (const { name, seed } of seedsOf(names)) {
    const column = table.columns.get(name);
    if (column === undefined) continue;
    present += 1;
    if (column.kind === 'category' || column.kind === 'text') absorbWords(lanes, column, seed);
    else absorbDoubles(lanes, column.values, seed);
    yield table.rows;
  }
  spread(lanes, present);
  return { rows: table.rows, lanes };
}

/** Words whose hashes are kept: those of categories come again and again. */
const mostKeptWords = 4096;

/**
 * `rowDigests` for one row after the other, given by its cells: null is missing. What it gives is written over at the
 * next call.
 *
 * @param columns names of the cells
 */
export function digestingCells(
  columns: readonly string[],
  names: readonly string[],
): (cells: readonly (string | number | null)[]) => RowDigests {
  const absorbed = seedsOf(names).flatMap(({ name, seed }) => {
    const place = columns.indexOf(name);
    return place === -1 ? [] : [{ place, seed }];
  });
  const kept = new Map<string, Uint32Array>();
  const hashOf = (word: string): Uint32Array => {
    let hash = kept.get(word);
    if (hash !== undefined) return hash;
    hash = new Uint32Array(4);
    hashText(word, hash, 0);
    if (kept.size < mostKeptWords && word.length <= 64) kept.set(word, hash);
    return hash;
  };
  const lanes = new Uint32Array(4);
  const digest: RowDigests = { rows: 1, lanes };
  return (cells) => {
    lanes.fill(0);
    for (const { place, seed } of absorbed) {
      const cell = cells[place] ?? null;
      if (cell === null) absorbMissing(lanes, 0, seed);
      else if (typeof cell === 'number') absorbDouble(lanes, 0, cell, seed);
      else absorbHash(lanes, 0, hashOf(cell), 0, seed);
    }
    spread(lanes, absorbed.length);
    return digest;
  };
}

/** Order of two rows' digests as unsigned 128-bit numbers, or of their hexadecimal digits, which is the same. */
export function compareDigests({ lanes }: RowDigests, left: number, right: number): number {
  for (let lane = 0; lane < 4; lane += 1) {
    const difference = lanes[4 * left + lane]! - lanes[4 * right + lane]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Row numbers by ascending digest, stable: a radix sort by the first lane, comparisons only where that is equal. */
export function digestOrder(digests: RowDigests): Int32Array {
  const keys = new Uint32Array(digests.rows);
  for (let row = 0; row < digests.rows; row += 1) keys[row] = digests.lanes[4 * row]!;
  const order = radixOrder(keys);
  sortRuns(
    order,
    (left, right) => keys[left] === keys[right],
    (left, right) => compareDigests(digests, left, right),
  );
  return order;
}
