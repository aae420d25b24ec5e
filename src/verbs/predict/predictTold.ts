import type { InputFiles } from '../../data/index.ts';
import type { BatchLog } from '../../serving/index.ts';
import type { Remarks } from './predictRows.ts';

const namesShown = 5;

const some = (names: readonly string[]): string =>
  names.length > namesShown
    ? `${names.slice(0, namesShown).join(', ')} and ${names.length - namesShown} more`
    : names.join(', ');

/** Records that are not in an output, in words. */
export const rejectedWarning = (rejected: number, rejectsFile: string | null): readonly string[] =>
  rejected === 0 || rejectsFile === null
    ? []
    : [
        `${rejected} ${rejected === 1 ? 'record' : 'records'} could not be predicted and ${rejected === 1 ? 'is' : 'are'} not in the output: see ${rejectsFile}.`,
      ];

/** Rows that came without what identifies them, in words. */
function idWarning({ withoutId, idColumns }: Remarks): readonly string[] {
  if (withoutId === 0) return [];
  const [rows, have] = withoutId === 1 ? ['1 row', 'has'] : [`${withoutId} rows`, 'have'];
  return [
    `${rows} ${have} no ${idColumns.join(', ')}: the id of such an answer is a hash of the row's cells, and labels by row id do not find it.`,
  ];
}

/** Everything about a batch prediction that a person should know and that does not stop it. */
export function predictWarnings(about: {
  readonly rejected: number;
  readonly rejectsFile: string | null;
  readonly remarks: Remarks;
  readonly ignored: InputFiles['ignored'];
  readonly logged: ReturnType<BatchLog['state']> | undefined;
}): readonly string[] {
  const { rejected, rejectsFile, remarks, ignored, logged } = about;
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
  if (remarks.recognised.length > 0)
    warnings.push(`Found out of how the rows are written: ${some(remarks.recognised)}`);
  return [...warnings, ...idWarning(remarks), ...rejectedWarning(rejected, rejectsFile)];
}
