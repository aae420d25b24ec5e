import { digestOf } from '../../digest.ts';
import type { Table } from '../columns.ts';
import type { Work } from '../../work.ts';
import { historyColumns } from './compute.ts';
import { historyInputs } from './rule.ts';
import type { HistoryColumn, HistoryRule } from './rule.ts';

/** Do two rules make the same cells of the columns that both of them make? */
export function agreeOnHistory(one: HistoryRule | undefined, other: HistoryRule | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  const theirs = new Map(other.columns.map((column) => [column.name, column]));
  const shared = one.columns.filter(({ name }) => theirs.has(name));
  const isSame = (own: HistoryColumn): boolean => digestOf(own) === digestOf(theirs.get(own.name)!);
  return (
    shared.length === 0 ||
    (one.by === other.by && one.time === other.time && one.rows === other.rows && shared.every(isSame))
  );
}

/**
 * A whole table as a model of a rule is handed it: with the cells that its own rule makes of these rows. The same table where it
 * has no rule, or lacks what the rule looks at.
 */
export function* withHistoryOf(rule: HistoryRule | undefined, table: Table): Work<Table> {
  if (rule === undefined || historyInputs(rule).some((name) => !table.columns.has(name))) return table;
  const { columns } = yield* historyColumns(rule, table);
  return { rows: table.rows, columns: new Map([...table.columns, ...columns]) };
}
