import type { Table } from '../data/columns.ts';
import type { RowSchema } from '../data/schema.ts';
import { dataError, usageError } from '../errors.ts';
import { columnWords, presentWords } from './columnWords.ts';
import type { CellParsers, InferenceNote } from './inferColumn.ts';
import { inferColumn, parsed } from './inferColumn.ts';
import type { MissingWords } from './missingWords.ts';
import { findMissingWords } from './missingWords.ts';
import { nearest } from '../suggest.ts';

export interface InferOptions {
  /** The data room's grammar of numbers and times. */
  readonly parsers: CellParsers;
  /** Label column: its few whole numbers are classes. */
  readonly label?: string;
}

export interface InferredSchema {
  readonly schema: RowSchema;
  readonly notes: readonly InferenceNote[];
}

function missingNotes({ words, found }: MissingWords): InferenceNote[] {
  return words
    .filter((word) => word !== '')
    .map((word) => ({
      column: null,
      about: 'missing-words',
      message: `"${word}" is taken for missing in every column (found in ${(found.get(word) ?? []).join(', ')}). If it is an answer of its own, take it out of the schema's missing words.`,
    }));
}

function requireLabel(table: Table, label: string | undefined): void {
  if (label === undefined || table.columns.has(label)) return;
  const names = [...table.columns.keys()];
  const meant = nearest(label, names);
  throw usageError({
    code: 'label-not-found',
    message: `The label column "${label}" is not in the data. Columns: ${names.slice(0, 30).join(', ')}.`,
    hint: meant === undefined ? 'Name one of these columns as the label.' : `Did you mean "${meant}"?`,
  });
}

/**
 * The row schema that a table of texts has by its looks, and what a person should check about it: kinds, JSON types,
 * missing words, domains (up to 1,000 values) and ranges. Domains and ranges are open: they warn, they do not reject.
 *
 * @throws usage error where the label is not a column; data error for a column named `__proto__`.
 */
export function inferSchema(table: Table, options: InferOptions): InferredSchema {
  const { parsers, label } = options;
  requireLabel(table, label);
  if (table.columns.has('__proto__'))
    throw dataError({
      code: 'column-name-refused',
      message: 'The data has a column named "__proto__", a name that no JSON tool handles safely.',
      hint: 'Rename the column in the source.',
    });
  const isTyped = (word: string): boolean => parsed(parsers.number(word)) || parsed(parsers.time(word));
  const columns = [...table.columns].map(([name, column]) => columnWords(name, column, table.rows));
  const missing = findMissingWords(columns, isTyped);
  const missingSet = new Set(missing.words);
  const inferred = columns.map((column) => {
    const words = presentWords(column, missingSet);
    const present = words.reduce((sum, [, count]) => sum + count, 0);
    return inferColumn(
      { name: column.name, rows: column.rows, present, words, isLabel: column.name === label },
      parsers,
    );
  });
  return {
    schema: { columns: inferred.map(({ column }) => column), missing: missing.words },
    notes: [...missingNotes(missing), ...inferred.flatMap(({ notes }) => notes)],
  };
}
