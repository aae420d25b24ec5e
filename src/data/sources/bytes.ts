import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AiengError, dataError, usageError } from '../../errors.ts';
import type { SourceOptions } from '../source.ts';

/** The content of a text source, decompressed and as UTF-8 without byte order mark. */
export interface TextBytes {
  /** The beginning, up to about a megabyte; `complete` = that is all of it. */
  head(): Promise<{ readonly bytes: Buffer; readonly complete: boolean }>;
  /** All of it from the start, in chunks that end anywhere. Standard input can be streamed once. */
  stream(): AsyncIterable<Buffer>;
}

const headBytes = 1 << 20;

/** Refuses what is not a readable file. Throws usage errors (exit 2). */
export async function requireFile(options: SourceOptions): Promise<void> {
  const refuse = (code: string, problem: string, cause?: unknown): AiengError =>
    usageError({
      code,
      message: `${options.displayPath}: ${problem}.`,
      hint: 'Check the path (relative paths start at the project root) and that you may read the file.',
      at: { file: options.displayPath },
      cause,
    });
  const found = await stat(options.path).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw refuse('source-not-found', 'there is no such file', cause);
    throw refuse('source-unreadable', `the file cannot be read (${code})`, cause);
  });
  if (found.isDirectory()) throw refuse('source-is-a-folder', 'expected a file, got a folder');
}

async function* rawBytes(options: SourceOptions): AsyncGenerator<Buffer, void, void> {
  if (options.path === '-') {
    for await (const chunk of options.stdin ?? process.stdin) yield Buffer.from(chunk);
    return;
  }
  await requireFile(options);
  try {
    for await (const chunk of createReadStream(options.path, { highWaterMark: headBytes }))
      yield chunk as Buffer;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw usageError({
      code: 'source-unreadable',
      message: `${options.displayPath}: the file cannot be read (${code}).`,
      hint: 'Check that you may read the file and that the disk is well.',
      at: { file: options.displayPath },
      cause,
    });
  }
}

/** Puts back together enough of the beginning to recognise it, then goes on. */
async function* withOpening(
  chunks: AsyncIterable<Buffer>,
  atLeast: number,
): AsyncGenerator<Buffer, void, void> {
  let opening: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (opening === null) {
      yield chunk;
      continue;
    }
    opening = opening.length === 0 ? chunk : Buffer.concat([opening, chunk]);
    if (opening.length < atLeast) continue;
    yield opening;
    opening = null;
  }
  if (opening !== null && opening.length > 0) yield opening;
}

/** Decompresses where the content is gzip, declared or not. zlib checks length and CRC; DuckDB would not. */
async function* decompressed(options: SourceOptions): AsyncGenerator<Buffer, void, void> {
  const chunks = withOpening(rawBytes(options), 2);
  const first = await chunks.next();
  if (first.done === true) return;
  async function* all(opening: Buffer): AsyncGenerator<Buffer, void, void> {
    yield opening;
    yield* chunks;
  }
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isGzip) {
    if (options.gzip) throw damagedGzip(options, 'it is not gzip');
    yield* all(first.value);
    return;
  }
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  pipeline(Readable.from(all(first.value), { objectMode: true }), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (cause) {
    if (cause instanceof AiengError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    throw damagedGzip(
      options,
      code === 'Z_BUF_ERROR' ? 'it ends too early (truncated)' : 'its content is corrupt',
      cause,
    );
  }
}

function damagedGzip(options: SourceOptions, problem: string, cause?: unknown): AiengError {
  return dataError({
    code: 'gzip-damaged',
    message: `${options.displayPath}: expected a gzip file, but ${problem}.`,
    hint: 'Copy or download the file again; `gzip -t` tells whether it is whole. Nothing of it was kept.',
    at: { file: options.displayPath },
    cause,
  });
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';

/** Byte order marks win over the declaration. Returns the encoding and the length of the mark. */
function encodingOf(opening: Buffer, options: SourceOptions): { encoding: Encoding; mark: number } {
  if (opening[0] === 0xff && opening[1] === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (opening[0] === 0xfe && opening[1] === 0xff) return { encoding: 'utf-16be', mark: 2 };
  if (opening[0] === 0xef && opening[1] === 0xbb && opening[2] === 0xbf)
    return { encoding: 'utf-8', mark: 3 };
  if (options.encoding !== 'utf-16') return { encoding: options.encoding, mark: 0 };
  // Without a mark, the zero half of the first (ASCII) character tells the byte order.
  return { encoding: opening[0] === 0 ? 'utf-16be' : 'utf-16le', mark: 0 };
}

function refuseBinary(opening: Buffer, options: SourceOptions): void {
  const start = opening.subarray(0, 4).toString('latin1');
  const kind = start.startsWith('PK\u0003\u0004')
    ? 'a zip or Excel file'
    : start === 'PAR1'
      ? 'a Parquet file'
      : opening.subarray(0, 4096).includes(0)
        ? 'binary, or UTF-16 without a byte order mark'
        : undefined;
  if (kind === undefined) return;
  throw dataError({
    code: 'not-text',
    message: `${options.displayPath}: expected text as ${options.format}, but it looks like ${kind}.`,
    hint: 'Name the file by its format (.csv, .ndjson, .parquet), export it as CSV in UTF-8, or set `source.encoding: utf-16`.',
    at: { file: options.displayPath },
  });
}

/** The line of a byte; unknown in standard input, which cannot be read twice. */
async function lineAt(options: SourceOptions, offset: number): Promise<number | undefined> {
  if (options.path === '-') return undefined;
  let line = 1;
  let at = 0;
  for await (const chunk of decompressed(options)) {
    const end = Math.min(chunk.length, offset - at);
    for (let i = 0; i < end; i += 1) if (chunk[i] === 10) line += 1;
    at += chunk.length;
    if (at >= offset) break;
  }
  return line;
}

/** Length of an incomplete UTF-8 sequence at the end of `bytes`: 0–3. */
function openSequence(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Offset of the first byte that is not UTF-8 (bisection over valid prefixes). */
function firstInvalid(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - openSequence(prefix)))) valid = middle;
    else invalid = middle;
  }
  const prefix = bytes.subarray(0, valid);
  return valid - openSequence(prefix);
}

function invalidEncoding(options: SourceOptions, where: string, encoding: string, line?: number): AiengError {
  return dataError({
    code: 'invalid-encoding',
    message: `${options.displayPath}: expected ${encoding.toUpperCase()}, but ${where} is not valid ${encoding.toUpperCase()}.`,
    hint: 'Set `source.encoding` to what the file is in (utf-16, latin-1), or convert it: `iconv -f WINDOWS-1252 -t UTF-8`.',
    at: { file: options.displayPath, ...(line === undefined ? {} : { line }) },
  });
}

async function* validated(
  chunks: AsyncIterable<Buffer>,
  options: SourceOptions,
  mark: number,
): AsyncGenerator<Buffer, void, void> {
  let open: Buffer = Buffer.alloc(0);
  let at = mark;
  const check = async (bytes: Buffer): Promise<void> => {
    if (isUtf8(bytes)) return;
    const offset = at + firstInvalid(bytes);
    const line = await lineAt(options, offset);
    const where = `byte ${offset}${line === undefined ? '' : ` (line ${line})`}`;
    throw invalidEncoding(options, where, 'utf-8', line);
  };
  for await (const chunk of chunks) {
    const bytes: Buffer = open.length === 0 ? chunk : Buffer.concat([open, chunk]);
    const whole = bytes.length - openSequence(bytes);
    const clean = bytes.subarray(0, whole);
    await check(clean);
    if (whole > 0) yield clean;
    at += whole;
    open = bytes.subarray(whole);
  }
  if (open.length > 0) await check(open);
}

async function* transcoded(
  chunks: AsyncIterable<Buffer>,
  options: SourceOptions,
  encoding: Encoding,
): AsyncGenerator<Buffer, void, void> {
  if (encoding === 'latin-1') {
    for await (const chunk of chunks) yield Buffer.from(chunk.toString('latin1'), 'utf8');
    return;
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of chunks) {
      const bytes = Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
      if (bytes.length > 0) yield bytes;
    }
    decoder.decode();
  } catch (cause) {
    if (cause instanceof AiengError) throw cause;
    throw invalidEncoding(options, 'its content', 'utf-16');
  }
}

async function* decoded(options: SourceOptions): AsyncGenerator<Buffer, void, void> {
  const chunks = withOpening(decompressed(options), 4);
  const first = await chunks.next();
  if (first.done === true) return;
  const { encoding, mark } = encodingOf(first.value, options);
  if (encoding === 'utf-8') refuseBinary(first.value, options);
  async function* all(opening: Buffer): AsyncGenerator<Buffer, void, void> {
    if (opening.length > mark) yield opening.subarray(mark);
    yield* chunks;
  }
  if (encoding === 'utf-8') yield* validated(all(first.value), options, mark);
  else yield* transcoded(all(first.value), options, encoding);
}

/**
 * Opens a text source: a file, or standard input where the path is `-` (streamed, never copied to disk; its
 * beginning is kept until it is read).
 *
 * Iterating throws usage errors (exit 2) for what cannot be read and data errors (exit 3) for damaged gzip, text that
 * is not in its encoding (with byte offset and line) and binary content.
 */
export function openTextBytes(options: SourceOptions): TextBytes {
  let standardInput: { kept: Buffer[]; rest: AsyncGenerator<Buffer, void, void> } | undefined;
  let streamed = false;
  const peek = async (
    chunks: AsyncGenerator<Buffer, void, void>,
  ): Promise<{ kept: Buffer[]; complete: boolean }> => {
    const kept: Buffer[] = [];
    let size = 0;
    while (size < headBytes) {
      const next = await chunks.next();
      if (next.done === true) return { kept, complete: true };
      kept.push(next.value);
      size += next.value.length;
    }
    return { kept, complete: false };
  };
  let headOf: Promise<{ readonly bytes: Buffer; readonly complete: boolean }> | undefined;
  const readHead = async (): Promise<{ readonly bytes: Buffer; readonly complete: boolean }> => {
    const chunks = decoded(options);
    const { kept, complete } = await peek(chunks);
    if (options.path === '-') standardInput = { kept, rest: chunks };
    else await chunks.return();
    return { bytes: Buffer.concat(kept), complete };
  };
  const head = (): ReturnType<typeof readHead> => (headOf ??= readHead());
  async function* streamOnce(): AsyncGenerator<Buffer, void, void> {
    if (streamed) throw new Error('standard input can be read once');
    streamed = true;
    await head();
    yield* standardInput?.kept ?? [];
    if (standardInput !== undefined) yield* standardInput.rest;
  }
  return { head, stream: () => (options.path === '-' ? streamOnce() : decoded(options)) };
}
