import { parseNumber } from '../data/cells/numbers.ts';
import { parseTime } from '../data/cells/times.ts';
import { openWords } from '../data/openRows.ts';
import type { RowsFile, RowsHeader, RowsRead } from '../data/source.ts';
import { SchemaInference } from '../validation/infer.ts';
import type { TimePatterns } from '../validation/inference/decision.ts';
import type { Context } from './context.ts';
import { heedInterruption } from './interruption.ts';

/** A file with more rows than this is looked at in part, and that is told. */
const mostRows = 5_000_000;
/** Cells that are looked at: of many columns, fewer rows, and fewer cells, since words are kept of each column. */
const mostCells = 20_000_000;
const manyColumns = 100;
const mostCellsOfMany = 2_000_000;

/** The beginning of a file, whose rest is read by what it shows. */
const firstCells = 2_000_000;
const firstCellsOfMany = 1_000_000;

/** How many rows are looked at to tell what a row of so many columns is. */
export const inferenceRows = (columns: number): number =>
  Math.min(mostRows, Math.ceil((columns > manyColumns ? mostCellsOfMany : mostCells) / Math.max(1, columns)));

/** How much of a long file is looked at first. */
export interface Beginning {
  readonly rowsOf: (header: RowsHeader) => number;
  readonly batchRows: number;
}

/** As much as shows what the rest probably is; where texts have types, looking at all costs nothing. */
export const beginningOfFile: Beginning = {
  rowsOf: ({ names, dialect }) =>
    dialect.format === 'csv'
      ? Math.ceil((names.length > manyColumns ? firstCellsOfMany : firstCells) / Math.max(1, names.length))
      : inferenceRows(names.length),
  batchRows: 16_384,
};

/** What a look at a file gave. */
export interface LookedAt {
  readonly inference: SchemaInference;
  readonly header: RowsHeader;
  /** The account; null where only the first rows were looked at. */
  readonly read: RowsRead | null;
}

/**
 * Looks at the rows of a file to infer what a row is.
 *
 * @param accept Looks at the header before any row is read.
 * @param mostRowsOf How many of them are looked at.
 */
export async function inferRows(
  context: Context,
  file: RowsFile,
  label: () => string,
  accept: (header: RowsHeader) => void = () => undefined,
  timePatterns: TimePatterns = new Map(),
  mostRowsOf: (header: RowsHeader) => number = ({ names }) => inferenceRows(names.length),
): Promise<LookedAt> {
  let header: RowsHeader | undefined;
  let inference: SchemaInference | undefined;
  const parts = openWords(file, (found) => {
    accept(found);
    header = found;
    inference = new SchemaInference({
      label: label(),
      parsers: { number: parseNumber, time: parseTime },
      timePatterns,
    });
  });
  for await (const part of parts) {
    if (header === undefined || inference === undefined) break;
    if (part.kind === 'read') return { inference, header, read: part };
    await heedInterruption(context);
    inference.add(part);
    const { rows } = inference;
    context.progress({ kind: 'progress', label: 'look', done: rows, total: 0, detail: 'rows looked at' });
    if (rows >= mostRowsOf(header)) return { inference, header, read: null };
  }
  throw new Error('a file of rows ended without its account');
}
