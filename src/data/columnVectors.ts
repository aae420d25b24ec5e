import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';
import type * as DuckDB from '@duckdb/node-api';
import type { CategoryColumn, Column } from './columns.ts';
import { ByteWords } from './sources/csv/byteWords.ts';

/**
 * Typed columns ↔ the vectors of DuckDB's chunks. What a vector holds beyond its public typing, the raw items and the bits
 * of validity, is 10–20 times faster than its methods: this file alone reaches for it.
 */
interface RawVector {
  readonly items: unknown;
  readonly validity: { readonly data: unknown; setItemValid(row: number, valid: boolean): void };
}

const rawOf = (vector: DuckDBVector): RawVector => vector as unknown as RawVector;

/** The bits that say which items of a vector are no NULL, 32 a word; undefined where all are. */
function validBits({ validity: { data } }: RawVector): Uint32Array | undefined {
  return data instanceof BigUint64Array
    ? new Uint32Array(data.buffer, data.byteOffset, 2 * data.length)
    : undefined;
}

/** Column `index` of a chunk as doubles. The query must have replaced NULL by NaN. */
export function doubles(chunk: DuckDBDataChunk, index: number): Float64Array {
  const { items } = rawOf(chunk.getColumnVector(index));
  if (!(items instanceof Float64Array)) throw new TypeError(`column ${index} of the query is not DOUBLE`);
  return items;
}

/** Puts column `index` of a chunk (DOUBLE) into rows from `at`; NULL becomes NaN. */
export function takeDoubles(chunk: DuckDBDataChunk, index: number, into: Float64Array, at: number): void {
  const items = doubles(chunk, index);
  into.set(items, at);
  const valid = validBits(rawOf(chunk.getColumnVector(index)));
  if (valid === undefined) return;
  for (let i = 0; i < items.length; i += 1)
    if (((valid[i >>> 5]! >>> (i & 31)) & 1) === 0) into[at + i] = Number.NaN;
}

/** Has column `index` of a chunk anything but NULL? */
export function holdsValues(chunk: DuckDBDataChunk, index: number): boolean {
  const vector = chunk.getColumnVector(index);
  const valid = validBits(rawOf(vector));
  if (valid === undefined) return vector.itemCount > 0;
  for (let row = 0; row < vector.itemCount; row += 1)
    if (((valid[row >>> 5]! >>> (row & 31)) & 1) === 1) return true;
  return false;
}

const twoTo32 = 2 ** 32;

/** Puts column `index` of a chunk (TIMESTAMP, whole milliseconds) into rows from `at`; NULL becomes NaN. */
export function takeTimes(chunk: DuckDBDataChunk, index: number, into: Float64Array, at: number): void {
  const vector = rawOf(chunk.getColumnVector(index));
  const { items } = vector;
  if (!(items instanceof BigInt64Array)) throw new TypeError(`column ${index} of the query is not TIMESTAMP`);
  // Microseconds are more than a double holds: they are divided in two parts.
  const low = new Uint32Array(items.buffer, items.byteOffset, 2 * items.length);
  const high = new Int32Array(items.buffer, items.byteOffset, 2 * items.length);
  const valid = validBits(vector);
  for (let i = 0; i < items.length; i += 1) {
    const upper = high[2 * i + 1]!;
    const whole = Math.floor(upper / 1000);
    const rest = (upper - whole * 1000) * twoTo32 + low[2 * i]!;
    const isValid = valid === undefined || ((valid[i >>> 5]! >>> (i & 31)) & 1) === 1;
    into[at + i] = isValid ? whole * twoTo32 + rest / 1000 : Number.NaN;
  }
}

/** Puts the codes of column `index` of a chunk (ENUM) into rows from `at`; −1 for NULL. */
export function takeCodes(chunk: DuckDBDataChunk, index: number, into: Int32Array, at: number): void {
  const vector = rawOf(chunk.getColumnVector(index));
  const { items } = vector;
  if (!(items instanceof Uint8Array || items instanceof Uint16Array || items instanceof Uint32Array))
    throw new TypeError(`column ${index} of the query is not ENUM`);
  into.set(items, at);
  const valid = validBits(vector);
  if (valid === undefined) return;
  for (let i = 0; i < items.length; i += 1) if (((valid[i >>> 5]! >>> (i & 31)) & 1) === 0) into[at + i] = -1;
}

/** Column `index` of a chunk (VARCHAR) as strings, null for NULL. */
export function strings(chunk: DuckDBDataChunk, index: number): (string | null)[] {
  const vector = chunk.getColumnVector(index);
  return Array.from({ length: vector.itemCount }, (_, row) => {
    const item = vector.getItem(row);
    return typeof item === 'string' ? item : null;
  });
}

/** Texts up to so many bytes stand in the vector itself, behind their length; of longer ones it holds an address. */
const inlineBytes = 12;

/** Gives the words of columns of texts codes, each different one once: no cell becomes a string of its own. */
export class WordCodes {
  /** By code, in order of first appearance. */
  readonly words: string[] = [];
  readonly #codes = new Map<string, number>();
  readonly #known = new ByteWords();

  #codeOf(word: string): number {
    let code = this.#codes.get(word);
    if (code === undefined) this.#codes.set(word, (code = this.words.push(word) - 1));
    return code;
  }

  /** Puts the codes of column `index` of a chunk (VARCHAR) into rows from `at`; −1 for NULL. */
  take(chunk: DuckDBDataChunk, index: number, into: Int32Array, at: number): void {
    const vector = chunk.getColumnVector(index);
    const { dataView } = vector as unknown as { readonly dataView: unknown };
    if (!(dataView instanceof DataView)) throw new TypeError(`column ${index} of the query is not VARCHAR`);
    const bytes = Buffer.from(dataView.buffer, dataView.byteOffset, dataView.byteLength);
    const valid = validBits(rawOf(vector));
    // A page's dictionary holds a word once: within a chunk, one address is one word.
    const longCodes = new Map<number, { readonly length: number; readonly code: number }>();
    for (let i = 0; i < vector.itemCount; i += 1) {
      if (valid !== undefined && ((valid[i >>> 5]! >>> (i & 31)) & 1) === 0) {
        into[at + i] = -1;
        continue;
      }
      const length = dataView.getUint32(16 * i, true);
      if (length <= inlineBytes) {
        into[at + i] = this.#inline(bytes, 16 * i + 4, length);
        continue;
      }
      const address = dataView.getUint32(16 * i + 8, true) + twoTo32 * dataView.getUint32(16 * i + 12, true);
      let long = longCodes.get(address);
      if (long?.length !== length)
        longCodes.set(address, (long = { length, code: this.#codeOf(String(vector.getItem(i))) }));
      into[at + i] = long.code;
    }
  }

  #inline(bytes: Buffer, start: number, length: number): number {
    let code = this.#known.get(bytes, start, start + length);
    if (code === undefined) {
      code = this.#codeOf(bytes.toString('utf8', start, start + length));
      this.#known.set(bytes, start, start + length, code);
    }
    return code;
  }
}

/** More words than this are written as texts: each group of rows would hold all of them once more. */
export const mostEnumWords = 4096;

const isEnum = ({ dictionary }: CategoryColumn): boolean =>
  dictionary.length > 0 && dictionary.length <= mostEnumWords;

/** The type that a column has in DuckDB. */
export function vectorType(
  { DOUBLE, TIMESTAMP, VARCHAR, ENUM }: typeof DuckDB,
  column: Column,
): DuckDB.DuckDBType {
  if (column.kind === 'number') return DOUBLE;
  if (column.kind === 'time') return TIMESTAMP;
  return column.kind === 'category' && isEnum(column) ? ENUM([...column.dictionary]) : VARCHAR;
}

/** The bits of validity of a vector that is written, all of them set. */
function writableBits(vector: RawVector): Uint32Array {
  // Makes the bits, where there are none yet.
  vector.validity.setItemValid(0, false);
  vector.validity.setItemValid(0, true);
  const bits = validBits(vector);
  if (bits === undefined) throw new TypeError('a vector of DuckDB has no bits of validity');
  return bits;
}

/** Marks items as NULL; makes room for the marks when the first comes. */
function missingMarks(vector: RawVector): (row: number) => void {
  let bits: Uint32Array | undefined;
  return (row) => {
    bits ??= writableBits(vector);
    bits[row >>> 5]! &= ~(1 << (row & 31));
  };
}

function fillNumbers(vector: RawVector, values: Float64Array, at: number, count: number): void {
  const items = vector.items as Float64Array;
  const missing = missingMarks(vector);
  for (let i = 0; i < count; i += 1) {
    const value = values[at + i]!;
    if (value !== value) missing(i);
    // + 0: DuckDB's Parquet dictionaries take -0 and 0 for one value, so which one came back would be chance.
    else items[i] = value + 0;
  }
}

/** Milliseconds as DuckDB's microseconds, two words each: 64 bits are more than a double holds. */
function fillTimes(vector: RawVector, values: Float64Array, at: number, count: number): void {
  const items = vector.items as BigInt64Array;
  const words = new Int32Array(items.buffer, items.byteOffset, 2 * items.length);
  const missing = missingMarks(vector);
  for (let i = 0; i < count; i += 1) {
    const value = values[at + i]!;
    if (value !== value) {
      missing(i);
      continue;
    }
    const upper = Math.floor(value / twoTo32);
    const lower = (value - upper * twoTo32) * 1000;
    const carry = Math.floor(lower / twoTo32);
    words[2 * i] = lower - carry * twoTo32;
    words[2 * i + 1] = upper * 1000 + carry;
  }
}

function fillCodes(vector: RawVector, codes: Int32Array, at: number, count: number): void {
  const items = vector.items as Uint8Array | Uint16Array | Uint32Array;
  const missing = missingMarks(vector);
  for (let i = 0; i < count; i += 1) {
    const code = codes[at + i]!;
    if (code === -1) missing(i);
    else items[i] = code;
  }
}

function fillWords(vector: DuckDBVector, words: number, wordOf: (i: number) => string | null): void {
  for (let i = 0; i < words; i += 1) vector.setItem(i, wordOf(i));
}

/** Writes rows `at` to `at + count` of a column into column `index` of a chunk that has its `vectorType`. */
export function fillVector(
  chunk: DuckDBDataChunk,
  index: number,
  column: Column,
  at: number,
  count: number,
): void {
  const vector = chunk.getColumnVector(index);
  switch (column.kind) {
    case 'number':
      fillNumbers(rawOf(vector), column.values, at, count);
      break;
    case 'time':
      fillTimes(rawOf(vector), column.values, at, count);
      break;
    case 'text':
      fillWords(vector, count, (i) => column.values[at + i] ?? null);
      break;
    case 'category':
      if (isEnum(column)) fillCodes(rawOf(vector), column.codes, at, count);
      else fillWords(vector, count, (i) => column.dictionary[column.codes[at + i]!] ?? null);
  }
  vector.flush();
}
