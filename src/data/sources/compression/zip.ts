import type { FileHandle } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { AiengError, dataError } from '../../../errors.ts';
import { expandsTooMuch, isBomb } from './expansion.ts';

/** A file inside of a zip. */
export interface ZipEntry {
  readonly name: string;
  /** Packed and unpacked, as the table of contents says. */
  readonly packed: number;
  readonly size: number;
  readonly method: number;
  readonly crc: number;
  readonly encrypted: boolean;
  /** Where its own header stands. */
  readonly offset: number;
}

/** An opened zip. */
export interface Zip {
  /** In the order of the table of contents, folders left out. */
  readonly entries: readonly ZipEntry[];
  /**
   * What an entry holds. Its length and checksum are verified at the end.
   *
   * @throws data error (exit 3) for damage, encryption, and content that is absurdly longer than what it is packed in.
   */
  content(entry: ZipEntry): AsyncGenerator<Buffer, void, void>;
}

const mostEntries = 10_000;
const mostContents = 64 << 20;
const pieceBytes = 1 << 18;
const [endMark, end64Mark, end64Locator, contentsMark, entryMark] = [
  0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50,
];
const [stored, deflated] = [0, 8];

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

/** The checksum of a zip (CRC-32) that goes on with these bytes, complemented: begins at −1, and is complemented at the end. */
export function crcOn(crc: number, bytes: Uint8Array): number {
  let now = crc;
  for (let at = 0; at < bytes.length; at += 1) now = crcTable[(now ^ bytes[at]!) & 0xff]! ^ (now >>> 8);
  return now;
}

/** The error for an archive that is not what it says of itself. */
export function damagedZip(displayPath: string, problem: string, cause?: unknown): AiengError {
  return dataError({
    code: 'zip-damaged',
    message: `${displayPath}: it begins as a zip archive (or an Excel workbook) does, but ${problem}.`,
    hint: 'Copy or download the file again; `unzip -t` tells whether it is whole. Nothing of it was kept.',
    at: { file: displayPath },
    cause,
  });
}

function encrypted(displayPath: string, name: string): AiengError {
  return dataError({
    code: 'zip-encrypted',
    message: `${displayPath}: ${name} in it is encrypted.`,
    hint: `Unpack it with its password (\`unzip ${JSON.stringify(displayPath)}\`) and name the unpacked file.`,
    at: { file: displayPath },
  });
}

/** Reads pieces of a zip by their place. */
class ZipReader implements Zip {
  readonly #handle: FileHandle;
  readonly #displayPath: string;
  readonly #bytes: number;
  entries: readonly ZipEntry[] = [];

  constructor(handle: FileHandle, displayPath: string, bytes: number) {
    this.#handle = handle;
    this.#displayPath = displayPath;
    this.#bytes = bytes;
  }

  async open(): Promise<this> {
    const { at, bytes, count } = await this.#findContents();
    if (count > mostEntries || bytes > mostContents)
      throw dataError({
        code: 'zip-too-many',
        message: `${this.#displayPath}: the archive has ${count} files; at most ${mostEntries} are looked through.`,
        hint: 'Unpack it, and name the file or the folder of files that holds the rows.',
        at: { file: this.#displayPath },
      });
    this.entries = this.#parseContents(await this.#read(at, bytes)).filter(({ name }) => !name.endsWith('/'));
    return this;
  }

  async #read(at: number, length: number): Promise<Buffer> {
    if (!(at >= 0 && length >= 0 && at + length <= this.#bytes)) throw this.#damaged('it was cut off');
    const piece = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.#handle.read(piece, 0, length, at);
    if (bytesRead < length) throw this.#damaged('it was cut off');
    return piece;
  }

  #damaged(problem: string, cause?: unknown): AiengError {
    return damagedZip(this.#displayPath, problem, cause);
  }

  /** The table of contents stands at the end, before a comment of at most 64 KiB. */
  async #findContents(): Promise<{ at: number; bytes: number; count: number }> {
    const tailBytes = Math.min(this.#bytes, 22 + 0xffff);
    const tailAt = this.#bytes - tailBytes;
    const tail = await this.#read(tailAt, tailBytes);
    let end = tail.length - 22;
    while (end >= 0 && tail.readUInt32LE(end) !== endMark) end -= 1;
    if (end < 0) throw this.#damaged('its table of contents is missing (it was cut off?)');
    const found = {
      count: tail.readUInt16LE(end + 10),
      bytes: tail.readUInt32LE(end + 12),
      at: tail.readUInt32LE(end + 16),
    };
    const large = found.count === 0xffff || found.bytes === 0xffffffff || found.at === 0xffffffff;
    const locator = tailAt + end - 20;
    if (!large || locator < 0) return found;
    const place = await this.#read(locator, 20);
    if (place.readUInt32LE(0) !== end64Locator) return found;
    const record = await this.#read(Number(place.readBigUInt64LE(8)), 56);
    if (record.readUInt32LE(0) !== end64Mark) throw this.#damaged('its table of contents is damaged');
    return {
      count: Number(record.readBigUInt64LE(32)),
      bytes: Number(record.readBigUInt64LE(40)),
      at: Number(record.readBigUInt64LE(48)),
    };
  }

  #parseContents(contents: Buffer): ZipEntry[] {
    const entries: ZipEntry[] = [];
    for (let at = 0; at + 46 <= contents.length && contents.readUInt32LE(at) === contentsMark;) {
      const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) =>
        contents.readUInt16LE(at + place),
      ) as [number, number, number];
      const next = at + 46 + nameBytes + extraBytes + commentBytes;
      if (next > contents.length) throw this.#damaged('its table of contents is damaged');
      const flags = contents.readUInt16LE(at + 8);
      const nameEnd = at + 46 + nameBytes;
      const name = contents.toString((flags & 0x800) !== 0 ? 'utf8' : 'latin1', at + 46, nameEnd);
      if (/^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(name))
        throw this.#damaged(`${JSON.stringify(name.slice(0, 80))} in it leads out of the archive`);
      entries.push({
        name,
        ...largeFields(contents.subarray(nameEnd, nameEnd + extraBytes), {
          size: contents.readUInt32LE(at + 24),
          packed: contents.readUInt32LE(at + 20),
          offset: contents.readUInt32LE(at + 42),
        }),
        method: contents.readUInt16LE(at + 10),
        crc: contents.readUInt32LE(at + 16),
        encrypted: (flags & 1) !== 0,
      });
      at = next;
    }
    return entries;
  }

  async *#packed(entry: ZipEntry): AsyncGenerator<Buffer, void, void> {
    const header = await this.#read(entry.offset, 30);
    if (header.readUInt32LE(0) !== entryMark) throw this.#damaged(`${entry.name} in it is damaged`);
    let at = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    for (let left = entry.packed; left > 0;) {
      const piece = await this.#read(at, Math.min(left, pieceBytes));
      yield piece;
      at += piece.length;
      left -= piece.length;
    }
  }

  async *#unpacked(entry: ZipEntry): AsyncGenerator<Buffer, void, void> {
    if (entry.method === stored) {
      yield* this.#packed(entry);
      return;
    }
    const inflate = createInflateRaw({ chunkSize: pieceBytes });
    pipeline(Readable.from(this.#packed(entry), { objectMode: true }), inflate, () => undefined);
    try {
      for await (const piece of inflate) yield piece as Buffer;
    } catch (cause) {
      if (cause instanceof AiengError) throw cause;
      throw this.#damaged(`${entry.name} in it is damaged`, cause);
    }
  }

  async *content(entry: ZipEntry): AsyncGenerator<Buffer, void, void> {
    if (entry.encrypted) throw encrypted(this.#displayPath, entry.name);
    if (entry.method !== stored && entry.method !== deflated)
      throw dataError({
        code: 'zip-method',
        message: `${this.#displayPath}: ${entry.name} in it is packed by method ${entry.method}; only stored and deflated files are read.`,
        hint: `Unpack it (\`7z x ${JSON.stringify(this.#displayPath)}\`) and name the unpacked file.`,
        at: { file: this.#displayPath },
      });
    if (isBomb(entry.packed, entry.size)) throw expandsTooMuch(this.#displayPath, '`unzip`');
    let [size, crc] = [0, 0xffffffff];
    for await (const piece of this.#unpacked(entry)) {
      size += piece.length;
      if (size > entry.size) break;
      crc = crcOn(crc, piece);
      yield piece;
    }
    if (size !== entry.size || ~crc >>> 0 !== entry.crc)
      throw this.#damaged(`${entry.name} in it does not have the length and checksum that are written down`);
  }
}

type Sizes = Record<'size' | 'packed' | 'offset', number>;

/** Sizes beyond 4 GiB stand in an extra field, in this order, each only where it did not fit. */
function largeFields(extra: Buffer, fields: Readonly<Sizes>): Sizes {
  const whole: Sizes = { ...fields };
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const end = Math.min(extra.length, at + 4 + length);
    let place = at + 4;
    if (id === 1)
      for (const name of ['size', 'packed', 'offset'] as const)
        if (fields[name] === 0xffffffff && place + 8 <= end) {
          whole[name] = Number(extra.readBigUInt64LE(place));
          place += 8;
        }
    at += 4 + length;
  }
  return whole;
}

/**
 * Opens a zip (with or without zip64) and reads its table of contents.
 *
 * @throws data error (exit 3) where it is damaged, has more than 10,000 files, or a name that leads out of it.
 */
export async function openZip(handle: FileHandle, displayPath: string): Promise<Zip> {
  const { size } = await handle.stat();
  return new ZipReader(handle, displayPath, size).open();
}
