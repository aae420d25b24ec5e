import { isUtf8 } from 'node:buffer';
import { nameAmong } from '../../data/cells/composed.ts';
import { badRequest } from '../problem.ts';
import type { RequestProblem } from '../problem.ts';
import type { Frame } from './frames.ts';

interface CsvRecord {
  readonly cells: readonly string[];
  /** Physical line on which it ends, from 1. */
  readonly line: number;
}

/** csv-parse's reasons in our words. */
function malformed(error: unknown): RequestProblem {
  if (!(error instanceof Error)) throw error;
  const [code, line] = ['code' in error ? error.code : '', 'lines' in error ? error.lines : undefined];
  const why =
    code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote is never closed'
      : 'a quote stands where none may be (within quotes it is written twice)';
  const where = typeof line === 'number' ? ` at line ${line}` : '';
  return badRequest(`The body is not valid CSV${where}: ${why}.`);
}

async function readRecords(bytes: Buffer): Promise<CsvRecord[]> {
  const { parse } = await import('csv-parse/sync');
  try {
    const records: CsvRecord[] = [];
    parse(bytes, {
      bom: true,
      relax_column_count: true,
      on_record: (cells: string[], { lines }) => {
        records.push({ cells, line: lines });
        return null;
      },
    });
    return records;
  } catch (error) {
    throw malformed(error);
  }
}

/** Blank lines of a body with several columns are no records; in one column they are a missing cell. As in a file. */
const isBlank = ({ cells }: CsvRecord, width: number): boolean =>
  width > 1 && cells.length === 1 && cells[0]!.trim() === '';

/**
 * The `text/csv` body of `/invocations`: a header and rows (RFC 4180), with these columns of its rows as texts. Unknown
 * columns are ignored.
 *
 * @throws RequestProblem 400: not UTF-8, no header, too many columns, duplicate header, a record of another length (with its line).
 */
export async function readCsvFrame(
  bytes: Buffer,
  columns: readonly string[],
  mostColumns: number,
): Promise<Frame> {
  if (!isUtf8(bytes)) throw badRequest('The body is not valid UTF-8.');
  const [header, ...data] = await readRecords(bytes);
  if (header === undefined) throw badRequest('The body is empty; a CSV header and rows were expected.');
  const names = header.cells.map((name) => name.trim());
  if (names.length > mostColumns)
    throw badRequest(`The CSV header has ${names.length} columns; at most ${mostColumns} are allowed.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badRequest(`The CSV header has "${twice.slice(0, 100)}" twice.`);
  const known = columns.flatMap((name) => {
    const written = nameAmong(names, name);
    return written === undefined ? [] : [{ name, index: names.indexOf(written) }];
  });
  const rows = data
    .filter((record) => !isBlank(record, names.length))
    .map(({ cells, line }) => {
      if (cells.length !== names.length)
        throw badRequest(
          `The body is not valid CSV at line ${line}: expected ${names.length} fields, got ${cells.length}.`,
        );
      return Object.fromEntries(known.map(({ name, index }) => [name, cells[index]!]));
    });
  return { way: 'text', rows, pointer: (row) => `/${row}` };
}
