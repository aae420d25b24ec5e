import type { Cell } from './cells/cell.ts';
import { isIssue } from './cells/cell.ts';
import { isJsonObject, JsonNumber } from './cells/json.ts';
import { readersFor } from './rows.ts';
import type { ColumnKind } from './columns.ts';
import type { RowSchema } from './schema.ts';

/** A row that is as it should be. Written over by the next one. */
interface PlainRow {
  /** As they are typed: numbers, words, times in ms; null is missing. */
  readonly typed: readonly (string | number | null)[];
  /** As JSON has them: numbers, words, ISO times, null. */
  readonly shown: readonly (string | number | null)[];
}

/** What a cell is in a column of its kind, as `tableFromRows` makes one. */
function typedCell(kind: ColumnKind, cell: Cell): string | number | null {
  const wanted = kind === 'number' || kind === 'time' ? 'number' : 'string';
  return typeof cell === wanted ? cell : null;
}

/**
 * `tableFromRows` for one row of a request after the other: flat, of known fields, each of which its column takes. It only ever
 * accepts: null for any other row, which `tableFromRows` judges, so that what is wrong is said in one place. Cells are
 * read by the same parsers.
 */
export function plainRowReader(
  schema: RowSchema,
  columns: readonly string[],
  optional: readonly string[],
): { readonly columns: readonly string[]; readonly read: (row: unknown) => PlainRow | null } {
  const readers = readersFor(schema, columns, optional);
  const named = readers.map((reader) => reader.schema.name);
  /** -1: known, and not asked for. */
  const places = new Map(schema.columns.map(({ name }) => [name, named.indexOf(name)]));
  const required = readers.filter(({ keyRequired }) => keyRequired).length;
  const typed: (string | number | null)[] = named.map(() => null);
  const shown: (string | number | null)[] = named.map(() => null);
  const read = (row: unknown): PlainRow | null => {
    if (!isJsonObject(row)) return null;
    typed.fill(null);
    shown.fill(null);
    let found = 0;
    for (const name of Object.keys(row)) {
      const place = places.get(name);
      const value = row[name];
      if (
        place === undefined ||
        (typeof value === 'object' && value !== null && !(value instanceof JsonNumber))
      )
        return null;
      if (place === -1) continue;
      const { parser, keyRequired, schema: column } = readers[place]!;
      const cell = parser.json(value);
      if (isIssue(cell)) return null;
      const kept = typedCell(column.kind, cell);
      typed[place] = kept;
      shown[place] = column.kind === 'time' && typeof kept === 'number' ? new Date(kept).toISOString() : kept;
      if (keyRequired) found += 1;
    }
    return found === required ? { typed, shown } : null;
  };
  return { columns: named, read };
}
