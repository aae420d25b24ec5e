import { dataError } from '../../../errors.ts';
import { shownExample } from '../../recognise/finding.ts';
import type { Finding } from '../../recognise/finding.ts';
import { findFooter, findSecondTable } from '../../recognise/footer.ts';
import type { CutRecord } from '../../recognise/records.ts';
import { cutRecords } from '../../recognise/records.ts';
import type { LeftOut } from '../../source.ts';
import type { CsvHeader } from './csvHeader.ts';

const lineFeed = 10;
const carriageReturn = 13;
const isLineEnd = (byte: number | undefined): boolean => byte === lineFeed || byte === carriageReturn;

/** Does a stretch hold nothing but blanks and delimiters? Then also: does it hold a delimiter? */
export function emptyKind(
  bytes: Uint8Array,
  start: number,
  end: number,
  delimiter: number,
): 'blank' | 'delimiters' | null {
  let kind: 'blank' | 'delimiters' = 'blank';
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === delimiter) kind = 'delimiters';
    else if (byte !== 32 && byte !== 9) return null;
  }
  return kind;
}

/** Where the last `lines` lines of a buffer begin; those of blanks and delimiters do not count. */
export function footerStart(bytes: Uint8Array, lines: number, delimiter: number): number {
  let at = bytes.length;
  for (let left = lines; left > 0 && at > 0; left -= 1) {
    let end = at;
    while (end > 0 && (isLineEnd(bytes[end - 1]) || emptyKind(bytes, end - 1, end, delimiter) !== null))
      end -= 1;
    at = end;
    while (at > 0 && !isLineEnd(bytes[at - 1])) at -= 1;
  }
  return at;
}

/** Physical lines of a piece that begins with a line. */
function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = 0; at < bytes.length; at += 1)
    if (bytes[at] === lineFeed || (bytes[at] === carriageReturn && !isLineEnd(bytes[at + 1]))) lines += 1;
  return lines + (bytes.length > 0 && !isLineEnd(bytes.at(-1)) ? 1 : 0);
}

/** Counts the lines that are no records. */
export class LeftOutLines {
  readonly #found = new Map<LeftOut['what'], { count: number; line: number; example: string }>();

  add(what: LeftOut['what'], line: number, raw: () => string): void {
    const found = this.#found.get(what);
    if (found === undefined) this.#found.set(what, { count: 1, line, example: shownExample(raw()) });
    else found.count += 1;
  }

  list(): readonly LeftOut[] {
    return [...this.#found].map(([what, found]) => ({ what, ...found }));
  }
}

const tailBytes = 1 << 14;

const twoTables = (displayPath: string, { line, raw }: CutRecord): Error =>
  dataError({
    code: 'two-tables',
    message: `${displayPath}:${line}: another table begins below the first: ${shownExample(raw.trim())}.`,
    hint: `Put each table into a file of its own: \`head -n ${line - 1} ${JSON.stringify(displayPath)} > first.csv\`.`,
    at: { file: displayPath, line },
  });

/** Keeps the end of a file, to look for a footer there. */
export class CsvTail {
  #kept: Buffer = Buffer.alloc(0);
  #cut = false;

  push(chunk: Buffer): void {
    const all = chunk.length >= tailBytes ? chunk : Buffer.concat([this.#kept, chunk]);
    this.#cut ||= all !== chunk ? all.length > tailBytes : this.#kept.length > 0 || all.length > tailBytes;
    this.#kept = Buffer.from(all.subarray(-tailBytes));
  }

  /**
   * @param lines Physical lines of the file.
   * @throws data error (exit 3) where another table begins below the first.
   */
  footer(header: CsvHeader, lines: number, displayPath: string): Finding | undefined {
    const from = this.#cut ? this.#kept.findIndex((byte) => isLineEnd(byte)) + 1 : 0;
    const bytes = this.#kept.subarray(from);
    const { marks, names, trailingDelimiter, dialect } = header;
    const records = cutRecords(
      { bytes, complete: true },
      dialect,
      { at: 0, lines: lines - countLines(bytes) },
      2000,
    );
    const filled = records.filter(({ raw }) => {
      const piece = Buffer.from(raw);
      return emptyKind(piece, 0, piece.length, marks.delimiter) === null;
    });
    const second = findSecondTable(filled, names);
    if (second !== undefined) throw twoTables(displayPath, second);
    const found = findFooter(filled, names.length + (trailingDelimiter ? 1 : 0));
    const [first] = found;
    if (first === undefined || found.some((record) => record.lines !== 1)) return undefined;
    return {
      key: 'skip_footer',
      value: found.length,
      what: `The file ends with ${found.length === 1 ? 'a line that is no row' : `${found.length} lines that are no rows`}: totals or a remark.`,
      line: first.line,
      example: shownExample(first.raw.trim()),
    };
  }
}
