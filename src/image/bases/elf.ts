/** What an ELF file says of what it needs to run. */
export interface ElfNeeds {
  /** The dynamic loader: `/lib64/ld-linux-x86-64.so.2`; null for a library. */
  readonly loader: string | null;
  /** Names of libraries: `libc.so.6`. */
  readonly libraries: readonly string[];
  /** Folders that the file itself names, `$ORIGIN` in them. */
  readonly searchPaths: readonly string[];
}

/** Reads bytes of the file. May give fewer at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

const segment = { load: 1, dynamic: 2, interpreter: 3 } as const;
const tag = { end: 0, needed: 1, strings: 5, stringBytes: 10, rpath: 15, runpath: 29 } as const;
const maxTable = 1 << 22;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

/** System V ABI, "ELF-64": the program headers, little-endian (amd64, arm64 and every other platform of Node). */
async function segmentsOf(readAt: ReadAt): Promise<readonly Segment[] | undefined> {
  const header = await readAt(0, 64);
  const isElf64 = header.byteLength === 64 && header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2;
  if (!isElf64 || header[5] !== 1) return undefined;
  const start = Number(header.readBigUInt64LE(32));
  const size = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  const table = await readAt(start, size * count);
  if (size < 56 || table.byteLength < size * count) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = index * size;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      bytes: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

const textAt = (bytes: Buffer, start: number): string => {
  const end = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, end === -1 ? bytes.byteLength : end);
};

interface Entry {
  readonly tag: number;
  readonly value: number;
}

function entriesOf(dynamic: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at + 16 <= dynamic.byteLength; at += 16) {
    const entry = {
      tag: Number(dynamic.readBigInt64LE(at)),
      value: Number(dynamic.readBigUInt64LE(at + 8)),
    };
    if (entry.tag === tag.end) break;
    entries.push(entry);
  }
  return entries;
}

/**
 * Loader, libraries and search paths of a program or library, read from the file: it is not executed, as `ldd` may do.
 *
 * @returns undefined for a file that is not ELF of 64 bits.
 */
export async function elfNeeds(readAt: ReadAt): Promise<ElfNeeds | undefined> {
  const segments = await segmentsOf(readAt);
  if (segments === undefined) return undefined;
  const part = async (type: number): Promise<Buffer | undefined> => {
    const found = segments.find((candidate) => candidate.type === type);
    return found === undefined || found.bytes > maxTable ? undefined : readAt(found.offset, found.bytes);
  };
  const interpreter = await part(segment.interpreter);
  const loader = interpreter === undefined ? null : textAt(interpreter, 0);
  const dynamic = entriesOf((await part(segment.dynamic)) ?? Buffer.alloc(0));
  const valueOf = (wanted: number): number => dynamic.find((entry) => entry.tag === wanted)?.value ?? 0;
  const address = valueOf(tag.strings);
  const home = segments.find(
    ({ type, address: from, bytes }) => type === segment.load && from <= address && address < from + bytes,
  );
  if (home === undefined) return { loader, libraries: [], searchPaths: [] };
  const length = Math.min(valueOf(tag.stringBytes), maxTable);
  const strings = await readAt(home.offset + address - home.address, length);
  const texts = (wanted: number): string[] =>
    dynamic.filter((entry) => entry.tag === wanted).map(({ value }) => textAt(strings, value));
  return {
    loader,
    libraries: texts(tag.needed),
    searchPaths: [...texts(tag.rpath), ...texts(tag.runpath)].flatMap((paths) => paths.split(':')),
  };
}
