import { dataError } from '../../../errors.ts';
import { numberGrammar } from '../../cells/numbers.ts';
import type { Finding } from '../../recognise/finding.ts';
import { otherText } from '../../recognise/notTable.ts';
import type { KnownDialect } from '../../recognise/recognise.ts';
import { endOfLines, recogniseCsv } from '../../recognise/recognise.ts';
import type { RowsFile } from '../../source.ts';
import { columnNames, paddedNames } from './csvNames.ts';
import { hasPaddedQuotes, isOpen, paddedQuotes, partedNumbers, unclear } from './csvUnclear.ts';
import { marksOf } from './csvMarks.ts';
import { scannerOf } from './csvOtherScanner.ts';
import type { CsvMarks, RecordScan } from './csvScanner.ts';
import { createRecord } from './csvScanner.ts';
import { declaring, encodingAdvice, sentence } from '../declare.ts';
import { notUtf8 } from '../notUtf8.ts';
import { noRows } from '../selection.ts';

/** What the beginning of a CSV file says about the rest. */
export interface CsvHeader {
  readonly marks: CsvMarks;
  readonly names: readonly string[];
  /** Does every record end with a delimiter, behind which nothing is? */
  readonly trailingDelimiter: boolean;
  /** Bytes (of the decoded text) and physical lines before the first row: header, skipped and blank lines. */
  readonly bytes: number;
  readonly lines: number;
  /** The record that names the columns, as it stands there; empty = there is none. */
  readonly record: Buffer;
  /** All that is known of the file, declared or found out. */
  readonly dialect: KnownDialect;
  /** What was found out, each with what shows it. */
  readonly findings: readonly Finding[];
}

/** How much of the beginning is looked at to find out how it is written. */
const recognisedBytes = 1 << 19;
const commonDelimiters = [',', ';', '\t', '|'] as const;
const nameOf = (delimiter: string): string => (delimiter === '\t' ? 'a tab' : JSON.stringify(delimiter));

/** Records of a beginning that are whole, blank lines and comments left out. */
function* recordsOf(
  bytes: Buffer,
  complete: boolean,
  marks: CsvMarks,
  from: number,
  comment: string,
): Generator<RecordScan, void, void> {
  const scan = scannerOf(marks);
  const record = createRecord(0);
  for (let at = from; at < bytes.length; at = record.next) {
    if (scan(record, bytes, at, complete) === 'need-more') return;
    const isComment = comment !== '' && bytes.subarray(at, at + comment.length).toString('utf8') === comment;
    if (record.end > at && !isComment) yield record;
  }
}

/** Has each row of the beginning one field more than there are names, and nothing in it? */
function findTrailing(
  bytes: Buffer,
  complete: boolean,
  marks: CsvMarks,
  from: number,
  columns: number,
  comment: string,
): boolean {
  let rows = 0;
  for (const { fields, end } of recordsOf(bytes, complete, marks, from, comment)) {
    if (fields !== columns + 1 || bytes[end - 1] !== marks.delimiter) return false;
    rows += 1;
  }
  return rows > 0;
}

/** Does the header alone end with a delimiter: has no row of the beginning as many fields? */
function isAlone(
  bytes: Buffer,
  complete: boolean,
  marks: CsvMarks,
  from: number,
  written: number,
  comment: string,
): boolean {
  let rows = 0;
  for (const { fields } of recordsOf(bytes, complete, marks, from, comment)) {
    if (fields >= written) return false;
    rows += 1;
  }
  return rows > 0;
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

/** Numbers that nobody calls a column: -122.23 is data. Years are fine. */
function refuseNumbers(names: readonly string[], file: RowsFile, line: number): void {
  const { displayPath } = file;
  const numbers = names.filter((name) => new RegExp(`^${numberGrammar}$`).test(name));
  if (numbers.length !== names.length || !numbers.some((name) => /[-+.eE]/.test(name))) return;
  const declare = declaring(file, 'header', file.declarable === true ? 'false' : 'none');
  throw dataError({
    code: 'header-absent',
    message: `${displayPath}:${line}: expected column names, but the first line holds only numbers (${names.slice(0, 3).join(', ')}…).`,
    hint: `${declare === null ? 'Put' : `If the file has no header, ${declare}; else put`} a line with the names of the columns on top of the file.`,
    at: { file: displayPath, line },
  });
}

function checkDelimiter(names: readonly string[], delimiter: string, file: RowsFile, line: number): void {
  const { displayPath } = file;
  const [only] = names;
  if (names.length > 1 || only === undefined) return;
  const other = commonDelimiters.find((candidate) => candidate !== delimiter && only.includes(candidate));
  if (other === undefined) return;
  const declare = declaring(file, 'delimiter', other);
  throw dataError({
    code: 'wrong-delimiter',
    message: `${displayPath}:${line}: with the delimiter ${nameOf(delimiter)} the header is one column, but it contains ${nameOf(other)}.`,
    hint:
      declare === null
        ? 'Write the header with the same delimiter as the rows.'
        : `${sentence(declare)}, or leave the delimiter out to have it found.`,
    at: { file: displayPath, line },
  });
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
  comment: string,
): FirstRecord | null {
  const record = createRecord(0);
  const scan = scannerOf(marks);
  let lines = skipped;
  for (let start = from; start < bytes.length; start = record.next) {
    const outcome = scan(record, bytes, start, complete);
    if (outcome === 'need-more') break;
    const { end, next, fields } = record;
    const found = { start, end, next, fields, lines: lines + record.lines, line: lines + 1 };
    const isComment = comment !== '' && bytes.toString('utf8', start, end).startsWith(comment);
    if (end > start && !isComment)
      return outcome === 'broken' ? { ...found, problem: record.problem } : found;
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
    message: `${file.displayPath}:${line}: there are ${names.length} names, but the first row has ${fields} fields.`,
    hint: `Name every column of the file, in its order, under ${file.declarable === true ? 'source.names' : '--names'}.`,
    at: { file: file.displayPath, line },
  });
}

async function namesOfHeader(
  file: RowsFile,
  bytes: Buffer,
  dialect: KnownDialect,
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
      hint: encodingAdvice(displayPath, 'WINDOWS-1252', declaring(file, 'encoding', 'windows-1252')),
      at: { file: displayPath, line },
    });
  const text = header.toString('utf8');
  if (text.trim() === '') throw noRows(displayPath, 'empty');
  const names = await namesIn(text, dialect).catch((cause: unknown) => {
    throw invalidHeader(displayPath, line, 'its quotes do not fit together', cause);
  });
  checkDelimiter(
    names.map((name) => name.trim()),
    dialect.delimiter,
    file,
    line,
  );
  return names;
}

/** Names of the header's columns as they stand there, by csv-parse: the record on its own, read strictly. */
async function namesIn(text: string, { delimiter, quote, escape }: KnownDialect): Promise<string[]> {
  const { parse } = await import('csv-parse/sync');
  const records: unknown = parse(delimiter === ' ' ? text.trim().replaceAll(/[ \t]+/g, ' ') : text, {
    delimiter,
    quote: quote === '' ? false : quote,
    escape: escape === 'backslash' ? '\\' : quote === '' ? null : quote,
  });
  const first: unknown = Array.isArray(records) ? records[0] : undefined;
  return Array.isArray(first) ? first.map(String) : [];
}

/** How the file is written: as it is declared, and else as its beginning shows. */
function recognised(
  file: RowsFile,
  bytes: Buffer,
  complete: boolean,
): Pick<CsvHeader, 'dialect' | 'findings'> {
  const { displayPath, dialect: declared } = file;
  const beginning = {
    bytes: bytes.subarray(0, recognisedBytes),
    complete: complete && bytes.length <= recognisedBytes,
  };
  const found = recogniseCsv(beginning, declared, file.expects ?? []);
  if (found === null) throw noHeader(displayPath, complete);
  const { dialect, findings, doubt, split } = found;
  const other = declared.skipLines === null ? otherText(bytes.toString('utf8', 0, 4096)) : undefined;
  if (other !== undefined)
    throw dataError({
      code: 'not-a-table',
      message: `${displayPath}: expected rows of delimited text, but it looks like ${other.what}.`,
      hint: other.hint,
      at: { file: displayPath, line: 1 },
    });
  if (dialect.quote === '"' && hasPaddedQuotes(bytes.toString('utf8', 0, 4096))) throw paddedQuotes(file);
  if (split !== null) throw partedNumbers(file, split);
  if (doubt !== null && isOpen(declared, doubt.key)) throw unclear(file, doubt);
  return { dialect, findings };
}

/**
 * Reads and checks the header of a CSV file: finds out what is not declared, gives empty and repeated names one of their
 * own.
 *
 * @throws data error (exit 3): empty file, no table, no header, a header longer than the head; usage error (exit 2): a
 * delimiter or quote that cannot be one, or two readings of the file that are about equally good.
 */
export async function readCsvHeader(file: RowsFile, bytes: Buffer, complete: boolean): Promise<CsvHeader> {
  const { displayPath } = file;
  const { dialect, findings } = recognised(file, bytes, complete);
  const { skipLines, comment, header, rowNames, linesAfterHeader } = dialect;
  const marks = marksOf(dialect);
  const first = firstRecord(bytes, complete, marks, endOfLines(bytes, skipLines), skipLines, comment);
  if (first === null) throw noHeader(displayPath, complete);
  const inFile = header ? await namesOfHeader(file, bytes, dialect, first) : [];
  const written = header
    ? [...(rowNames ? [''] : []), ...inFile.map((name) => name.trim())]
    : namesWithoutHeader(file, first);
  let [rowsFrom, lines] = header ? [first.next, first.lines] : [first.start, first.line - 1];
  for (let skipped = 0; header && skipped < linesAfterHeader; skipped += 1) {
    const record = firstRecord(bytes, complete, marks, rowsFrom, lines, comment);
    if (record === null) break;
    [rowsFrom, lines] = [record.next, record.lines];
  }
  const trails = (columns: number): boolean =>
    file.dialect.trailingDelimiter ?? findTrailing(bytes, complete, marks, rowsFrom, columns, comment);
  // A header that ends with the delimiter, too, has one name too many: an empty one.
  const emptyLast = header && written.length > 1 && written.at(-1) === '';
  const alone = emptyLast && isAlone(bytes, complete, marks, rowsFrom, written.length, comment);
  const trailing = emptyLast && !alone && trails(written.length - 1);
  const columns = alone || trailing ? written.slice(0, -1) : written;
  const trailingDelimiter = trailing || trails(columns.length);
  const named = columnNames(columns, displayPath, first.line);
  if (file.dialect.header === true) refuseNumbers(named.names, file, first.line);
  return {
    marks,
    names: named.names,
    trailingDelimiter,
    bytes: rowsFrom,
    lines,
    record: header ? Buffer.from(bytes.subarray(first.start, first.end)) : Buffer.alloc(0),
    dialect,
    findings: [...findings, ...paddedNames(inFile, first.line), ...named.findings],
  };
}
