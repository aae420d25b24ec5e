import type { ByteQueue } from './byteQueue.ts';
import { Corrupt } from './byteQueue.ts';

/** More memory than this is not given to a frame that asks for it; `zstd -d` has the same limit. */
const largestWindow = 128 << 20;
const frameMagic = 0xfd2fb528;
/** Frames of these magics hold no content (sixteen of them). */
const skippableMagic = 0x184d2a50;

/** Thrown for a frame that needs more memory than it gets; never leaves this folder. */
export class WindowTooLarge extends Error {}

interface FrameHeader {
  readonly bytes: Buffer;
  readonly checksum: boolean;
}

/** The header of a frame (RFC 8878, 3.1.1.1), after its magic. */
async function frameHeader(queue: ByteQueue): Promise<FrameHeader> {
  const descriptor = (await queue.peek(1))[0] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6]!;
  if (dictionary > 0 || (descriptor & 0x08) !== 0) throw new Corrupt();
  const bytes = await queue.take(1 + (single ? 0 : 1) + sizeBytes);
  let window: number;
  if (single) {
    const at = bytes.length - sizeBytes;
    window =
      sizeBytes === 8
        ? Number(bytes.readBigUInt64LE(at))
        : bytes.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  } else {
    const base = 2 ** (10 + (bytes[1]! >>> 3));
    window = base + (base / 8) * (bytes[1]! & 7);
  }
  if (window > largestWindow) throw new WindowTooLarge();
  return { bytes, checksum: (descriptor & 4) !== 0 };
}

/** What a frame's blocks are packed in, cut at the blocks' borders. The last block ends it. */
async function* blocks(queue: ByteQueue): AsyncGenerator<Buffer, void, void> {
  for (;;) {
    const header = (await queue.peek(3)).length === 3 ? (await queue.peek(3)).readUIntLE(0, 3) : 0;
    const kind = (header >>> 1) & 3;
    if (kind === 3) throw new Corrupt();
    yield await queue.take(3 + (kind === 1 ? 1 : header >>> 3));
    if ((header & 1) === 1) return;
  }
}

async function* frame(queue: ByteQueue): AsyncGenerator<Buffer, void, void> {
  const { Decompress } = await import('fzstd');
  const { default: xxhash } = await import('xxhash-wasm');
  const header = await frameHeader(queue);
  const hash = (await xxhash()).create64();
  let unpacked: Buffer[] = [];
  const unpacker = new Decompress((piece) => {
    // A copy: the piece is part of a window that is written over.
    const own = Buffer.from(piece);
    hash.update(own);
    unpacked.push(own);
  });
  const push = (bytes: Buffer): Buffer[] => {
    try {
      unpacker.push(bytes);
    } catch {
      throw new Corrupt();
    }
    const pieces = unpacked;
    unpacked = [];
    return pieces;
  };
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  yield* push(Buffer.concat([magic, header.bytes]));
  for await (const block of blocks(queue)) yield* push(block);
  if (!header.checksum) return;
  const written = (await queue.take(4)).readUInt32LE(0);
  yield* push(Buffer.alloc(4));
  if (written !== Number(hash.digest() & 0xffffffffn)) throw new Corrupt();
}

/**
 * The content of Zstandard, of any number of frames. A frame's checksum is verified at its end, where it has one.
 *
 * @throws `EndsTooEarly`, `Corrupt`, `WindowTooLarge`
 */
export async function* unpackZstd(queue: ByteQueue): AsyncGenerator<Buffer, void, void> {
  while ((await queue.peek(1)).length > 0) {
    const magic = (await queue.take(4)).readUInt32LE(0);
    if (magic === frameMagic) yield* frame(queue);
    else if ((magic & 0xfffffff0) === skippableMagic) {
      let left = (await queue.take(4)).readUInt32LE(0);
      for (; left > 0; left -= Math.min(left, 1 << 20)) await queue.take(Math.min(left, 1 << 20));
    } else throw new Corrupt();
  }
}
