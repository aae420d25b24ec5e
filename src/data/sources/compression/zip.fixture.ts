import { deflateRawSync } from 'node:zlib';

/** A file of a zip for tests; what it says of itself may be wrong. */
export interface ZippedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly stored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly size?: number;
}

/** CRC-32 as zip has it, the slow way. */
export function crc32Of(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function header(
  mark: number,
  length: number,
  fields: readonly (readonly [at: number, bytes: 2 | 4, value: number])[],
): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(mark, 0);
  for (const [at, width, value] of fields) bytes.writeUIntLE(value, at, width);
  return bytes;
}

/** A zip of such files. */
export function zipOf(files: readonly ZippedFile[]): Buffer {
  const local: Buffer[] = [];
  const contents: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored = false, flags = 0, ...said } of files) {
    const bytes = Buffer.from(content);
    const packed = stored ? bytes : deflateRawSync(bytes);
    const method = said.method ?? (stored ? 0 : 8);
    const crc = said.crc ?? crc32Of(bytes);
    const size = said.size ?? bytes.length;
    const written = Buffer.from(name);
    local.push(
      header(0x04034b50, 30, [
        [6, 2, flags],
        [8, 2, method],
        [14, 4, crc],
        [18, 4, packed.length],
        [22, 4, size],
        [26, 2, written.length],
      ]),
      written,
      packed,
    );
    contents.push(
      header(0x02014b50, 46, [
        [8, 2, flags],
        [10, 2, method],
        [16, 4, crc],
        [20, 4, packed.length],
        [24, 4, size],
        [28, 2, written.length],
        [42, 4, offset],
      ]),
      written,
    );
    offset += 30 + written.length + packed.length;
  }
  const table = Buffer.concat(contents);
  const end = header(0x06054b50, 22, [
    [8, 2, files.length],
    [10, 2, files.length],
    [12, 4, table.length],
    [16, 4, offset],
  ]);
  return Buffer.concat([...local, table, end]);
}
