/**
 * Remembers what a stretch of bytes means, so that a word that comes a million times is decoded and parsed once: an
 * open-addressing hash table over byte strings with an integer as value.
 */
export class ByteWords {
  #mask = 1023;
  /** Entry number + 1 by slot; 0 = free. */
  #slots = new Int32Array(1024);
  #hashes = new Int32Array(512);
  #starts = new Int32Array(513);
  #values = new Int32Array(512);
  #arena = new Uint8Array(8192);
  #size = 0;

  /** The value of `bytes[start, end)`, or `undefined`. */
  get(bytes: Uint8Array, start: number, end: number): number | undefined {
    const entry = this.#slots[this.#find(bytes, start, end, hashOf(bytes, start, end))]!;
    return entry === 0 ? undefined : this.#values[entry - 1];
  }

  /** Remembers the value of bytes that are not known yet. */
  set(bytes: Uint8Array, start: number, end: number, value: number): void {
    if (this.#size === this.#values.length) this.#grow();
    const hash = hashOf(bytes, start, end);
    const slot = this.#find(bytes, start, end, hash);
    const from = this.#starts[this.#size]!;
    const needed = from + end - start;
    if (needed > this.#arena.length) {
      const larger = new Uint8Array(2 * needed);
      larger.set(this.#arena);
      this.#arena = larger;
    }
    this.#arena.set(bytes.subarray(start, end), from);
    this.#starts[this.#size + 1] = needed;
    this.#hashes[this.#size] = hash;
    this.#values[this.#size] = value;
    this.#size += 1;
    this.#slots[slot] = this.#size;
  }

  /** Forgets all of them, and keeps the room that they took. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  #find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start;
    let slot = hash & this.#mask;
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      const from = this.#starts[entry - 1]!;
      if (this.#hashes[entry - 1] === hash && this.#starts[entry]! - from === length) {
        let i = 0;
        while (i < length && this.#arena[from + i] === bytes[start + i]) i += 1;
        if (i === length) return slot;
      }
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #grow(): void {
    const capacity = 2 * this.#values.length;
    const copy = (from: Int32Array, size: number): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(size);
      larger.set(from);
      return larger;
    };
    this.#hashes = copy(this.#hashes, capacity);
    this.#starts = copy(this.#starts, capacity + 1);
    this.#values = copy(this.#values, capacity);
    this.#mask = 2 * capacity - 1;
    this.#slots = new Int32Array(2 * capacity);
    for (let entry = 0; entry < this.#size; entry += 1) {
      let slot = this.#hashes[entry]! & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = entry + 1;
    }
  }
}

/** FNV-1a with a final mix of the high bits into the low ones, which choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
