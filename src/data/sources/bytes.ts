import type { AiengError } from '../../errors.ts';
import { dataError } from '../../errors.ts';
import { utf16Order } from '../recognise/encoding.ts';
import type { Finding } from '../recognise/finding.ts';
import { decodeWindows1252 } from '../recognise/singleByte.ts';
import type { RowsFile } from '../source.ts';
import { declaring, encodingAdvice } from './declare.ts';
import { decodingOf } from './decoding.ts';
import type { Decoding } from './decoding.ts';
import type { RawBytes, RawEnd } from './rawBytes.ts';
import { openContent } from './compression/content.ts';

/** The content of a text source: decompressed, and as UTF-8 without byte order mark. Read once. */
export interface TextBytes {
  /** The beginning, up to about a megabyte; `complete` = that is all of it. */
  readonly head: { readonly bytes: Buffer; readonly complete: boolean };
  /** What it was written in: marked, declared or found out. */
  readonly encoding: string;
  /** What was found out about that. */
  readonly findings: readonly Finding[];
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

/** Bytes of the beginning that no text has: control characters, but for blanks, line ends and what parts fields. */
function countControls(sample: Buffer): { nuls: number; others: number } {
  let [nuls, others] = [0, 0];
  for (const byte of sample) {
    if (byte === 0) nuls += 1;
    else if (byte > 1 && byte < 28 && (byte < 9 || byte > 13)) others += 1;
  }
  return { nuls, others };
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
  if (utf16Order(sample) !== null) return 'UTF-16';
  const { nuls, others } = countControls(sample);
  return nuls > 0.1 * sample.length || others > 0.03 * sample.length ? 'binary' : undefined;
}

function refuseBinary(opening: Buffer, file: RowsFile): void {
  const kind = otherThan(opening);
  if (kind === undefined) return;
  const { displayPath, dialect } = file;
  const isText = kind === 'UTF-16';
  throw dataError({
    code: 'not-text',
    message: `${displayPath}: expected text as ${dialect.format}, but it looks like ${isText ? 'UTF-16 without a byte order mark' : kind}.`,
    hint: isText
      ? encodingAdvice(displayPath, 'UTF-16', declaring(file, 'encoding', 'utf-16'))
      : 'Name the file by its format (.csv, .ndjson, .parquet), or export it as CSV in UTF-8.',
    at: { file: displayPath },
  });
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** What stands in the text for bytes that are no character of its encoding: never UTF-8, so that the record is refused. */
const noCharacter = Buffer.from([0xff, 0xfe, 0xff]);

/** Text of an encoding of one or more bytes a character. */
async function* decodedBytes(
  chunks: AsyncIterable<Buffer>,
  encoding: string,
): AsyncGenerator<Buffer, void, void> {
  const decoder = new TextDecoder(encoding);
  const asUtf8 = (text: string): Buffer => {
    if (!text.includes('\ufffd')) return Buffer.from(text, 'utf8');
    const parts = text.split('\ufffd').map((part) => Buffer.from(part, 'utf8'));
    return Buffer.concat(parts.flatMap((part, at) => (at === 0 ? [part] : [noCharacter, part])));
  };
  for await (const chunk of chunks) {
    const text = asUtf8(decoder.decode(chunk, { stream: true }));
    if (text.length > 0) yield text;
  }
  const rest = asUtf8(decoder.decode());
  if (rest.length > 0) yield rest;
}

/** Text of UTF-16. Where it is broken the reading ends: its records cannot be told apart safely. */
async function* decodedUtf16(
  chunks: AsyncIterable<Buffer>,
  file: RowsFile,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Buffer, void, void> {
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

/** Text of another encoding as UTF-8. */
async function* transcoded(
  chunks: AsyncIterable<Buffer>,
  file: RowsFile,
  encoding: string,
): AsyncGenerator<Buffer, void, void> {
  if (encoding === 'latin-1')
    for await (const chunk of chunks) yield Buffer.from(chunk.toString('latin1'), 'utf8');
  else if (encoding === 'windows-1252')
    for await (const chunk of chunks) yield Buffer.from(decodeWindows1252(chunk), 'utf8');
  else if (encoding === 'utf-16le' || encoding === 'utf-16be') yield* decodedUtf16(chunks, file, encoding);
  else yield* decodedBytes(chunks, encoding);
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

/** The text of a file as UTF-8, and what it was. */
interface Decoded extends Pick<Decoding, 'encoding' | 'findings'> {
  readonly chunks: AsyncGenerator<Buffer, void, void>;
}

async function* none(): AsyncGenerator<Buffer, void, void> {
  // A file of nothing.
}

async function decoded(file: RowsFile, raw: RawBytes): Promise<Decoded> {
  // What is to be found out takes a good look.
  const chunks = withOpening(raw.chunks(), file.dialect.encoding === null ? headBytes : 4);
  const first = await chunks.next();
  if (first.done === true) return { encoding: 'utf-8', findings: [], chunks: none() };
  const opening = first.value;
  // A byte order mark says enough.
  const unmarked = file.dialect.encoding === null && opening[0]! < 0xfe;
  if (unmarked && utf16Order(opening) === null) refuseBinary(opening, file);
  const { encoding, mark, findings } = await decodingOf(file, opening);
  if (encoding === 'utf-8') refuseBinary(opening, file);
  async function* all(): AsyncGenerator<Buffer, void, void> {
    if (opening.length > mark) yield opening.subarray(mark);
    yield* chunks;
  }
  return { encoding, findings, chunks: encoding === 'utf-8' ? all() : transcoded(all(), file, encoding) };
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
  try {
    const { chunks, encoding, findings } = await decoded(file, raw);
    const { kept, complete } = await takeHead(chunks);
    return {
      head: { bytes: Buffer.concat(kept), complete },
      encoding,
      findings,
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
