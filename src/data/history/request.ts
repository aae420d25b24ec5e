import { isJsonObject } from '../cells/json.ts';
import { shownJson } from '../cells/parser.ts';
import { cellReader } from '../../ownCells.ts';
import type { Table } from '../columns.ts';
import { tableFromRows } from '../rows.ts';
import type { CellProblem, RowReading } from '../rows.ts';
import type { RowSchema } from '../schema.ts';
import { historyCells } from './compute.ts';
import { historyField, historySources } from './rule.ts';
import type { HistoryRule } from './rule.ts';
import { historyNames } from './schema.ts';

/** A row with the cells that its history makes, or what is wrong with the history that it brings. */
type WithHistory =
  | { readonly row: unknown }
  | { readonly issues: readonly { readonly at: readonly (string | number)[]; readonly message: string }[] };

type Fields = Readonly<Record<string, unknown>>;
type Way = NonNullable<RowReading['way']>;

/** An example of a row before, as messages show it. */
const rowWords = ({ time, by, columns }: HistoryRule): string => {
  const names = [...(by === null ? [] : [by]), time, ...historySources({ by, time, columns, rows: 0 })];
  return `{${[...new Set(names)].map((name) => `${JSON.stringify(name)}: …`).join(', ')}}`;
};

const wrong = (at: readonly (string | number)[], message: string): WithHistory => ({
  issues: [{ at, message }],
});

const issueAt = ({
  row,
  column,
  message,
}: CellProblem): { at: readonly (string | number)[]; message: string } => ({
  at: [historyField, row, ...(column === '' ? [] : [column])],
  message,
});

/** Rows before that are not: of another group, or not earlier. */
function misplaced(rule: HistoryRule, own: Table, earlier: Table, at: number): WithHistory | null {
  const timeOf = cellReader(earlier.columns.get(rule.time)!);
  const [groupOf, ownGroup] =
    rule.by === null
      ? [() => null, null]
      : [cellReader(earlier.columns.get(rule.by)!), cellReader(own.columns.get(rule.by)!)(0)];
  let group = ownGroup;
  for (let row = 0; row < earlier.rows; row += 1) {
    const time = timeOf(row);
    if (typeof time !== 'number')
      return wrong([historyField, row, rule.time], 'expected the time of the row, got none');
    if (time >= at)
      return wrong(
        [historyField, row, rule.time],
        `expected a time before the row's own ${rule.time}, got one that is not`,
      );
    const named = groupOf(row);
    if (named === null) continue;
    if (group !== null && named !== group)
      return wrong(
        [historyField, row, rule.by ?? ''],
        `expected rows of one ${rule.by ?? ''}, got ${shownJson(named)} beside ${shownJson(group)}`,
      );
    group = named;
  }
  return null;
}

/** Takes the field apart: what is in it is typed as rows are, and made into cells of the row. */
function madeOf(
  fields: Fields,
  list: readonly unknown[],
  schema: RowSchema,
  rule: HistoryRule,
  way: Way,
): WithHistory {
  const { [historyField]: _, ...rest } = fields;
  if (list.length > rule.rows)
    return wrong(
      [historyField],
      `expected at most ${rule.rows} rows, the newest before it, got ${list.length}`,
    );
  const groups = rule.by === null ? [] : [rule.by];
  const needed = [rule.time, ...historySources(rule)];
  const { table: own, issues: ownIssues } = tableFromRows([rest], schema, [rule.time], groups, { way });
  const { table: earlier, issues } = tableFromRows(list, schema, [...new Set(needed)], groups, {
    refuseUnknown: true,
  });
  if (ownIssues.length + issues.length > 0)
    return {
      issues: [
        ...ownIssues.map(({ column, message }) => ({ at: column === '' ? [] : [column], message })),
        ...issues.map(issueAt),
      ],
    };
  const at = cellReader(own.columns.get(rule.time)!)(0);
  if (typeof at !== 'number')
    return wrong([rule.time], `expected the time of the row, since ${historyField} is there; got none`);
  return misplaced(rule, own, earlier, at) ?? { row: { ...rest, ...historyCells(rule, at, earlier) } };
}

/**
 * A row of a request whose field `history` holds the rows before it, as one that has the cells which they make. A row that
 * brings these cells itself (of a log, of a feature store that makes them by the same rule) stays as it is.
 */
export function rowWithHistory(row: unknown, schema: RowSchema, way: Way = 'json'): WithHistory {
  const { history: rule } = schema;
  if (rule === undefined || !isJsonObject(row)) return { row };
  const made = [...historyNames(schema)];
  const list = Object.hasOwn(row, historyField) ? row[historyField] : undefined;
  const brought = made.filter((name) => Object.hasOwn(row, name));
  if (list === undefined)
    return brought.length > 0
      ? { row }
      : wrong(
          [historyField],
          `expected the rows before this one${rule.by === null ? '' : ` of the same ${rule.by}`}: a list of ${rowWords(rule)}, at most ${rule.rows}, [] where there are none; got no such field`,
        );
  if (!Array.isArray(list)) return wrong([historyField], `expected a list of rows, got ${shownJson(list)}`);
  const [both] = brought;
  if (both !== undefined)
    return wrong([both], `${historyField} is there, which it is made of: one of the two is too many`);
  return madeOf(row, list, schema, rule, way);
}
