import { dataError } from '../../errors.ts';
import { nameFinder } from '../cells/composed.ts';
import type { ColumnSchema, RowSchema } from '../schema.ts';
import { columnSchema } from '../schema.ts';
import { nearest } from '../../suggest.ts';
import type { ReadPlan } from '../source.ts';

/** A column to read: its schema and where the file has it, −1 = not at all. */
export interface SelectedColumn {
  readonly schema: ColumnSchema;
  readonly index: number;
}

/**
 * Finds the asked-for columns in a file's header.
 *
 * @throws data error (exit 3) naming the required columns that the file lacks, with the likeliest name that it has.
 */
export function selectFromHeader(
  displayPath: string,
  header: readonly string[],
  schema: RowSchema,
  { required, optional }: Pick<ReadPlan, 'required' | 'optional'>,
): readonly SelectedColumn[] {
  const position = new Map(header.map((name, index) => [name, index]));
  const find = nameFinder(header);
  const absent = required.filter((name) => find(name) === undefined);
  if (absent.length > 0) throw missingColumns(displayPath, header, absent);
  const mayLack = new Set(optional);
  return [...new Set([...required, ...optional])].map((name) => {
    const column = columnSchema(schema, name);
    if (column === undefined) throw new RangeError(`the schema has no column ${name}`);
    const own = mayLack.has(name) ? { ...column, required: false } : column;
    return { schema: own, index: position.get(find(name) ?? name) ?? -1 };
  });
}

/** The columns of a header that the schema does not know. */
export function unknownTo({ columns }: RowSchema, header: readonly string[]): readonly string[] {
  const find = nameFinder(columns.map(({ name }) => name));
  const there = new Set(header);
  return header.filter((name) => {
    const known = find(name);
    // Beside the column whose name it has, letter by letter, another spelling of it is one more.
    return known === undefined || (known !== name && there.has(known));
  });
}

function missingColumns(displayPath: string, header: readonly string[], absent: readonly string[]): Error {
  const quoted = absent.map((name) => JSON.stringify(name)).join(', ');
  const guesses = absent.flatMap((name) => {
    const guess = nearest(name, header);
    return guess === undefined ? [] : [`${JSON.stringify(guess)} for ${JSON.stringify(name)}`];
  });
  const has = header.slice(0, 20).map((name) => JSON.stringify(name));
  return dataError({
    code: 'missing-column',
    message: `${displayPath}: expected column${absent.length > 1 ? 's' : ''} ${quoted}, but the header has ${has.join(', ')}${header.length > 20 ? ', …' : ''}.`,
    hint:
      guesses.length > 0
        ? `Did you mean ${guesses.join(', ')}? Rename it in the file or in the schema.`
        : 'Check that it is the right file and delimiter. If the column is gone for good, take it out of the row schema and train again.',
    at: { file: displayPath },
  });
}

/** The error for a source that has no data at all or no rows. */
export function noRows(displayPath: string, what: 'empty' | 'header-only'): Error {
  return dataError({
    code: what === 'empty' ? 'source-empty' : 'source-without-rows',
    message:
      what === 'empty'
        ? `${displayPath}: the file is empty.`
        : `${displayPath}: expected rows, but there is nothing after the header (0 data rows).`,
    hint: 'Check the step that wrote this file: it must hold at least one data row.',
    at: { file: displayPath },
  });
}
