import { personalColumns, withheld } from '../data/personal.ts';
import type { RowSchema } from '../data/schema.ts';
import { isAbout } from './finding.ts';
import type { Finding } from './finding.ts';
import type { ColumnProfile, Profile } from './profile.ts';

const withoutValues = ({ name, kind, rows, missing, distinct }: ColumnProfile): ColumnProfile => ({
  name,
  kind,
  rows,
  missing,
  distinct,
});

/** A profile in which personal columns are counted and nothing of what they hold is shown. */
export function withoutPersonalValues(profile: Profile, schema: RowSchema): Profile {
  const personal = personalColumns(schema);
  if (personal.size === 0) return profile;
  const columns = profile.columns.map((column) =>
    personal.has(column.name) ? withoutValues(column) : column,
  );
  return { ...profile, columns };
}

/**
 * Findings that show nothing of personal columns: no values, no sentences that may quote one, and no row ids where a
 * personal column is one. What was found, in how many rows, and what to do stays.
 */
export function withoutPersonalExamples(
  findings: readonly Finding[],
  schema: RowSchema,
  rowId: readonly string[],
): Finding[] {
  const personal = personalColumns(schema);
  if (personal.size === 0) return [...findings];
  const idsToo = rowId.some((name) => personal.has(name));
  return findings.map((finding) => {
    const { check, count, examples, message } = finding;
    const about = [...personal].filter((name) => isAbout(finding, name));
    const hidden = about.length > 0;
    if (!hidden && !idsToo) return finding;
    return {
      ...finding,
      message: hidden
        ? `${check} in ${count} rows; what ${about.join(', ')} holds is personal and not shown.`
        : message,
      examples: examples.map((example) => ({
        ...example,
        rowId: idsToo ? withheld : example.rowId,
        // Twins of a row are named by its id, or quoted by their cells.
        value: hidden ? withheld : example.value,
      })),
    };
  });
}
