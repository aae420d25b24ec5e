import { dataError, usageError } from '../../errors.ts';
import { numberGrammar } from '../cells/numbers.ts';
import type { RowsFile } from '../source.ts';
import type { CsvMarks, RecordScan } from './csvScanner.ts';
import { createRecord, createScanner } from './csvScanner.ts';
import { encodingAdvice } from './bytes.ts';
import { notUtf8 } from './notUtf8.ts';
import { noRows } from './selection.ts';

/** What the beginning of a CSV file says about the rest. */
export interface CsvHeader {
  readonly marks: CsvMarks;
  readonly names: readonly string[];
  /** Does every record end with a delimiter, behind which nothing is? */
  readonly trailingDelimiter: boolean;
  /** Bytes (of the decoded text) and physical lines before the first row: header, skipped and blank lines. */
  readonly bytes: number;
  readonly lines: number;
}

/** Records that are looked at to find the delimiter. */
const recordsLookedAt = 50;
const candidates = [',', ';', '\t', '|'] as const;
const nameOf = (delimiter: string): string => (delimiter === '\t' ? 'a tab' : JSON.stringify(delimiter));

function oneByte(value: string, key: string): number {
  if (value.length === 1 && value.charCodeAt(0) < 128 && !/[\r\n]/.test(value)) return value.charCodeAt(0);
  throw usageError({
    code: `invalid-${key}`,
    message: `source.${key}: expected one ASCII character, got ${JSON.stringify(value)}.`,
    hint:
      key === 'delimiter'
        ? 'Use one of "," ";" "\\t" "|", or leave it out to have it found.'
        : `Use "\\"" or "'".`,
  });
}

/** Records of a beginning that are whole, blank lines left out. */
function* recordsOf(
  bytes: Buffer,
  complete: boolean,
  marks: CsvMarks,
  from: number,
): Generator<RecordScan, void, void> {
  const scan = createScanner(marks);
  const record = createRecord(0);
  for (let at = from; at < bytes.length; at = record.next) {
    if (scan(record, bytes, at, complete) === 'need-more') return;
    if (record.end > at) yield record;
  }
}

/** Field counts of the first records, blank lines left out. */
function fieldCounts(bytes: Buffer, complete: boolean, marks: CsvMarks, from: number): number[] {
  const counts: number[] = [];
  for (const { fields } of recordsOf(bytes, complete, marks, from))
    if (counts.push(fields) === recordsLookedAt) break;
  return counts;
}

/** The delimiter that parts the first records most evenly into more than one field; a comma where none does. */
function findDelimiter(bytes: Buffer, complete: boolean, quote: number, from: number): number {
  let best = { code: 44, agreement: 0, fields: 1 };
  for (const candidate of candidates) {
    const code = candidate.charCodeAt(0);
    const counts = fieldCounts(bytes, complete, { delimiter: code, quote }, from);
    const fields = counts[0] ?? 1;
    if (fields < 2) continue;
    const agreement = counts.filter((count) => count === fields).length / counts.length;
    if (agreement > best.agreement || (agreement === best.agreement && fields > best.fields))
      best = { code, agreement, fields };
  }
  return best.code;
}

/** Has each row of the beginning one field more than there are names, and nothing in it? */
function findTrailing(
  bytes: Buffer,
  complete: boolean,
  marks: CsvMarks,
  from: number,
  columns: number,
): boolean {
  let rows = 0;
  for (const { fields, end } of recordsOf(bytes, complete, marks, from)) {
    if (fields !== columns + 1 || bytes[end - 1] !== marks.delimiter) return false;
    rows += 1;
  }
  return rows > 0;
}

/** Names of the header's columns, by csv-parse: the record on its own, read strictly. */
async function parseNames(
  text: string,
  { delimiter, quote }: CsvMarks,
  displayPath: string,
  line: number,
): Promise<string[]> {
  const { parse } = await import('csv-parse/sync');
  try {
    const records: unknown = parse(text, {
      delimiter: String.fromCharCode(delimiter),
      quote: quote === -1 ? false : String.fromCharCode(quote),
    });
    const first: unknown = Array.isArray(records) ? records[0] : undefined;
    return Array.isArray(first) ? first.map((name) => String(name).trim()) : [];
  } catch (cause) {
    throw invalidHeader(displayPath, line, 'its quotes do not fit together', cause);
  }
}

function invalidHeader(displayPath: string, line: number, problem: string, cause?: unknown): Error {
  return dataError({
    code: 'invalid-header',
    message: `${displayPath}:${line}: the header cannot be read: ${problem}.`,
    hint: 'Mend that line: quotes inside of a quoted name are doubled, and every quote is closed.',
    at: { file: displayPath, line },
    cause,
  });
}

function checkNames(names: readonly string[], displayPath: string, line: number): void {
  const at = { file: displayPath, line };
  const seen = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const before = seen.get(name);
    if (before !== undefined)
      throw dataError({
        code: 'duplicate-header',
        message: `${displayPath}:${line}: columns ${before + 1} and ${i + 1} have one name, ${JSON.stringify(name)}.`,
        hint: 'Rename one of them in the header.',
        at,
      });
    if (name.includes('\u0000'))
      throw dataError({
        code: 'invalid-header',
        message: `${displayPath}:${line}: the name of column ${i + 1} has a NUL character.`,
        hint: 'Export the file again as text.',
        at,
      });
    seen.set(name, i);
  }
  const numbers = names.filter((name) => new RegExp(`^${numberGrammar}$`).test(name));
  // Years as names are fine; -122.23 is data.
  if (numbers.length === names.length && numbers.some((name) => /[-+.eE]/.test(name)))
    throw dataError({
      code: 'header-absent',
      message: `${displayPath}:${line}: expected column names, but the first line holds only numbers (${names.slice(0, 3).join(', ')}…).`,
      hint: 'Put a line with the names of the columns on top of the file.',
      at,
    });
}

function checkDelimiter(names: readonly string[], delimiter: number, file: RowsFile, line: number): void {
  const { displayPath, declarable } = file;
  const [only] = names;
  if (names.length > 1 || only === undefined) return;
  const other = candidates.find(
    (candidate) => candidate.charCodeAt(0) !== delimiter && only.includes(candidate),
  );
  if (other === undefined) return;
  throw dataError({
    code: 'wrong-delimiter',
    message: `${displayPath}:${line}: with the delimiter ${nameOf(String.fromCharCode(delimiter))} the header is one column, but it contains ${nameOf(other)}.`,
    hint: declarable
      ? `Set \`source.delimiter: ${JSON.stringify(other)}\`, or remove it to have the delimiter found.`
      : 'Write the header with the same delimiter as the rows.',
    at: { file: displayPath, line },
  });
}

/** Where a number of physical lines ends (LF, CRLF or CR). */
function skipLines(bytes: Buffer, lines: number): number {
  let at = 0;
  for (let line = 0; line < lines && at < bytes.length; line += 1) {
    while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at += 1;
    at += bytes[at] === 13 && bytes[at + 1] === 10 ? 2 : 1;
  }
  return Math.min(at, bytes.length);
}

interface FirstRecord {
  readonly start: number;
  readonly end: number;
  readonly next: number;
  readonly fields: number;
  /** Physical lines before its end. */
  readonly lines: number;
  /** Physical line that it starts on. */
  readonly line: number;
  readonly problem?: string;
}

function firstRecord(
  bytes: Buffer,
  complete: boolean,
  marks: CsvMarks,
  from: number,
  skipped: number,
): FirstRecord | null {
  const record = createRecord(0);
  const scan = createScanner(marks);
  let lines = skipped;
  for (let start = from; start < bytes.length; start = record.next) {
    const outcome = scan(record, bytes, start, complete);
    if (outcome === 'need-more') break;
    const { end, next, fields } = record;
    const found = { start, end, next, fields, lines: lines + record.lines, line: lines + 1 };
    if (end > start) return outcome === 'broken' ? { ...found, problem: record.problem } : found;
    lines += record.lines;
  }
  return null;
}

function noHeader(displayPath: string, complete: boolean): Error {
  if (complete) return noRows(displayPath, 'empty');
  return dataError({
    code: 'invalid-header',
    message: `${displayPath}:1: no end of the header within the first megabyte.`,
    hint: 'Check that it is a CSV file with a line of column names.',
    at: { file: displayPath, line: 1 },
  });
}

/** Names of a file without a header: those that were declared, one for each field, or `column_1`, `column_2`, … */
function namesWithoutHeader(file: RowsFile, { fields, line }: FirstRecord): readonly string[] {
  const { names } = file.dialect;
  if (names === null) return Array.from({ length: fields }, (_, i) => `column_${i + 1}`);
  if (names.length === fields || names.length + 1 === fields) return names;
  throw dataError({
    code: 'names-do-not-fit',
    message: `${file.displayPath}:${line}: source.names has ${names.length} names, but the first row has ${fields} fields.`,
    hint: 'Name every column of the file, in its order, under source.names.',
    at: { file: file.displayPath, line },
  });
}

async function namesOfHeader(
  file: RowsFile,
  bytes: Buffer,
  marks: CsvMarks,
  first: FirstRecord,
): Promise<readonly string[]> {
  const { displayPath } = file;
  const { start, end, line, problem } = first;
  if (problem !== undefined) throw invalidHeader(displayPath, line, problem);
  const header = bytes.subarray(start, end);
  const bad = notUtf8(header);
  if (bad !== undefined)
    throw dataError({
      code: 'invalid-encoding',
      message: `${displayPath}:${line}: the header cannot be read: ${bad}.`,
      hint: encodingAdvice(displayPath, 'WINDOWS-1252', file.declarable ? 'source.encoding: latin-1' : null),
      at: { file: displayPath, line },
    });
  const text = header.toString('utf8');
  if (text.trim() === '') throw noRows(displayPath, 'empty');
  const names = await parseNames(text, marks, displayPath, line);
  checkDelimiter(names, marks.delimiter, file, line);
  return names;
}

/**
 * Reads and checks the header of a CSV file: finds the delimiter where none is declared and whether it trails, names
 * empty columns `column_<n>`.
 *
 * @throws data error (exit 3): empty file, duplicate names, wrong delimiter, no header, a header longer than the head;
 * usage error (exit 2): a delimiter or quote that is not one ASCII character.
 */
export async function readCsvHeader(file: RowsFile, bytes: Buffer, complete: boolean): Promise<CsvHeader> {
  const { displayPath, dialect } = file;
  const quote = dialect.quote === '' ? -1 : oneByte(dialect.quote, 'quote');
  const declared = dialect.delimiter === null ? null : oneByte(dialect.delimiter, 'delimiter');
  const from = skipLines(bytes, dialect.skipLines);
  const marks = { delimiter: declared ?? findDelimiter(bytes, complete, quote, from), quote };
  const first = firstRecord(bytes, complete, marks, from, dialect.skipLines);
  if (first === null) throw noHeader(displayPath, complete);
  const written = dialect.header
    ? await namesOfHeader(file, bytes, marks, first)
    : namesWithoutHeader(file, first);
  const rowsFrom = dialect.header ? first.next : first.start;
  const lines = dialect.header ? first.lines : first.line - 1;
  const trails = (columns: number): boolean =>
    dialect.trailingDelimiter ?? findTrailing(bytes, complete, marks, rowsFrom, columns);
  // A header that ends with the delimiter, too, has one name too many: an empty one.
  const emptyLast = dialect.header && written.length > 1 && written.at(-1) === '';
  const columns = emptyLast && trails(written.length - 1) ? written.slice(0, -1) : written;
  const trailingDelimiter = columns.length < written.length || trails(columns.length);
  const names = columns.map((name, i) => (name === '' ? `column_${i + 1}` : name));
  checkNames(names, displayPath, first.line);
  return { marks, names, trailingDelimiter, bytes: rowsFrom, lines };
}
