import { dataError } from '../../../errors.ts';
import type { ReadPlan, RowsFile, UnreadableColumn } from '../../source.ts';

/** Why a column is left out whose name stands before it already. */
export const nameTaken = 'another column has that name';

/**
 * Refuses a plan that needs a column which no table can hold, or one of two by the same name.
 *
 * @throws a data error that names the first such column
 */
export function requireReadable(
  { displayPath }: Pick<RowsFile, 'displayPath'>,
  unreadable: readonly UnreadableColumn[],
  { required }: Pick<ReadPlan, 'required'>,
): void {
  const wanted = new Set(required);
  const column = unreadable.find(({ name }) => wanted.has(name));
  if (column === undefined) return;
  const { name, reason } = column;
  throw dataError({
    code: 'unsupported-column-type',
    message: `${displayPath}: column ${JSON.stringify(name)} cannot be read: ${reason}.`,
    hint:
      reason === nameTaken
        ? `Give each column a name of its own; in pandas, which of them go by it: \`df.columns[df.columns.duplicated()]\`.`
        : 'Write the column as numbers, text, times or booleans, or take it out of the row schema.',
    at: { file: displayPath },
  });
}
