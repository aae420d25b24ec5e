import type { TextEncoding } from '../dialect.ts';
import type { AiengError } from '../../errors.ts';
import { dataError } from '../../errors.ts';
import type { RowsFile } from '../source.ts';
import type { RawBytes, RawEnd } from './rawBytes.ts';
import { openContent } from './compression/content.ts';

/** The content of a text source: decompressed, and as UTF-8 without byte order mark. Read once. */
export interface TextBytes {
  /** The beginning, up to about a megabyte; `complete` = that is all of it. */
  readonly head: { readonly bytes: Buffer; readonly complete: boolean };
  /**
   * All of it from the start, in chunks that end anywhere. A file that is UTF-8 by declaration may hold bytes that are
   * not: its reader refuses the records that they stand in.
   */
  stream(): AsyncGenerator<Buffer, void, void>;
  /** The digest of the raw bytes, once everything was read. */
  finish(): Promise<RawEnd>;
  close(): Promise<void>;
}

const headBytes = 1 << 20;

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

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';

/** Byte order marks win over the declaration. Returns the encoding and the length of the mark. */
function encodingOf(opening: Buffer, declared: TextEncoding): { encoding: Encoding; mark: number } {
  if (opening[0] === 0xff && opening[1] === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (opening[0] === 0xfe && opening[1] === 0xff) return { encoding: 'utf-16be', mark: 2 };
  if (opening[0] === 0xef && opening[1] === 0xbb && opening[2] === 0xbf)
    return { encoding: 'utf-8', mark: 3 };
  if (declared !== 'utf-16') return { encoding: declared, mark: 0 };
  // Without a mark, the zero half of the first (ASCII) character tells the byte order.
  return { encoding: opening[0] === 0 ? 'utf-16be' : 'utf-16le', mark: 0 };
}

/**
 * How a person reads a file that is in another encoding: by the key of the pipeline file, where there is one to set, or
 * by a command.
 */
export function encodingAdvice(displayPath: string, from: string, key: string | null): string {
  const convert = `\`iconv -f ${from} -t UTF-8 ${JSON.stringify(displayPath)} > utf-8.csv\``;
  return key === null
    ? `Convert the file: ${convert}, and name the new one.`
    : `Set \`${key}\` in the pipeline file, or convert the file: ${convert}.`;
}

/** NUL bytes of the beginning, by whether they stand at even or at odd places. */
function countNuls(sample: Buffer): { even: number; odd: number } {
  const nuls = { even: 0, odd: 0 };
  for (let at = 0; at < sample.length; at += 1)
    if (sample[at] === 0) nuls[at % 2 === 0 ? 'even' : 'odd'] += 1;
  return nuls;
}

/**
 * What a beginning is that is no text; undefined where it is. A stray NUL is a fault of the record that it stands in, not
 * of the file: only a beginning that is full of them is another thing.
 */
function otherThan(
  opening: Buffer,
): 'a zip or Excel file' | 'a Parquet file' | 'binary' | 'UTF-16' | undefined {
  const start = opening.subarray(0, 4).toString('latin1');
  if (start.startsWith('PK\u0003\u0004')) return 'a zip or Excel file';
  if (start === 'PAR1') return 'a Parquet file';
  const sample = opening.subarray(0, 4096);
  const { even, odd } = countNuls(sample);
  const most = Math.max(even, odd);
  if (most >= 0.3 * Math.floor(sample.length / 2) && most > 20 * Math.min(even, odd)) return 'UTF-16';
  return even + odd > 0.1 * sample.length ? 'binary' : undefined;
}

function refuseBinary(opening: Buffer, file: RowsFile): void {
  const kind = otherThan(opening);
  if (kind === undefined) return;
  const { displayPath, dialect, declarable } = file;
  const isText = kind === 'UTF-16';
  throw dataError({
    code: 'not-text',
    message: `${displayPath}: expected text as ${dialect.format}, but it looks like ${isText ? 'UTF-16 without a byte order mark' : kind}.`,
    hint: isText
      ? encodingAdvice(displayPath, 'UTF-16', declarable ? 'source.encoding: utf-16' : null)
      : 'Name the file by its format (.csv, .ndjson, .parquet), or export it as CSV in UTF-8.',
    at: { file: displayPath },
  });
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** Text of another encoding as UTF-8. Broken UTF-16 ends the reading: its records cannot be told apart safely. */
async function* transcoded(
  chunks: AsyncIterable<Buffer>,
  file: RowsFile,
  encoding: 'utf-16le' | 'utf-16be' | 'latin-1',
): AsyncGenerator<Buffer, void, void> {
  if (encoding === 'latin-1') {
    for await (const chunk of chunks) yield Buffer.from(chunk.toString('latin1'), 'utf8');
    return;
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  const decode = (piece: Buffer | undefined): Buffer => {
    try {
      return Buffer.from(decoder.decode(piece, { stream: piece !== undefined }), 'utf8');
    } catch {
      const readable = new TextDecoder(encoding).decode(piece).split('\ufffd', 1)[0] ?? '';
      throw brokenUtf16(file, line + countLines(Buffer.from(readable, 'utf8')));
    }
  };
  for await (const chunk of chunks) {
    // In small pieces, so that the line of a fault can be told.
    for (let at = 0; at < chunk.length; at += 4096) {
      const bytes = decode(chunk.subarray(at, at + 4096));
      line += countLines(bytes);
      if (bytes.length > 0) yield bytes;
    }
  }
  decode(undefined);
}

function brokenUtf16({ displayPath }: RowsFile, line: number): AiengError {
  return dataError({
    code: 'invalid-encoding',
    message: `${displayPath}:${line}: expected UTF-16, but half of a character stands on this line.`,
    hint: `Export the file again, or drop what is broken: \`iconv -c -f UTF-16 -t UTF-8 ${JSON.stringify(displayPath)} > utf-8.csv\`.`,
    at: { file: displayPath, line },
  });
}

/** The beginning of a stream, and the rest of it. */
async function takeHead(
  chunks: AsyncGenerator<Buffer, void, void>,
): Promise<{ readonly kept: readonly Buffer[]; readonly complete: boolean }> {
  const kept: Buffer[] = [];
  let size = 0;
  while (size < headBytes) {
    const next = await chunks.next();
    if (next.done === true) return { kept, complete: true };
    kept.push(next.value);
    size += next.value.length;
  }
  return { kept, complete: false };
}

/** The text of a file as UTF-8, its encoding recognised by mark or declaration. */
async function* decoded(file: RowsFile, raw: RawBytes): AsyncGenerator<Buffer, void, void> {
  const chunks = withOpening(raw.chunks(), 4);
  const first = await chunks.next();
  if (first.done === true) return;
  const { encoding, mark } = encodingOf(first.value, file.dialect.encoding);
  if (encoding === 'utf-8') refuseBinary(first.value, file);
  async function* all(opening: Buffer): AsyncGenerator<Buffer, void, void> {
    if (opening.length > mark) yield opening.subarray(mark);
    yield* chunks;
  }
  if (encoding === 'utf-8') yield* all(first.value);
  else yield* transcoded(all(first.value), file, encoding);
}

/**
 * Opens a text source: a file, or standard input where the path is `-` (streamed, never copied to disk). One pass: the
 * beginning is looked at and kept until it is streamed.
 *
 * @throws usage errors (exit 2) for what cannot be read; data errors (exit 3) for damaged gzip, broken UTF-16 and binary
 *   content.
 */
export async function openTextBytes(file: RowsFile): Promise<TextBytes> {
  const raw = await openContent(file);
  const chunks = decoded(file, raw);
  try {
    const { kept, complete } = await takeHead(chunks);
    return {
      head: { bytes: Buffer.concat(kept), complete },
      stream: async function* () {
        yield* kept;
        yield* chunks;
      },
      finish: () => raw.finish(),
      close: async () => {
        await chunks.return();
        await raw.close();
      },
    };
  } catch (error) {
    await raw.close();
    throw error;
  }
}
