import type { Check, CheckInput } from './check.ts';
import { percent } from './check.ts';

function byColumn(quarantined: CheckInput['quarantined']): Map<string, CheckInput['quarantined'][number][]> {
  const groups = new Map<string, CheckInput['quarantined'][number][]>();
  for (const rejection of quarantined) {
    const name = rejection.column ?? '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [rejection]);
    else group.push(rejection);
  }
  return groups;
}

/** Records that ingest set aside, by the column that was to blame. */
export const typeMismatch: Check = {
  name: 'type-mismatch',
  description: 'Records that did not have the declared types were quarantined by ingest.',
  run: ({ quarantined, table }) =>
    [...byColumn(quarantined)].map(([name, rejections]) => ({
      check: 'type-mismatch',
      ...(name === '' ? {} : { column: name }),
      severity: 'warning',
      message: `${rejections.length} ${rejections.length === 1 ? 'record' : 'records'} (${percent(rejections.length / (table.rows + quarantined.length))}) ${name === '' ? 'could not be read as a row' : `did not fit ${name}`} and ${rejections.length === 1 ? 'was' : 'were'} quarantined: ${rejections[0]!.reason}.`,
      count: rejections.length,
      examples: rejections
        .slice(0, 5)
        .map(({ file, line, reason }) => ({ rowId: `${file}:${line}`, value: reason })),
      at: { file: rejections[0]!.file, line: rejections[0]!.line },
      fix: 'Correct these records in the source; if the words mean "missing", declare them in the schema.',
    })),
};
