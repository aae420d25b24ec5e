import type { Partitions } from '../../data/index.ts';
import type { BatchLog } from '../../serving/index.ts';
import type { Remarks } from './predictRows.ts';

const namesShown = 5;

const some = (names: readonly string[]): string =>
  names.length > namesShown
    ? `${names.slice(0, namesShown).join(', ')} and ${names.length - namesShown} more`
    : names.join(', ');

/** Records that are not in an output, in words. */
export const rejectedWarning = (rejected: number): readonly string[] =>
  rejected === 0
    ? []
    : [
        `${rejected} ${rejected === 1 ? 'record' : 'records'} could not be predicted and ${rejected === 1 ? 'is' : 'are'} not in the output.`,
      ];

/** Everything about a batch prediction that a person should know and that does not stop it. */
export function predictWarnings(about: {
  readonly rejected: number;
  readonly remarks: Remarks;
  readonly ignored: Partitions['ignored'];
  readonly logged: ReturnType<BatchLog['state']> | undefined;
}): readonly string[] {
  const { rejected, remarks, ignored, logged } = about;
  const warnings: string[] = [];
  if (logged?.degraded === true)
    warnings.push(`The prediction log is not complete (${logged.message}): ${logged.lost} rows are missing.`);
  if (remarks.unknown.size > 0)
    warnings.push(
      `Columns that the model does not know were ignored: ${some([...remarks.unknown].map(([name, records]) => `${name} (in ${records} ${records === 1 ? 'record' : 'records'})`))}.`,
    );
  if (ignored.length > 0)
    warnings.push(`Files of the folder that are not named as rows were left out: ${some(ignored)}.`);
  if (remarks.empty.length > 0) warnings.push(`Without rows: ${some(remarks.empty)}.`);
  return [...warnings, ...rejectedWarning(rejected)];
}
