import type { ColumnSchema } from '../data/schema.ts';

/** The most of a domain that a message spells out. */
const spelledWords = 10;

function oneOf(words: readonly string[]): string {
  const shown = words
    .slice(0, spelledWords)
    .map((word) => `"${word}"`)
    .join(', ');
  return words.length > spelledWords ? `${shown}, … (${words.length} in all)` : shown;
}

/** What a column's value must be, as a noun phrase: `a number`, `true or false`, `one of "a", "b"`. */
export function expectedType(column: ColumnSchema): string {
  const orNull = column.nullable ? ' or null' : '';
  switch (column.kind) {
    case 'number':
      return `${column.type === 'integer' ? 'a whole number' : 'a number'}${orNull}`;
    case 'category':
      return `${column.type === 'boolean' ? 'true or false' : 'a category (a text, number or boolean)'}${orNull}`;
    case 'time':
      return `an ISO 8601 time as text${orNull}`;
    case 'text':
      return `a text${orNull}`;
  }
}

/** What a closed column allows. */
export function expectedRange(column: ColumnSchema): string {
  if (column.domain !== undefined) return `one of ${oneOf(column.domain)}`;
  const { minimum, maximum } = column;
  if (minimum !== undefined && maximum !== undefined) return `a number from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `a number of at least ${minimum}`;
  return maximum === undefined ? 'any value' : `a number of at most ${maximum}`;
}

/** What was got, as a person would say it: `the text "5"`, `null`, `a list`. Long texts are cut. */
export function gotValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
    case 'number':
      return Number.isFinite(value)
        ? `the number ${value}`
        : 'a number too large for a double (or not a number)';
    case 'boolean':
      return String(value);
    case 'object':
      return 'an object';
    default:
      return 'nothing';
  }
}
