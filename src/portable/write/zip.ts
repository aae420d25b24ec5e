import { crcOn } from '../../data/sources/compression/zip.ts';

/** What every entry has, so that the same files make the same bytes: 1 January 1980, readable by all. */
const dosDate = 0x0021;
const fileMode = 0o100644;
const [localHeader, centralHeader, endOfCentral] = [0x04034b50, 0x02014b50, 0x06054b50] as const;

const crc32 = (bytes: Uint8Array): number => ~crcOn(-1, bytes) >>> 0;

/** Little-endian fields: `[bytes, value]`, and the name behind them. */
function record(fields: readonly (readonly [2 | 4, number])[], name: Uint8Array): Uint8Array {
  const size = fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const all = new Uint8Array(size + name.length);
  const view = new DataView(all.buffer);
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  all.set(name, at);
  return all;
}

/**
 * A ZIP archive (PKWARE APPNOTE 6.3) of files in the order of their names, not compressed: the same bytes wherever it is
 * written, whatever the version of a compressor.
 */
export function zipOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries = [...files].sort(([left], [right]) => (left < right ? -1 : 1));
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [path, content] of entries) {
    const name = new TextEncoder().encode(path);
    // Version 2.0, names in UTF-8, stored.
    const shared = [
      ...([
        [2, 20],
        [2, 0x0800],
        [2, 0],
        [2, 0],
        [2, dosDate],
      ] as const),
      ...([
        [4, crc32(content)],
        [4, content.length],
        [4, content.length],
        [2, name.length],
        [2, 0],
      ] as const),
    ] as const;
    const header = record([[4, localHeader], ...shared], name);
    const made = [2, (3 << 8) | 20] as const;
    const behind = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, fileMode * 65_536],
      [4, offset],
    ] as const;
    central.push(record([[4, centralHeader], made, ...shared, ...behind], name));
    parts.push(header, content);
    offset += header.length + content.length;
  }
  const centralBytes = central.reduce((sum, { length }) => sum + length, 0);
  const count = entries.length;
  const end = record(
    [
      [4, endOfCentral],
      [2, 0],
      [2, 0],
      [2, count],
      [2, count],
      [4, centralBytes],
      [4, offset],
      [2, 0],
    ],
    new Uint8Array(0),
  );
  return Buffer.concat([...parts, ...central, end]);
}
