import { dataError, usageError } from '../../errors.ts';
import { recogniseEncoding } from '../recognise/encoding.ts';
import type { EncodingFound } from '../recognise/encoding.ts';
import type { Finding } from '../recognise/finding.ts';
import { shownExample } from '../recognise/finding.ts';
import type { RowsFile } from '../source.ts';
import { declaring, encodingAdvice } from './declare.ts';

/** How the bytes of a file are decoded. */
export interface Decoding {
  readonly encoding: string;
  /** Bytes of the byte order mark. */
  readonly mark: number;
  readonly findings: readonly Finding[];
}

const marks: readonly (readonly [string, readonly number[]])[] = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
];

/** What is told of a file that says itself that it is UTF-16. */
function markedFinding(encoding: string, opening: Buffer): Finding[] {
  if (encoding === 'utf-8') return [];
  const text = new TextDecoder(encoding).decode(opening.subarray(0, 400)).split(/\r?\n/, 1)[0]!;
  const what = 'The text is UTF-16, as its byte order mark says.';
  return [{ key: 'encoding', value: 'utf-16', what, line: 1, example: shownExample(text) }];
}

/** The encoding that a byte order mark says, which wins over any declaration. Files that were put together may have two. */
function markedEncoding(opening: Buffer): Decoding | null {
  for (const [encoding, bytes] of marks) {
    let mark = 0;
    while (bytes.every((byte, at) => opening[mark + at] === byte)) mark += bytes.length;
    if (mark > 0) return { encoding, mark, findings: markedFinding(encoding, opening) };
  }
  return null;
}

/** An encoding that this platform decodes, by its name. */
function knownEncoding({ displayPath }: RowsFile, name: string): string {
  // What WHATWG calls latin-1 is windows-1252; ISO's own has control characters where that has letters.
  if (/^(?:latin-?1|iso-8859-1)$/i.test(name)) return 'latin-1';
  try {
    return new TextDecoder(name).encoding;
  } catch (cause) {
    throw usageError({
      code: 'unknown-encoding',
      message: `${displayPath}: there is no encoding ${JSON.stringify(name)} here.`,
      hint: 'Read are utf-8, utf-16, windows-1252, latin-1, iso-8859-2 to -16, windows-1250 to -1258, koi8-r, macintosh, ibm866, shift_jis, euc-jp, euc-kr, gb18030, big5. Others are converted first: `iconv -f CP850 -t UTF-8 in.csv > out.csv`.',
      at: { file: displayPath },
      cause,
    });
  }
}

/** The encoding as it is declared. Without a mark, the zero half of the first (ASCII) character tells the byte order. */
function declaredEncoding(file: RowsFile, name: string, opening: Buffer): Decoding {
  const order = opening[0] === 0 ? 'utf-16be' : 'utf-16le';
  const encoding = /^utf-?16$/i.test(name) ? order : knownEncoding(file, name);
  return { encoding, mark: 0, findings: [] };
}

function unclearEncoding(
  file: RowsFile,
  found: EncodingFound,
  rival: NonNullable<EncodingFound['rival']>,
): Error {
  const { displayPath } = file;
  const { encoding, own } = { encoding: found.encoding, own: found.findings[0]?.example ?? '' };
  const ways = [encoding, rival.encoding].flatMap((name) => declaring(file, 'encoding', name) ?? []);
  return usageError({
    code: 'unclear-encoding',
    message: `${displayPath}:${rival.line}: the text is not UTF-8, and reads about equally well in two encodings: ${encoding} (${own}) and ${rival.encoding} (${rival.text}).`,
    hint:
      ways.length === 0
        ? encodingAdvice(displayPath, encoding, null)
        : `Say which it is: ${ways.join(', or ')}.`,
    at: { file: displayPath, line: rival.line },
  });
}

function beyondHere(
  { displayPath }: RowsFile,
  { line, encoding, text }: NonNullable<EncodingFound['beyond']>,
): Error {
  return dataError({
    code: 'invalid-encoding',
    message: `${displayPath}:${line}: the text reads well as ${encoding} (${text}), which is not read here.`,
    hint: encodingAdvice(displayPath, encoding.toUpperCase(), null),
    at: { file: displayPath, line },
  });
}

/**
 * How a file is decoded: by its mark, as it is declared, or else as its beginning reads best.
 *
 * @throws usage error (exit 2) for an encoding that there is not, or where two read about equally well; data error
 *   (exit 3) for one that is recognised and cannot be decoded.
 */
export async function decodingOf(file: RowsFile, opening: Buffer): Promise<Decoding> {
  const { displayPath, dialect } = file;
  if (opening.subarray(0, 4).equals(Buffer.from([0xff, 0xfe, 0, 0])))
    throw dataError({
      code: 'not-text',
      message: `${displayPath}: the text is UTF-32, which is not read.`,
      hint: encodingAdvice(displayPath, 'UTF-32', null),
      at: { file: displayPath },
    });
  const marked = markedEncoding(opening);
  if (marked !== null) return marked;
  if (dialect.encoding !== null) return declaredEncoding(file, dialect.encoding, opening);
  const found = await recogniseEncoding(opening);
  if (found.rival !== null) throw unclearEncoding(file, found, found.rival);
  if (found.beyond !== null) throw beyondHere(file, found.beyond);
  return { encoding: found.encoding, mark: 0, findings: found.findings };
}
