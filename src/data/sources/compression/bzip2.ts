import type { ByteQueue } from './byteQueue.ts';
import { Corrupt, EndsTooEarly } from './byteQueue.ts';

/** CRC-32 with the most significant bit first, as bzip2 has it. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

const longestCode = 20;
const symbolsOfGroup = 50;
const [runA, runB] = [0, 1];

/** Bits of a stream, the most significant first. Bytes are asked for as they are needed. */
class BitReader {
  readonly #queue: ByteQueue;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #bits = 0;
  #held = 0;

  constructor(queue: ByteQueue) {
    this.#queue = queue;
  }

  /** Makes sure that so many bytes can be read without waiting, or all that there are. */
  async ready(length: number): Promise<void> {
    if (this.#bytes.length - this.#at >= length) return;
    const parts = [this.#bytes.subarray(this.#at)];
    let have = parts[0]!.length;
    while (have < length) {
      const more = await this.#queue.takeSome();
      if (more === undefined) break;
      parts.push(more);
      have += more.length;
    }
    this.#bytes = Buffer.concat(parts);
    this.#at = 0;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  bit(): number {
    if (this.#held === 0) {
      if (this.#at === this.#bytes.length) throw new EndsTooEarly();
      this.#bits = this.#bytes[this.#at]!;
      this.#at += 1;
      this.#held = 8;
    }
    this.#held -= 1;
    return (this.#bits >>> this.#held) & 1;
  }

  /** Up to 24 bits. */
  number(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i += 1) value = (value << 1) | this.bit();
    return value;
  }

  /** To the next whole byte. */
  align(): void {
    this.#held = 0;
  }
}

/** Codes of one table, in the order of their lengths (canonical Huffman codes). */
interface CodeTable {
  /** By length: the first code beyond those of the length, and what to take off a code for its place in `symbols`. */
  readonly limits: Int32Array;
  readonly offsets: Int32Array;
  readonly symbols: Int32Array;
}

function codeTable(lengths: Uint8Array): CodeTable {
  const limits = new Int32Array(longestCode + 2);
  const offsets = new Int32Array(longestCode + 2);
  const symbols = new Int32Array(lengths.length);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= longestCode; length += 1) {
    code <<= 1;
    offsets[length] = code - place;
    for (let symbol = 0; symbol < lengths.length; symbol += 1)
      if (lengths[symbol] === length) {
        symbols[place] = symbol;
        place += 1;
        code += 1;
      }
    limits[length] = code;
  }
  return { limits, offsets, symbols };
}

function symbolOf(bits: BitReader, { limits, offsets, symbols }: CodeTable): number {
  let code = 0;
  for (let length = 1; length <= longestCode; length += 1) {
    code = (code << 1) | bits.bit();
    if (code < limits[length]!) {
      const symbol = symbols[code - offsets[length]!];
      if (symbol === undefined) break;
      return symbol;
    }
  }
  throw new Corrupt();
}

/** The bytes that a block uses, in order. */
function usedBytes(bits: BitReader): Uint8Array {
  const rows = bits.number(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row += 1) {
    if (((rows >>> (15 - row)) & 1) === 0) continue;
    const cells = bits.number(16);
    for (let cell = 0; cell < 16; cell += 1) if ((cells >>> (15 - cell)) & 1) used.push(row * 16 + cell);
  }
  if (used.length === 0) throw new Corrupt();
  return Uint8Array.from(used);
}

/** Takes the symbol at `index` to the front of the list and gives it. */
function toFront(list: Uint8Array, index: number): number {
  const symbol = list[index];
  if (symbol === undefined) throw new Corrupt();
  list.copyWithin(1, 0, index);
  list[0] = symbol;
  return symbol;
}

/** Which of the code tables each group of fifty symbols is written with. */
function selectorsOf(bits: BitReader, tables: number): Uint8Array {
  const count = bits.number(15);
  if (count === 0) throw new Corrupt();
  const order = Uint8Array.from({ length: tables }, (_, table) => table);
  return Uint8Array.from({ length: count }, () => {
    let index = 0;
    while (bits.bit() === 1) if ((index += 1) >= tables) throw new Corrupt();
    return toFront(order, index);
  });
}

function codeLengths(bits: BitReader, symbols: number): Uint8Array {
  let length = bits.number(5);
  return Uint8Array.from({ length: symbols }, () => {
    for (;;) {
      if (length < 1 || length > longestCode) throw new Corrupt();
      if (bits.bit() === 0) return length;
      length += bits.bit() === 0 ? 1 : -1;
    }
  });
}

/** The transformed bytes of a block: Huffman codes, runs of zeros, and move-to-front undone. */
function transformed(bits: BitReader, capacity: number): Uint32Array {
  const list = usedBytes(bits);
  const endOfBlock = list.length + 1;
  const tables = bits.number(3);
  if (tables < 2 || tables > 6) throw new Corrupt();
  const selectors = selectorsOf(bits, tables);
  const codes = Array.from({ length: tables }, () => codeTable(codeLengths(bits, list.length + 2)));
  const block = new Uint32Array(capacity);
  let size = 0;
  let run = 0;
  let weight = 1;
  for (let read = 0; ; read += 1) {
    const table = codes[selectors[Math.floor(read / symbolsOfGroup)] ?? -1];
    if (table === undefined) throw new Corrupt();
    const symbol = symbolOf(bits, table);
    if (symbol === runA || symbol === runB) {
      run += weight << symbol;
      weight *= 2;
      if (run > capacity) throw new Corrupt();
      continue;
    }
    if (run > 0) {
      if (size + run > capacity) throw new Corrupt();
      block.fill(list[0]!, size, size + run);
      size += run;
      [run, weight] = [0, 1];
    }
    if (symbol === endOfBlock) return block.subarray(0, size);
    if (size === capacity) throw new Corrupt();
    block[size] = toFront(list, symbol - 1);
    size += 1;
  }
}

/** Undoes the Burrows–Wheeler transform: the upper bits of each entry say which one comes next. Gives the first one. */
function linked(block: Uint32Array, origin: number): number {
  if (origin >= block.length) throw new Corrupt();
  const starts = new Uint32Array(257);
  for (const byte of block) starts[byte + 1]! += 1;
  for (let byte = 0; byte < 256; byte += 1) starts[byte + 1]! += starts[byte]!;
  for (let at = 0; at < block.length; at += 1) {
    const byte = block[at]! & 0xff;
    const place = starts[byte]!;
    block[place]! |= at << 8;
    starts[byte] = place + 1;
  }
  return block[origin]! >>> 8;
}

/** The text of a block: four equal bytes are followed by a count of more of them. */
function textOf(block: Uint32Array, origin: number): { readonly text: Buffer; readonly crc: number } {
  let next = linked(block, origin);
  let text = Buffer.allocUnsafe(block.length + 1024);
  let size = 0;
  let same = 0;
  let last = -1;
  let crc = 0xffffffff;
  for (let left = block.length; left > 0; left -= 1) {
    const entry = block[next]!;
    next = entry >>> 8;
    const byte = entry & 0xff;
    const times = same === 4 ? byte : 1;
    const value = same === 4 ? last : byte;
    if (same === 4) [same, last] = [0, -1];
    else {
      same = byte === last ? same + 1 : 1;
      last = byte;
    }
    if (size + times > text.length) text = Buffer.concat([text, Buffer.allocUnsafe(text.length + times)]);
    for (let i = 0; i < times; i += 1) {
      text[size] = value;
      size += 1;
      crc = ((crc << 8) ^ crcTable[(crc >>> 24) ^ value]!) >>> 0;
    }
  }
  return { text: text.subarray(0, size), crc: ~crc >>> 0 };
}

/** A block of 900,000 symbols, each with the longest code, takes no more than that. */
const packedBlock = 2_500_000;
const [blockMark, endMark] = [0x314159, 0x177245];

/** One stream: a header, blocks each with its checksum, and the checksum of them all. */
async function* stream(bits: BitReader): AsyncGenerator<Buffer, void, void> {
  if (bits.number(24) !== 0x425a68) throw new Corrupt();
  const level = bits.number(8) - 0x30;
  if (level < 1 || level > 9) throw new Corrupt();
  let whole = 0;
  for (;;) {
    await bits.ready(packedBlock);
    const mark = bits.number(24);
    const low = bits.number(24);
    const high = bits.number(16);
    const crc = ((high << 16) | bits.number(16)) >>> 0;
    if (mark === endMark && low === 0x385090) {
      if (crc !== whole) throw new Corrupt();
      bits.align();
      return;
    }
    if (mark !== blockMark || low !== 0x265359) throw new Corrupt();
    // "Randomised" blocks were given up in 1999.
    if (bits.bit() === 1) throw new Corrupt();
    const origin = bits.number(24);
    const block = textOf(transformed(bits, level * 100_000), origin);
    if (block.crc !== crc) throw new Corrupt();
    whole = (((whole << 1) | (whole >>> 31)) ^ crc) >>> 0;
    yield block.text;
  }
}

/**
 * The content of bzip2, of any number of streams one after the other (as parallel packers write them). Each block's
 * checksum is verified before any byte of it is handed on.
 *
 * @throws `EndsTooEarly`, `Corrupt`
 */
export async function* unpackBzip2(queue: ByteQueue): AsyncGenerator<Buffer, void, void> {
  const bits = new BitReader(queue);
  do {
    await bits.ready(packedBlock);
    yield* stream(bits);
    await bits.ready(1);
  } while (!bits.atEnd);
}
