import type { ColumnKind } from '../columns.ts';
import type { ColumnSchema, RowSchema } from '../schema.ts';
import { historyWords } from './rule.ts';
import type { HistoryColumn, HistoryRule } from './rule.ts';

/** Names of the columns that a schema's rule makes; none where it has no rule. */
export const historyNames = ({ history }: Pick<RowSchema, 'history'>): ReadonlySet<string> =>
  new Set(history?.columns.map(({ name }) => name));

/** The columns of a schema that rows bring themselves. */
export const broughtColumns = (schema: RowSchema): readonly ColumnSchema[] => {
  const made = historyNames(schema);
  return made.size === 0 ? schema.columns : schema.columns.filter(({ name }) => !made.has(name));
};

/** The contract of rows as they are in files: without what their history makes. */
export function broughtRows(schema: RowSchema): RowSchema {
  if (schema.history === undefined) return schema;
  const { history: _, ...rest } = schema;
  return { ...rest, columns: broughtColumns(schema) };
}

const kindOf = (column: HistoryColumn, kinds: ReadonlyMap<string, ColumnKind>): 'number' | 'category' =>
  column.how === 'lag' && kinds.get(column.column) === 'category' ? 'category' : 'number';

/** A schema with the columns that a rule makes behind its own; the same where there is no rule. */
export function withHistory(schema: RowSchema, rule: HistoryRule | null): RowSchema {
  if (rule === null) return schema;
  const kinds = new Map(schema.columns.map(({ name, kind }) => [name, kind]));
  const personal = new Set(schema.columns.flatMap(({ name, pii }) => (pii === true ? [name] : [])));
  const made = rule.columns.map((column): ColumnSchema => {
    const kind = kindOf(column, kinds);
    return {
      name: column.name,
      kind,
      type: kind === 'number' ? 'number' : 'string',
      nullable: true,
      required: true,
      closed: false,
      description: `Made of the rows before: ${historyWords(column)}.`,
      ...(column.column !== null && personal.has(column.column) ? { pii: true } : {}),
    };
  });
  return { ...schema, columns: [...schema.columns, ...made], history: rule };
}
