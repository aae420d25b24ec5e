import type { ColumnSchema, RowSchema } from '../data/schema.ts';

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Name of the ajv keyword that judges a cell's text (missing words, booleans, closed domains, times). */
export const cellKeyword = 'aiengCell';

/** JSON types that a column takes in a request. A category is the same as CSV `0`, JSON `0` or JSON `"0"`. */
function typesOf(column: ColumnSchema): string[] {
  if (column.kind === 'number') return [column.type === 'integer' ? 'integer' : 'number'];
  return column.kind === 'time' ? ['string'] : ['string', 'number', 'boolean'];
}

/** Whether the text of a cell can be wrong although its JSON type is right. */
function judgesText(column: ColumnSchema): boolean {
  if (column.kind === 'number') return false;
  return (
    !column.nullable ||
    column.kind === 'time' ||
    column.type === 'boolean' ||
    (column.closed && column.domain !== undefined)
  );
}

function columnJsonSchema(column: ColumnSchema): JsonSchema {
  const range = column.closed && column.kind === 'number';
  return {
    type: column.nullable ? [...typesOf(column), 'null'] : typesOf(column),
    ...(range && column.minimum !== undefined ? { minimum: column.minimum } : {}),
    ...(range && column.maximum !== undefined ? { maximum: column.maximum } : {}),
    ...(judgesText(column) ? { [cellKeyword]: column.name } : {}),
  };
}

/**
 * The JSON Schema that one row of a request must meet: types, structure, required fields and closed ranges. Ignored
 * columns (label, ids) may be there with any value. Fields that the schema does not know are refused.
 */
export function rowJsonSchema(schema: RowSchema, ignore: ReadonlySet<string>): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(
      schema.columns.map((column) => [column.name, ignore.has(column.name) ? {} : columnJsonSchema(column)]),
    ),
    required: schema.columns
      .filter((column) => column.required && !ignore.has(column.name))
      .map((column) => column.name),
    additionalProperties: false,
  };
}

/**
 * Judges the cells that a JSON type cannot: is a text one of the missing words (and may it be), one of a boolean's
 * words, in the closed domain, a time? Spaces around a text do not count, as in files.
 */
export function cellJudge(
  column: ColumnSchema,
  missing: ReadonlySet<string>,
  isTime: ((text: string) => boolean) | undefined,
): (value: unknown) => boolean {
  const booleans = new Set(
    ['true', 'false', ...(column.trueWords ?? []), ...(column.falseWords ?? [])].map((word) =>
      word.toLowerCase(),
    ),
  );
  const domain = column.closed && column.domain !== undefined ? new Set(column.domain) : undefined;
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return true;
    const text = String(value).trim();
    if (typeof value === 'string' && missing.has(text)) return column.nullable;
    if (column.kind === 'time') return isTime === undefined || isTime(text);
    if (column.type === 'boolean') return booleans.has(text.toLowerCase());
    return (
      domain === undefined ||
      column.kind !== 'category' ||
      domain.has(text) ||
      domain.has(plainWord(column, text))
    );
  };
}

/** `0.0` is the category `0` where categories are numbers. */
function plainWord(column: ColumnSchema, text: string): string {
  return column.type === 'string' || text === '' ? text : String(Number(text));
}
