/** Thrown where a packed stream ends before what it announced; never leaves this folder. */
export class EndsTooEarly extends Error {}

/** Thrown where a packed stream is not what it announced; never leaves this folder. */
export class Corrupt extends Error {}

/** Bytes that arrive in chunks, taken in pieces of any length. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async #fill(length: number): Promise<boolean> {
    if (this.#bytes.length >= length) return true;
    const parts = this.#bytes.length === 0 ? [] : [this.#bytes];
    let have = this.#bytes.length;
    while (have < length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      parts.push(next.value);
      have += next.value.length;
    }
    // Most often one chunk is enough, and is not copied.
    this.#bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    return have >= length;
  }

  /** The next bytes, left where they are; fewer where the stream ends before. */
  async peek(length: number): Promise<Buffer> {
    await this.#fill(length);
    return this.#bytes.subarray(0, length);
  }

  async take(length: number): Promise<Buffer> {
    if (!(await this.#fill(length))) throw new EndsTooEarly();
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  /** What is there, at least one byte; undefined at the end. */
  async takeSome(): Promise<Buffer | undefined> {
    if (!(await this.#fill(1))) return undefined;
    const taken = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    return taken;
  }
}
