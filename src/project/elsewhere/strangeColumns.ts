import type { Table } from '../../data/columns.ts';
import type { PassedInput } from '../../features/given/passed.ts';
import type { ForeignInput } from '../../modeling/foreignInput.ts';
import { formatNumber, formatPercent } from '../../statistics/figures.ts';

/** A column is strange to its input where a larger share of the rows lies outside what the model was trained on. */
const mostOutside = 0.1;

/**
 * Columns whose numbers lie outside what the model was trained on in many rows: a wrong column, another unit, or a world that
 * moved. Told, and nothing more: nobody but a person can say which.
 */
export function strangeColumns(
  foreign: readonly ForeignInput[],
  inputs: readonly PassedInput[],
  table: Table,
): readonly string[] {
  return foreign.flatMap(({ name, range }, at) => {
    const input = inputs[at];
    const column = input === undefined ? undefined : table.columns.get(input.column);
    if (range === undefined || input?.words !== undefined || column?.kind !== 'number') return [];
    const [least, largest] = range;
    const known = column.values.filter((value) => !Number.isNaN(value));
    const outside = known.filter((value) => value < least || value > largest).length;
    if (!(outside > mostOutside * known.length)) return [];
    return [
      `Column ${input!.column} lies outside what the model has learnt of ${name} (${formatNumber(least)} to ${formatNumber(largest)}) in ${formatPercent(outside / known.length)} of the rows: is it the right column, in the same unit?`,
    ];
  });
}
