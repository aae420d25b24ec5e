/** The bytes that mark fields and quotes in a CSV file; `quote` −1 = no quoting. */
export interface CsvMarks {
  /** What stands between fields, or the first byte of it. */
  readonly delimiter: number;
  readonly quote: number;
  /** What is not as RFC 4180 has it; another scanner reads such a file (`csvOtherScanner`). */
  readonly other?: OtherMarks;
}

/** How a CSV file may differ from RFC 4180. */
export interface OtherMarks {
  /** The bytes of the delimiter behind its first. */
  readonly rest: Uint8Array;
  /** Are fields parted by any number of spaces and tabs? */
  readonly runs: boolean;
  /** Does a backslash take the next byte for what it is? */
  readonly backslash: boolean;
}

/** Finds the record that starts at `start`. `final`: no more bytes follow, the end of the buffer ends the record. */
export type Scanner = (record: RecordScan, bytes: Uint8Array, start: number, final: boolean) => ScanOutcome;

/** What the scanner found at its position. */
export type ScanOutcome = 'record' | 'need-more' | 'broken';

/**
 * One record of a CSV file, as offsets into a buffer. Reused for every record: nothing is allocated in the loop.
 * The grammar is RFC 4180 with any of LF, CRLF, CR (also mixed, also CR CR LF) as line break.
 */
export interface RecordScan {
  /** Of the first `capacity` fields: where the content starts and ends (without quotes). */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where the content has doubled quotes in it. */
  readonly escaped: Uint8Array;
  /** Number of fields of the record, also beyond the capacity. */
  fields: number;
  /** Does the record have a quoted field? (An empty line has none.) */
  quoted: boolean;
  /** End of the record's bytes without its line break, and start of the next record. */
  end: number;
  next: number;
  /** Physical lines that the record takes. */
  lines: number;
  /** Why a broken record is broken. */
  problem: string;
}

const lineFeed = 10;
const carriageReturn = 13;

/** A record holder for `capacity` fields. */
export function createRecord(capacity: number): RecordScan {
  return {
    starts: new Int32Array(capacity),
    ends: new Int32Array(capacity),
    escaped: new Uint8Array(capacity),
    fields: 0,
    quoted: false,
    end: 0,
    next: 0,
    lines: 0,
    problem: '',
  };
}

/** Sets where a record ends, given the offset of its line break; false where more bytes must be seen first. */
export function endAt(record: RecordScan, bytes: Uint8Array, at: number, final: boolean): boolean {
  let next = at;
  while (bytes[next] === carriageReturn) next += 1;
  if (next >= bytes.length && !final) return false;
  if (bytes[next] === lineFeed) next += 1;
  record.end = at;
  record.next = next;
  record.lines += 1;
  return true;
}

/**
 * A record with a broken quote is given up as the one physical line it starts on, and reading goes on at the next
 * line: an unclosed quote costs one row, not the rest of the file.
 */
export function giveUp(
  record: RecordScan,
  bytes: Uint8Array,
  start: number,
  final: boolean,
  problem: string,
): ScanOutcome {
  let at = start;
  while (at < bytes.length && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at += 1;
  if (at >= bytes.length && !final) return 'need-more';
  record.lines = 0;
  record.problem = problem;
  return endAt(record, bytes, at, final) ? 'broken' : 'need-more';
}

/** Offset of the quote that closes a field, or −1. Counts the physical lines inside. */
function closingQuote(
  record: RecordScan,
  bytes: Uint8Array,
  from: number,
  quote: number,
  field: number,
): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      if (bytes[at + 1] !== quote) return at;
      record.escaped[field] = 1;
      at += 1;
    } else if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed))
      record.lines += 1;
  }
  return -1;
}

/** A scanner of RFC 4180 for one pair of marks. Bytes that mean something outside of quotes are found by table. */
export function createScanner(marks: CsvMarks): Scanner {
  const { delimiter, quote } = marks;
  const special = new Uint8Array(256);
  for (const byte of [delimiter, lineFeed, carriageReturn, ...(quote === -1 ? [] : [quote])])
    special[byte] = 1;

  return (record, bytes, start, final) => {
    const size = bytes.length;
    const capacity = record.starts.length;
    let at = start;
    let field = 0;
    record.lines = 0;
    record.quoted = false;
    for (;;) {
      record.escaped[field] = 0;
      let from = at;
      let to: number;
      if (at < size && bytes[at] === quote) {
        record.quoted = true;
        from = at + 1;
        to = closingQuote(record, bytes, from, quote, field);
        if (to === -1 || (to + 1 >= size && !final)) {
          if (!final) return 'need-more';
          return giveUp(record, bytes, start, final, 'a quote is opened and never closed');
        }
        at = to + 1;
        if (at < size && special[bytes[at]!] === 0)
          return giveUp(
            record,
            bytes,
            start,
            final,
            'expected a delimiter after a closing quote (quotes inside are doubled)',
          );
      } else {
        while (at < size && special[bytes[at]!] === 0) at += 1;
        if (at >= size && !final) return 'need-more';
        if (bytes[at] === quote)
          return giveUp(record, bytes, start, final, 'a quote inside of a field that is not quoted');
        to = at;
      }
      if (field < capacity) {
        record.starts[field] = from;
        record.ends[field] = to;
      }
      field += 1;
      if (bytes[at] === delimiter) {
        at += 1;
        continue;
      }
      record.fields = field;
      return endAt(record, bytes, at, final) ? 'record' : 'need-more';
    }
  };
}

/** The content of a field with its doubled quotes made single. */
export function unescapeQuotes(bytes: Buffer, start: number, end: number, quote: number): Buffer {
  const content = Buffer.alloc(end - start);
  let size = 0;
  for (let at = start; at < end; at += 1) {
    content[size++] = bytes[at]!;
    if (bytes[at] === quote) at += 1;
  }
  return content.subarray(0, size);
}
