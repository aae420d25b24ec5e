import { hashId } from './idFilter.ts';
import type { IdHash } from './idFilter.ts';

/** What is noted of a record; the ids of predictions alone, which have a row. */
export interface Noted {
  readonly id: string;
  readonly rowId?: string;
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly bundle?: string;
}

/** A record's note, as it is kept. */
export interface Note {
  readonly at: number;
  readonly bundle: string | undefined;
  readonly ids: readonly IdHash[];
}

const firstBytes = 4096;
const firstLines = 16;
/** One that grew beyond this while the disk refused is not used again. */
const mostKeptBytes = 1024 * 1024;
/** A UTF-16 unit takes at most so many bytes. */
const bytesPerUnit = 3;
/** Numbers that are kept of a line: where it ends, its time, how many ids are noted, and two hashes of each of them. */
const perLine = 7;
const [endAt, timeAt, idsAt, hashesAt] = [0, 1, 2, 3];

/**
 * Lines that wait to be written, in one piece of memory, and what the index of their segment notes of each. As texts and
 * objects they would be moved by each collection of garbage until they are written.
 */
export class Batch {
  #memory = Buffer.allocUnsafeSlow(firstBytes);
  #notes = new Float64Array(perLine * firstLines);
  #bundles: (string | undefined)[] = [];
  #bytes = 0;
  #count = 0;

  /** Lines. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** All lines, until another is added. */
  text(): Uint8Array {
    return this.#memory.subarray(0, this.#bytes);
  }

  add(line: string, { id, rowId, at, bundle }: Noted): void {
    this.#makeRoom(bytesPerUnit * line.length);
    this.#bytes += this.#memory.write(line, this.#bytes);
    const from = perLine * this.#count;
    const notes = this.#notes;
    notes[from + endAt] = this.#bytes;
    notes[from + timeAt] = at;
    notes[from + idsAt] = 0;
    if (rowId !== undefined) {
      this.#noteId(from, id);
      if (rowId !== id) this.#noteId(from, rowId);
    }
    this.#bundles.push(bundle);
    this.#count += 1;
  }

  #noteId(from: number, id: string): void {
    const { first, second } = hashId(id);
    const known = this.#notes[from + idsAt]!;
    this.#notes[from + hashesAt + 2 * known] = first;
    this.#notes[from + hashesAt + 2 * known + 1] = second;
    this.#notes[from + idsAt] = known + 1;
  }

  /** Where the line ends, in bytes from the first one's begin. */
  endOf(line: number): number {
    return this.#notes[perLine * line + endAt]!;
  }

  noteOf(line: number): Note {
    const from = perLine * line;
    const ids = Array.from({ length: this.#notes[from + idsAt]! }, (_, id) => ({
      first: this.#notes[from + hashesAt + 2 * id]!,
      second: this.#notes[from + hashesAt + 2 * id + 1]!,
    }));
    return { at: this.#notes[from + timeAt]!, bundle: this.#bundles[line], ids };
  }

  /** The latest time; -Infinity of none. */
  latest(): number {
    let latest = -Infinity;
    for (let line = 0; line < this.#count; line += 1)
      latest = Math.max(latest, this.#notes[perLine * line + timeAt]!);
    return latest;
  }

  /** How many lines lie whole in the first `bytes` bytes. */
  wholeIn(bytes: number): number {
    let count = 0;
    while (count < this.#count && this.endOf(count) <= bytes) count += 1;
    return count;
  }

  /** The lines of another one from `first` on, after its own. */
  take(other: Batch, first: number): void {
    const begin = first === 0 ? 0 : other.endOf(first - 1);
    this.#makeRoom(other.#bytes - begin, other.#count - first);
    other.#memory.copy(this.#memory, this.#bytes, begin, other.#bytes);
    for (let line = first; line < other.#count; line += 1) {
      const from = perLine * line;
      const to = perLine * this.#count;
      this.#notes.set(other.#notes.subarray(from, from + perLine), to);
      this.#notes[to + endAt] = this.#bytes + other.endOf(line) - begin;
      this.#bundles.push(other.#bundles[line]);
      this.#count += 1;
    }
    this.#bytes += other.#bytes - begin;
  }

  /** Empty again; what it allocated is used again. */
  clear(): void {
    this.#bytes = 0;
    this.#count = 0;
    this.#bundles = [];
    if (this.#memory.length <= mostKeptBytes) return;
    this.#memory = Buffer.allocUnsafeSlow(firstBytes);
    this.#notes = new Float64Array(perLine * firstLines);
  }

  #makeRoom(bytes: number, lines = 1): void {
    const needed = this.#bytes + bytes;
    if (needed > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#memory.length, needed));
      this.#memory.copy(larger, 0, 0, this.#bytes);
      this.#memory = larger;
    }
    const numbers = perLine * (this.#count + lines);
    if (numbers > this.#notes.length) {
      const larger = new Float64Array(Math.max(2 * this.#notes.length, numbers));
      larger.set(this.#notes);
      this.#notes = larger;
    }
  }
}
