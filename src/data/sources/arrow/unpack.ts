import { isBomb } from '../compression/expansion.ts';
import { BadArrow } from './flatTable.ts';

/** One block of LZ4: literals, and copies of what was written before. */
function lz4Block(packed: Buffer, target: Buffer, from: number): number {
  let [at, to] = [0, from];
  const extra = (length: number): number => {
    let whole = length;
    if (length === 15)
      for (let more = 255; more === 255;) {
        more = packed[at] ?? 0;
        at += 1;
        whole += more;
      }
    return whole;
  };
  while (at < packed.length) {
    const token = packed[at]!;
    at += 1;
    const literals = extra(token >>> 4);
    if (at + literals > packed.length || to + literals > target.length) throw new BadArrow('damaged LZ4');
    packed.copy(target, to, at, at + literals);
    at += literals;
    to += literals;
    if (at >= packed.length) break;
    const distance = packed.readUInt16LE(at);
    at += 2;
    const length = extra(token & 15) + 4;
    if (distance === 0 || distance > to || to + length > target.length) throw new BadArrow('damaged LZ4');
    // A copy may overlap itself: it is then a repetition.
    if (distance >= length) target.copy(target, to, to - distance, to - distance + length);
    else for (let i = 0; i < length; i += 1) target[to + i] = target[to + i - distance]!;
    to += length;
  }
  return to;
}

/** A frame of LZ4 (as Arrow has it: without a dictionary). */
function lz4Frame(packed: Buffer, length: number): Buffer {
  if (packed.readUInt32LE(0) !== 0x184d2204) throw new BadArrow('damaged LZ4');
  const flags = packed[4]!;
  let at = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  const target = Buffer.alloc(length);
  let to = 0;
  for (;;) {
    const size = packed.readUInt32LE(at);
    at += 4;
    if (size === 0) break;
    const bytes = size & 0x7fffffff;
    if (at + bytes > packed.length) throw new BadArrow('damaged LZ4');
    const block = packed.subarray(at, at + bytes);
    if (size >>> 31 === 1) {
      if (to + bytes > length) throw new BadArrow('damaged LZ4');
      to += block.copy(target, to);
    } else to = lz4Block(block, target, to);
    at += bytes + ((flags & 0x10) === 0 ? 0 : 4);
  }
  if (to !== length) throw new BadArrow('damaged LZ4');
  return target;
}

type Unpacker = (packed: Buffer, length: number) => Buffer;

/** What unpacks the buffers of a batch, by the number of its codec. Only what is needed is loaded. */
export async function unpackerOf(codec: number): Promise<Unpacker> {
  if (codec === 0) return lz4Frame;
  if (codec !== 1) throw new BadArrow(`a codec of number ${codec}`);
  const { decompress } = await import('fzstd');
  return (packed, length) => {
    try {
      const target = decompress(packed, new Uint8Array(length));
      if (target.length !== length) throw new BadArrow('damaged Zstandard');
      return Buffer.from(target.buffer, target.byteOffset, target.length);
    } catch (cause) {
      throw new BadArrow('damaged Zstandard', { cause });
    }
  };
}

/** A buffer of a batch that is packed: its length, and what it is packed in; −1 = it is not packed after all. */
export function unpackBuffer(buffer: Buffer, unpack: Unpacker): Buffer {
  if (buffer.length === 0) return buffer;
  const length = Number(buffer.readBigInt64LE(0));
  const packed = buffer.subarray(8);
  if (length === -1) return packed;
  if (!Number.isSafeInteger(length) || length < 0 || isBomb(packed.length, length))
    throw new BadArrow('a buffer of an absurd length');
  return length === 0 ? Buffer.alloc(0) : unpack(packed, length);
}
