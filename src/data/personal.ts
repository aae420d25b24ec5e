import type { RowSchema } from './schema.ts';
import type { Batch, Rejection } from './source.ts';

/** What stands where a personal value would be. */
export const withheld = '(personal)';
/** What stands in the place of a record that holds personal values. */
const recordWithheld = '(not kept: the table has personal columns)';

/** Columns whose values are kept out of logs, reports, errors and examples. */
export const personalColumns = (schema: RowSchema): ReadonlySet<string> =>
  new Set(schema.columns.flatMap(({ name, pii }) => (pii === true ? [name] : [])));

/** A reason without what was got: `expected a number, got "x"` → `expected a number, got a personal value`. */
const withoutValue = (reason: string): string => reason.replace(/ got .*$/s, ' got a personal value');

/** A rejection of a table with personal columns: where and why, without the record and without the value. */
function withhold(rejection: Rejection, personal: ReadonlySet<string>): Rejection {
  const { column, reason } = rejection;
  const ofPerson = column !== undefined && personal.has(column);
  return { ...rejection, reason: ofPerson ? withoutValue(reason) : reason, raw: recordWithheld };
}

/** A batch as anyone but the reader of its rows may see it. */
export function withoutPersonalRecords(batch: Batch, schema: RowSchema): Batch {
  if (batch.rejections.length === 0) return batch;
  const personal = personalColumns(schema);
  if (personal.size === 0) return batch;
  return { ...batch, rejections: batch.rejections.map((one) => withhold(one, personal)) };
}

/** A row as anyone may see it: personal cells are withheld, missing ones are still missing. */
export const withoutPersonalCells = <Cell>(
  cells: Readonly<Record<string, Cell>>,
  personal: ReadonlySet<string>,
): Record<string, Cell | string> =>
  Object.fromEntries(
    Object.entries(cells).map(([name, value]) => [
      name,
      personal.has(name) && value !== null ? withheld : value,
    ]),
  );
