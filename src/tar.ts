/** What a header says of an entry; `size` in bytes, 0 for folders. */
export interface TarHeader {
  /** Relative, `/` between the parts; a folder's ends in `/`. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly mode: number;
  /** Owner and group number. */
  readonly owner: number;
  readonly size: number;
}

const block = 512;
const largest = 8 ** 11 - 1;

/** Zeros up to the next full block. */
export const padding = (size: number): Uint8Array => new Uint8Array((block - (size % block)) % block);

/** Two empty blocks end an archive. */
export const endOfTar = new Uint8Array(2 * block);

/** `name` (100 bytes) and `prefix` (155 bytes) that a `/` joins to the path, or undefined where none fit. */
function splitPath(path: string): { readonly name: string; readonly prefix: string } | undefined {
  if (path.length <= 100) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at !== -1 && at <= 155; at = path.indexOf('/', at + 1)) {
    const name = path.slice(at + 1);
    if (name.length <= 100 && name !== '') return { name, prefix: path.slice(0, at) };
  }
  return undefined;
}

/** POSIX.1-1988 `ustar` header (pax(1), "ustar Interchange Format"): text and octal numbers at fixed places. */
function ustarBlock(header: TarHeader, name: string, prefix: string, type: string): Uint8Array {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, width: number): string => value.toString(8).padStart(width, '0');
  bytes.write(name, 0, 100, 'latin1');
  bytes.write(octal(header.mode, 7), 100);
  bytes.write(octal(header.owner, 7), 108);
  bytes.write(octal(header.owner, 7), 116);
  bytes.write(octal(header.size, 11), 124);
  // Modification time: always 1970, so that equal content gives equal bytes.
  bytes.write(octal(0, 11), 136);
  bytes.write(' '.repeat(8), 148);
  bytes.write(type, 156);
  bytes.write('ustar\x0000', 257, 'latin1');
  bytes.write(prefix, 345, 155, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return bytes;
}

/** A pax record: `<length> path=<path>\n`, where the length counts its own digits. */
function paxRecord(path: string): Uint8Array {
  const rest = Buffer.from(` path=${path}\n`);
  let length = rest.byteLength + 1;
  while (String(length).length + rest.byteLength !== length) length += 1;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/**
 * The header blocks of an entry: one `ustar` block, with a pax record before it only where the path is too long for
 * one or is not ASCII. Written here and not by a package, because an image's digest must not change when one is updated.
 *
 * @throws for a file over 8 GiB, which the format cannot hold.
 */
export function tarHeader(header: TarHeader): Uint8Array {
  if (header.size > largest) throw new RangeError(`${header.path} has ${header.size} bytes, over 8 GiB`);
  const type = header.kind === 'directory' ? '5' : '0';
  const isAscii = /^[\x20-\x7e]*$/.test(header.path);
  const split = isAscii ? splitPath(header.path) : undefined;
  if (split !== undefined) return ustarBlock(header, split.name, split.prefix, type);
  const record = paxRecord(header.path);
  const extended = { ...header, size: record.byteLength, mode: 0o644, owner: 0 };
  return Buffer.concat([
    ustarBlock(extended, 'pax', '', 'x'),
    record,
    padding(record.byteLength),
    ustarBlock(header, 'long', '', type),
  ]);
}
