import type { ColumnKind } from '../../data/columns.ts';
import { historyField } from '../../data/history/rule.ts';
import type { HistoryColumn, HistoryRule } from '../../data/history/rule.ts';
import type { RowSchema } from '../../data/schema.ts';

/** The columns that a history reads, each with where it may be written. */
export function namedByHistory(
  rule: HistoryRule | null,
): { readonly column: string; readonly pointers: readonly string[] }[] {
  if (rule === null) return [];
  const pointers = ['/features/history'];
  return [
    { column: rule.time, pointers: ['/features/history/time', '/time', ...pointers] },
    ...(rule.by === null ? [] : [{ column: rule.by, pointers: ['/features/history/by', ...pointers] }]),
    ...rule.columns.flatMap(({ column }) => (column === null ? [] : [{ column, pointers }])),
  ];
}

/** Kinds of columns that each way takes. */
function takes(column: HistoryColumn): readonly ColumnKind[] {
  if (column.how === 'since') return ['number', 'category', 'time', 'text'];
  if (column.how === 'lag' || column.stat === 'count') return ['number', 'category'];
  return ['number'];
}

/** What of a history does not go with the columns of the schema, in words. */
export function misplacedHistory(
  rule: HistoryRule | null,
  { columns }: RowSchema,
  rowId: readonly string[],
): { readonly message: string; readonly hint: string }[] {
  if (rule === null) return [];
  const problems: { message: string; hint: string }[] = [];
  const names = columns.map(({ name }) => name);
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const add = (message: string, hint: string): number =>
    problems.push({ message: `features.history: ${message}`, hint });
  const time = kinds.get(rule.time);
  if (time !== undefined && time !== 'time')
    add(
      `the column "${rule.time}" is of kind ${time}, expected time`,
      'Name a column of times, or declare it as one in the schema.',
    );
  if (rule.by !== null && kinds.get(rule.by) === 'time')
    add(`the column "${rule.by}" is one of times, and groups nothing`, 'Name a column of ids or words.');
  if (names.includes(historyField))
    add(
      `the schema has a column "${historyField}", and requests bring the rows before in a field of that name`,
      'Rename the column.',
    );
  for (const column of rule.columns) {
    if (names.indexOf(column.name) !== names.lastIndexOf(column.name))
      add(`the schema has a column "${column.name}" already`, 'Give it another name with as:.');
    if (column.column === null) continue;
    const kind = kinds.get(column.column);
    if (kind !== undefined && !takes(column).includes(kind))
      add(
        `the column "${column.column}" is of kind ${kind}, expected ${takes(column).join(' or ')} for ${column.name}`,
        'Name another column, or declare it as that in the schema.',
      );
    if (rowId.includes(column.column))
      add(`the column "${column.column}" identifies rows, and tells nothing`, 'Take it out.');
    if (rule.columns.some(({ name }) => name === column.column))
      add(`"${column.column}" is made of history itself`, 'Name a column of the data.');
  }
  return problems;
}
