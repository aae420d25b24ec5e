import { dataError, usageError } from '../../errors.ts';
import type { SourceOptions } from '../source.ts';
import { numberGrammar } from '../cells/numbers.ts';
import type { Dialect, RecordScan } from './csvScanner.ts';
import { createRecord, createScanner } from './csvScanner.ts';
import { noRows } from './selection.ts';

/** What the beginning of a CSV file says about the rest. */
export interface CsvHeader {
  readonly dialect: Dialect;
  readonly names: readonly string[];
  /** Bytes (of the decoded text) and physical lines that the header takes, blank lines before it included. */
  readonly bytes: number;
  readonly lines: number;
}

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

/** Field counts of the first records, blank lines left out. */
function fieldCounts(bytes: Buffer, complete: boolean, dialect: Dialect, records: number): number[] {
  const scan = createScanner(dialect);
  const record = createRecord(0);
  const counts: number[] = [];
  for (let at = 0; at < bytes.length && counts.length < records; at = record.next) {
    if (scan(record, bytes, at, complete) === 'need-more') break;
    if (record.end > at) counts.push(record.fields);
  }
  return counts;
}

/** The delimiter that parts the first records most evenly into more than one field; a comma where none does. */
function findDelimiter(bytes: Buffer, complete: boolean, quote: number): number {
  let best = { code: 44, agreement: 0, fields: 1 };
  for (const candidate of candidates) {
    const code = candidate.charCodeAt(0);
    const counts = fieldCounts(bytes, complete, { delimiter: code, quote }, 50);
    const fields = counts[0] ?? 1;
    if (fields < 2) continue;
    const agreement = counts.filter((count) => count === fields).length / counts.length;
    if (agreement > best.agreement || (agreement === best.agreement && fields > best.fields))
      best = { code, agreement, fields };
  }
  return best.code;
}

/** Names of the header's columns, by csv-parse: the record on its own, read strictly. */
async function parseNames(
  text: string,
  { delimiter, quote }: Dialect,
  displayPath: string,
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
    throw dataError({
      code: 'invalid-header',
      message: `${displayPath}:1: the header cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      hint: 'Mend the first line: quotes inside of a quoted name are doubled, and every quote is closed.',
      at: { file: displayPath, line: 1 },
      cause,
    });
  }
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

function checkDelimiter(
  names: readonly string[],
  delimiter: number,
  displayPath: string,
  line: number,
): void {
  const [only] = names;
  if (names.length > 1 || only === undefined) return;
  const other = candidates.find(
    (candidate) => candidate.charCodeAt(0) !== delimiter && only.includes(candidate),
  );
  if (other === undefined) return;
  throw dataError({
    code: 'wrong-delimiter',
    message: `${displayPath}:${line}: with the delimiter ${nameOf(String.fromCharCode(delimiter))} the header is one column, but it contains ${nameOf(other)}.`,
    hint: `Set \`source.delimiter: ${JSON.stringify(other)}\`, or remove it to have the delimiter found.`,
    at: { file: displayPath, line },
  });
}

function firstRecord(
  bytes: Buffer,
  complete: boolean,
  dialect: Dialect,
): { record: RecordScan; start: number; lines: number } {
  const record = createRecord(0);
  const scan = createScanner(dialect);
  let lines = 0;
  for (let start = 0; start < bytes.length; start = record.next) {
    if (scan(record, bytes, start, complete) === 'need-more') break;
    if (record.end > start) return { record, start, lines: lines + record.lines };
    lines += record.lines;
  }
  return { record, start: bytes.length, lines };
}

/**
 * Reads and checks a CSV header: finds the delimiter where none is declared, names empty columns `column_<n>`.
 *
 * @throws data error (exit 3): empty file, duplicate names, wrong delimiter, no header, a header longer than the head;
 * usage error (exit 2): a delimiter or quote that is not one ASCII character.
 */
export async function readCsvHeader(
  options: SourceOptions,
  bytes: Buffer,
  complete: boolean,
): Promise<CsvHeader> {
  const { displayPath } = options;
  const quote = options.quote === '' ? -1 : oneByte(options.quote ?? '"', 'quote');
  const declared = options.delimiter === undefined ? undefined : oneByte(options.delimiter, 'delimiter');
  const dialect = { delimiter: declared ?? findDelimiter(bytes, complete, quote), quote };
  const { record, start, lines } = firstRecord(bytes, complete, dialect);
  if (start >= bytes.length) {
    if (complete) throw noRows(displayPath, 'empty');
    throw dataError({
      code: 'invalid-header',
      message: `${displayPath}:1: no end of the header within the first megabyte.`,
      hint: 'Check that it is a CSV file with a line of column names.',
      at: { file: displayPath, line: 1 },
    });
  }
  const text = bytes.toString('utf8', start, record.end);
  if (text.trim() === '') throw noRows(displayPath, 'empty');
  const parsed = await parseNames(text, dialect, displayPath);
  checkDelimiter(parsed, dialect.delimiter, displayPath, lines);
  const names = parsed.map((name, i) => (name === '' ? `column_${i + 1}` : name));
  checkNames(names, displayPath, lines);
  return { dialect, names, bytes: record.next, lines };
}
