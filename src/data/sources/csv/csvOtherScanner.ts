import type { CsvMarks, OtherMarks, RecordScan, ScanOutcome, Scanner } from './csvScanner.ts';
import { createScanner, endAt, giveUp, unescapeQuotes } from './csvScanner.ts';

const lineFeed = 10;
const carriageReturn = 13;
const backslash = 92;
const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 9;

/** What a scanner has found at its place: where the next field begins, or nothing. */
type DelimiterEnd = (bytes: Uint8Array, at: number) => number;

/** Where the delimiter that stands at `at` ends; `at` itself where there is none. */
function delimiterEnd({ delimiter }: CsvMarks, { rest, runs }: OtherMarks): DelimiterEnd {
  if (runs)
    return (bytes, at) => {
      let end = at;
      while (isSpace(bytes[end])) end += 1;
      return end;
    };
  return (bytes, at) => {
    if (bytes[at] !== delimiter) return at;
    for (let i = 0; i < rest.length; i += 1) if (bytes[at + 1 + i] !== rest[i]) return at;
    return at + 1 + rest.length;
  };
}

const isLineEnd = (byte: number | undefined): boolean => byte === lineFeed || byte === carriageReturn;

/** Walks over one field at a time. */
class FieldWalk {
  readonly #quote: number;
  readonly #other: OtherMarks;
  readonly #delimiterEnd: DelimiterEnd;
  /** Of the last field: its content, and where reading goes on. */
  from = 0;
  to = 0;
  at = 0;

  constructor(marks: CsvMarks, other: OtherMarks) {
    this.#quote = marks.quote;
    this.#other = other;
    this.#delimiterEnd = delimiterEnd(marks, other);
  }

  /** Leads over what stands before the first field of a line. */
  begin(bytes: Uint8Array, start: number): number {
    return this.#other.runs ? this.#delimiterEnd(bytes, start) : start;
  }

  /** Reads the field at `start`; what is wrong with it, or undefined. A field may end with the buffer. */
  read(record: RecordScan, bytes: Uint8Array, start: number, field: number): string | undefined {
    record.escaped[field] = 0;
    return this.#quote !== -1 && bytes[start] === this.#quote
      ? this.#quoted(record, bytes, start, field)
      : this.#bare(record, bytes, start, field);
  }

  /** Where the next field begins, −1 = the record ends here. */
  next(bytes: Uint8Array): number {
    const end = this.#delimiterEnd(bytes, this.at);
    if (end === this.at) return -1;
    // Blanks at the end of a line part nothing.
    if (this.#other.runs && (end >= bytes.length || isLineEnd(bytes[end]))) {
      this.at = end;
      return -1;
    }
    return end;
  }

  #escape(record: RecordScan, bytes: Uint8Array, at: number, field: number): void {
    record.escaped[field] = 1;
    if (bytes[at + 1] === lineFeed) record.lines += 1;
  }

  #quoted(record: RecordScan, bytes: Uint8Array, start: number, field: number): string | undefined {
    record.quoted = true;
    this.from = start + 1;
    let at = this.from;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (this.#other.backslash && byte === backslash) {
        this.#escape(record, bytes, at, field);
        at += 1;
      } else if (byte === this.#quote) {
        if (bytes[at + 1] !== this.#quote) break;
        record.escaped[field] = 1;
        at += 1;
      } else if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed))
        record.lines += 1;
    }
    if (at >= bytes.length) {
      this.at = bytes.length;
      return 'a quote is opened and never closed';
    }
    this.to = at;
    this.at = at + 1;
    const goesOn = this.at < bytes.length && !isLineEnd(bytes[this.at]);
    return goesOn && this.#delimiterEnd(bytes, this.at) === this.at
      ? 'expected a delimiter after a closing quote'
      : undefined;
  }

  #bare(record: RecordScan, bytes: Uint8Array, start: number, field: number): string | undefined {
    let at = start;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (isLineEnd(byte)) break;
      if (this.#other.backslash && byte === backslash) {
        this.#escape(record, bytes, at, field);
        at += 1;
      } else if (byte === this.#quote) {
        this.at = at;
        return 'a quote inside of a field that is not quoted';
      } else if (this.#delimiterEnd(bytes, at) > at) break;
    }
    this.from = start;
    this.to = Math.min(at, bytes.length);
    this.at = this.to;
    return undefined;
  }
}

/** A scanner for what RFC 4180 does not know: long delimiters, runs of blanks, backslashes. One byte at a time. */
function createOtherScanner(marks: CsvMarks, other: OtherMarks): Scanner {
  const walk = new FieldWalk(marks, other);
  return (record, bytes, start, final): ScanOutcome => {
    record.lines = 0;
    record.quoted = false;
    let field = 0;
    for (let at = walk.begin(bytes, start); ; field += 1) {
      const problem = walk.read(record, bytes, at, field);
      // What is at the end of the buffer may go on behind it: a delimiter of several bytes, too.
      if (!final && walk.at + 1 + other.rest.length >= bytes.length) return 'need-more';
      if (problem !== undefined) return giveUp(record, bytes, start, final, problem);
      if (field < record.starts.length) {
        record.starts[field] = walk.from;
        record.ends[field] = walk.to;
      }
      at = walk.next(bytes);
      if (!final && walk.at >= bytes.length) return 'need-more';
      if (at === -1) break;
    }
    record.fields = field + 1;
    return endAt(record, bytes, walk.at, final) ? 'record' : 'need-more';
  };
}

/** The scanner of a dialect. */
export const scannerOf = (marks: CsvMarks): Scanner =>
  marks.other === undefined ? createScanner(marks) : createOtherScanner(marks, marks.other);

/** Backslashes away from what they make ordinary; before anything else they stand for themselves (`\\N`). */
function unescapeBackslashes(bytes: Buffer, start: number, end: number, marks: CsvMarks): Buffer {
  const content = Buffer.alloc(end - start);
  let size = 0;
  for (let at = start; at < end; at += 1) {
    const [byte, next] = [bytes[at]!, at + 1 < end ? bytes[at + 1] : undefined];
    const made = next === marks.quote || next === marks.delimiter || next === backslash || isLineEnd(next);
    if (next !== undefined && ((byte === backslash && made) || (byte === marks.quote && next === byte)))
      at += 1;
    content[size++] = bytes[at]!;
  }
  return content.subarray(0, size);
}

/** The content of a field without what its escapes are written with. */
export const unescaped = (bytes: Buffer, start: number, end: number, marks: CsvMarks): Buffer =>
  marks.other?.backslash === true
    ? unescapeBackslashes(bytes, start, end, marks)
    : unescapeQuotes(bytes, start, end, marks.quote);
