import type { Column } from '../../data/columns.ts';
import { isMissing } from '../../data/columns.ts';
import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Check, CheckInput } from './check.ts';
import { checkedColumns, percent, rowCount } from './check.ts';
import { repeatedRows } from './duplicateRows.ts';

/** From this share of the rows on it is worth a warning. */
const worthIt = 0.01;

/** Rows of one id whose labels differ: the id, and the labels with how often each stands there. */
interface Conflict {
  readonly rowId: string;
  readonly labels: ReadonlyMap<string, number>;
}

function conflicts({ rowIds }: CheckInput, label: Column): Conflict[] {
  return [...repeatedRows(rowIds)].flatMap(([rowId, rows]) => {
    const labels = new Map<string, number>();
    for (const row of rows) {
      if (isMissing(label, row)) continue;
      const text = cellText(label, row);
      labels.set(text, (labels.get(text) ?? 0) + 1);
    }
    return labels.size > 1 ? [{ rowId, labels }] : [];
  });
}

const rowsOf = ({ labels }: Conflict): number => [...labels.values()].reduce((sum, count) => sum + count, 0);

function run(input: CheckInput): Finding[] {
  const label = checkedColumns(input).find(({ declared }) => declared.name === input.label);
  // Rows that repeat an id of their own are another finding; numbers differ by their nature.
  if (label?.column.kind !== 'category' || input.rowIdColumns.length > 0) return [];
  const found = conflicts(input, label.column);
  if (found.length === 0) return [];
  const rows = found.reduce((sum, conflict) => sum + rowsOf(conflict), 0);
  const lost = found.reduce(
    (sum, conflict) => sum + rowsOf(conflict) - Math.max(...conflict.labels.values()),
    0,
  );
  const cap = 1 - lost / Math.max(1, input.table.rows - label.profile.missing);
  return [
    {
      check: 'label-conflict',
      column: label.declared.name,
      severity: lost >= worthIt * input.table.rows ? 'warning' : 'info',
      message: `${rowCount(rows)} (${percent(rows / input.rowIds.length)}) have the same cells as another row and a different ${label.declared.name}: no model can be right in more than ${percent(cap)} of these data.`,
      count: rows,
      examples: found.slice(0, 5).map((conflict) => ({
        rowId: conflict.rowId,
        value: [...conflict.labels].map(([text, count]) => `${text} ${count} times`).join(', '),
      })),
      effect: { measure: 'accuracy', value: cap },
      fix: `Find out which ${label.declared.name} is right, or add the column that tells these rows apart.`,
    },
  ];
}

/** Rows with the same cells and different classes: noise in the label, or a column that is missing. */
export const labelConflict: Check = {
  name: 'label-conflict',
  description: 'Rows that have the same cells, where there is no row_id, have different classes.',
  run,
};
