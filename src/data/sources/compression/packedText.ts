import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AiengError, dataError } from '../../../errors.ts';
import type { Compression } from '../../dialect.ts';
import type { RowsFile } from '../../source.ts';
import { declaring } from '../declare.ts';
import type { RawBytes } from '../rawBytes.ts';
import { ByteQueue, Corrupt, EndsTooEarly } from './byteQueue.ts';
import { unpackBzip2 } from './bzip2.ts';
import { Expansion, expandsTooMuch } from './expansion.ts';
import { unpackZstd, WindowTooLarge } from './zstd.ts';

type Packing = 'gzip' | 'zstd' | 'bzip2';

/** The command that unpacks a file by hand, and the one that tests it. */
const tools: Readonly<Record<Packing, { readonly unpack: string; readonly test: string }>> = {
  gzip: { unpack: 'gunzip -k', test: 'gzip -t' },
  zstd: { unpack: 'zstd -d', test: 'zstd -t' },
  bzip2: { unpack: 'bunzip2 -k', test: 'bzip2 -t' },
};

/** Of a file in a zip, or of the end of an empty one. */
const zipStarts: readonly number[] = [0x504b0304, 0x504b0506];

/** What the first bytes of a file say that it is packed with. */
export function packingOf(opening: Buffer): Packing | 'zip' | undefined {
  if (opening[0] === 0x1f && opening[1] === 0x8b) return 'gzip';
  if (opening.length >= 4 && zipStarts.includes(opening.readUInt32BE(0))) return 'zip';
  const magic = opening.length >= 4 ? opening.readUInt32LE(0) : 0;
  if (magic === 0xfd2fb528 || (magic & 0xfffffff0) === 0x184d2a50) return 'zstd';
  return /^BZh[1-9]1AY&SY$/.test(opening.toString('latin1', 0, 10)) ||
    /^BZh[1-9]\x17rE8P\x90$/.test(opening.toString('latin1', 0, 10))
    ? 'bzip2'
    : undefined;
}

function damaged(file: RowsFile, packing: Packing, problem: string, cause?: unknown): AiengError {
  return dataError({
    code: `${packing}-damaged`,
    message: `${file.displayPath}: expected a ${packing} file, but ${problem}.`,
    hint: `Copy or download the file again; \`${tools[packing].test}\` tells whether it is whole. Nothing of it was kept.`,
    at: { file: file.displayPath },
    cause,
  });
}

function notPacked(file: RowsFile, packing: Compression): AiengError {
  const declared = declaring(file, 'compression', 'none');
  return dataError({
    code: `${packing}-damaged`,
    message: `${file.displayPath}: expected a ${packing} file, but it is not ${packing}.`,
    hint: `If its content is plain, ${declared ?? 'take the last extension off its name'}; else copy or download it again.`,
    at: { file: file.displayPath },
  });
}

async function* gunzipped(queue: ByteQueue): AsyncGenerator<Buffer, void, void> {
  async function* all(): AsyncGenerator<Buffer, void, void> {
    for (let chunk = await queue.takeSome(); chunk !== undefined; chunk = await queue.takeSome()) yield chunk;
  }
  // zlib checks length and CRC; DuckDB would not.
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  pipeline(Readable.from(all(), { objectMode: true }), gunzip, () => undefined);
  for await (const chunk of gunzip) yield chunk as Buffer;
}

const unpackers: Readonly<Record<Packing, (queue: ByteQueue) => AsyncGenerator<Buffer, void, void>>> = {
  gzip: gunzipped,
  zstd: unpackZstd,
  bzip2: unpackBzip2,
};

function fault(file: RowsFile, packing: Packing, cause: unknown): unknown {
  if (cause instanceof AiengError) return cause;
  if (cause instanceof WindowTooLarge)
    return dataError({
      code: 'zstd-window',
      message: `${file.displayPath}: it was packed with a window of more than 128 MiB.`,
      hint: `Unpack it yourself: \`zstd -d --long=31 ${JSON.stringify(file.displayPath)}\`, and name the unpacked file.`,
      at: { file: file.displayPath },
    });
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (cause instanceof EndsTooEarly || code === 'Z_BUF_ERROR')
    return damaged(file, packing, 'it ends too early (truncated)', cause);
  if (cause instanceof Corrupt || code.startsWith('Z_'))
    return damaged(file, packing, 'its content is corrupt', cause);
  return cause;
}

async function* unpacked(
  file: RowsFile,
  packing: Packing,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, void> {
  const expansion = new Expansion(() =>
    expandsTooMuch(file.displayPath, `\`${tools[packing].unpack} ${JSON.stringify(file.displayPath)}\``),
  );
  const queue = new ByteQueue(expansion.counted(chunks));
  try {
    yield* expansion.bounded(unpackers[packing](queue));
  } catch (cause) {
    throw fault(file, packing, cause);
  }
}

/**
 * The content of bytes that may be packed: by what is declared, else by their beginning.
 *
 * @throws data error (exit 3) for damage, for what is not what was declared, and for what expands absurdly.
 */
export async function* unpackedText(file: RowsFile, raw: RawBytes): AsyncGenerator<Buffer, void, void> {
  const { compression } = file.dialect;
  if (compression === 'none') {
    yield* raw.chunks();
    return;
  }
  const queue = new ByteQueue(raw.chunks());
  const opening = await queue.peek(10);
  if (opening.length === 0) return;
  const found = packingOf(opening);
  if (compression !== 'auto' && found !== compression) throw notPacked(file, compression);
  async function* all(): AsyncGenerator<Buffer, void, void> {
    for (let chunk = await queue.takeSome(); chunk !== undefined; chunk = await queue.takeSome()) yield chunk;
  }
  // A zip is read by its table of contents, which a stream has at its end.
  if (found === undefined || found === 'zip') yield* all();
  else yield* unpacked(file, found, all());
}
