import { isUtf8 } from 'node:buffer';
import type { ColumnSchema } from '../../data/schema.ts';
import type { Manifest } from '../../packaging/manifest.ts';
import { badRequest } from '../problem.ts';
import type { Frame } from './frames.ts';

/** A decimal number as files have it: no hexadecimal, no `NaN`, no separators. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * A cell of text as a JSON request would give it: empty = null, numbers where the column is a number, booleans by the
 * column's words. What does not fit stays text, so that the row check names it.
 */
export function strictCell(column: ColumnSchema, text: string): string | number | boolean | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (column.type === 'number' || column.type === 'integer')
    return decimal.test(trimmed) ? Number(trimmed) : text;
  if (column.type === 'boolean') {
    const word = trimmed.toLowerCase();
    if ((column.trueWords ?? ['true']).includes(word)) return true;
    if ((column.falseWords ?? ['false']).includes(word)) return false;
  }
  return text;
}

/**
 * The `text/csv` body of `/invocations`: a header and rows (RFC 4180). Unknown columns are ignored.
 *
 * @throws RequestProblem 400: not UTF-8, no header, duplicate header, a record of another length (with its line).
 */
export async function readCsvFrame(
  bytes: Buffer,
  manifest: Manifest,
  parseCell: (column: ColumnSchema, text: string) => unknown,
): Promise<Frame> {
  if (!isUtf8(bytes)) throw badRequest('The body is not valid UTF-8.');
  const { parse } = await import('csv-parse/sync');
  let records: string[][];
  try {
    records = parse(bytes, { bom: true, skip_empty_lines: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'malformed';
    throw badRequest(`The body is not valid CSV: ${reason}`);
  }
  const [header, ...data] = records;
  if (header === undefined) throw badRequest('The body is empty; a CSV header and rows were expected.');
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badRequest(`The CSV header has "${twice.slice(0, 100)}" twice.`);
  const known = manifest.inputs.flatMap((column) => {
    const index = names.indexOf(column.name);
    return index === -1 ? [] : [{ column, index }];
  });
  const rows = data.map((cells) =>
    Object.fromEntries(
      known.map(({ column, index }) => [column.name, parseCell(column, cells[index] ?? '')]),
    ),
  );
  return { rows, pointer: (row) => `/${row}` };
}
