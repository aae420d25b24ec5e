import type { Cell } from './cells/cell.ts';
import { isIssue } from './cells/cell.ts';
import { isJsonObject, JsonNumber } from './cells/json.ts';
import { memberReader } from './cells/jsonMembers.ts';
import { readersFor } from './rows.ts';
import type { ColumnKind } from './columns.ts';
import type { RowSchema } from './schema.ts';

/** A row that is as it should be. Written over by the next one. */
export interface PlainRow {
  /** As they are typed: numbers, words, times in ms; null is missing. */
  readonly typed: readonly (string | number | null)[];
  /** As JSON has them: numbers, words, ISO times, null. */
  readonly shown: readonly (string | number | null)[];
  /** An object of all that is shown, as `JSON.stringify` writes it, where the row came as that very text; else empty. */
  readonly text: string;
}

/** What a cell is in a column of its kind, as `tableFromRows` makes one. */
function typedCell(kind: ColumnKind, cell: Cell): string | number | null {
  const wanted = kind === 'number' || kind === 'time' ? 'number' : 'string';
  return typeof cell === wanted ? cell : null;
}

/** Reads one plain row after the other; null for any other. */
export interface PlainRowReader {
  /** The order of a row's cells. */
  readonly columns: readonly string[];
  /** @param row a JSON value */
  readonly read: (row: unknown) => PlainRow | null;
  /** The row of a text `{"<field>": {…}}`, without making an object of it. */
  readonly readText: (field: string) => (text: string) => PlainRow | null;
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
): PlainRowReader {
  const readers = readersFor(schema, columns, optional);
  const named = readers.map((reader) => reader.schema.name);
  const known = schema.columns.map(({ name }) => name);
  /** -1: known, and not asked for. */
  const placesByName = new Map(known.map((name) => [name, named.indexOf(name)]));
  const required = readers.filter(({ keyRequired }) => keyRequired).length;
  const typed: (string | number | null)[] = named.map(() => null);
  const shown: (string | number | null)[] = named.map(() => null);
  const plain: { -readonly [Part in keyof PlainRow]: PlainRow[Part] } = { typed, shown, text: '' };
  let found = 0;
  /** Is every cell shown as it came? */
  let asItCame = true;

  const begin = (): void => {
    typed.fill(null);
    shown.fill(null);
    found = 0;
    asItCame = true;
    plain.text = '';
  };
  const put = (place: number, value: unknown): boolean => {
    if (typeof value === 'object' && value !== null && !(value instanceof JsonNumber)) return false;
    if (place === -1) return true;
    const { parser, keyRequired, schema: column } = readers[place]!;
    const cell = parser.json(value);
    if (isIssue(cell)) return false;
    const kept = typedCell(column.kind, cell);
    typed[place] = kept;
    const shows = column.kind === 'time' && typeof kept === 'number' ? new Date(kept).toISOString() : kept;
    shown[place] = shows;
    if (shows !== value) asItCame = false;
    if (keyRequired) found += 1;
    return true;
  };
  const read = (row: unknown): PlainRow | null => {
    if (!isJsonObject(row)) return null;
    begin();
    for (const name of Object.keys(row)) {
      const place = placesByName.get(name);
      if (place === undefined || !put(place, row[name])) return null;
    }
    return found === required ? plain : null;
  };
  const readText: PlainRowReader['readText'] = (field) => {
    const others = known.filter((name) => !named.includes(name));
    const members = memberReader(field, named, others);
    const take = (at: number, value: unknown): boolean => put(at < named.length ? at : -1, value);
    return (text) => {
      begin();
      const own = members(text, take);
      if (own === null || found !== required) return null;
      if (asItCame) plain.text = own;
      return plain;
    };
  };
  return { columns: named, read, readText };
}
