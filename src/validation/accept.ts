import type { Table } from '../data/columns.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { extendSchema } from './extend.ts';
import type { Finding } from './finding.ts';

/** A finding as a person names it: `unexpected-value:plan`. */
export const findingName = ({ check, column }: Pick<Finding, 'check' | 'column'>): string =>
  column === undefined ? check : `${check}:${column}`;

/** What accepting looks at. */
export interface AcceptInput {
  readonly schema: RowSchema;
  readonly findings: readonly Pick<Finding, 'check' | 'column'>[];
  /** The snapshot's rows. */
  readonly table: Table;
  /** The schema that would be inferred from the data as it is now. */
  readonly present: RowSchema;
}

/** The schema of a column with one finding accepted; undefined where it cannot be. */
type Accept = (
  declared: ColumnSchema | undefined,
  input: AcceptInput,
  name: string,
) => ColumnSchema | undefined;

/** Domain and range as wide as the rows are, also of a closed column: a person decided so. */
const widened: Accept = (declared, { table, schema }) => {
  if (declared === undefined) return undefined;
  const open = { ...schema, columns: [{ ...declared, closed: false }] };
  const [column] = extendSchema(open, table).schema.columns;
  return column === undefined ? undefined : { ...column, closed: declared.closed };
};

const asItIsNow: Accept = (declared, { present }, name) => {
  const found = present.columns.find((column) => column.name === name);
  if (found === undefined || declared === undefined) return found;
  return { ...found, nullable: found.nullable || declared.nullable };
};

const acceptable: Readonly<Record<string, Accept>> = {
  'unexpected-value': widened,
  'out-of-range': widened,
  'low-presence': (declared) => declared && { ...declared, nullable: true },
  'missing-column': (declared) => declared && { ...declared, nullable: true, required: false },
  // It was not asked for before: rows without it are no worse than they were.
  'new-column': (declared, input, name) => {
    const found = asItIsNow(declared, input, name);
    return found && { ...found, nullable: true, required: false };
  },
  'type-mismatch': asItIsNow,
};

/** Findings that a change of the schema takes in, by the names that a person may give. */
export const acceptableNames = (
  findings: readonly Pick<Finding, 'check' | 'column'>[],
): readonly string[] => [
  ...new Set(
    findings
      .filter(({ check, column }) => column !== undefined && acceptable[check] !== undefined)
      .map(findingName),
  ),
];

/** Does accepting these take a look at the source as it is now? */
export const needsPresent = (names: readonly string[]): boolean =>
  names.some(
    (name) => acceptable[name.slice(0, name.indexOf(':'))] === asItIsNow || name.startsWith('new-column:'),
  );

/** The schema with the named findings accepted, and with nothing else changed. */
export function acceptFindings(input: AcceptInput, names: readonly string[]): RowSchema {
  let columns = input.schema.columns;
  for (const finding of input.findings) {
    const { check, column: name } = finding;
    const accept = acceptable[check];
    if (name === undefined || accept === undefined || !names.includes(findingName(finding))) continue;
    const declared = columns.find((column) => column.name === name);
    const changed = accept(declared, { ...input, schema: { ...input.schema, columns } }, name);
    if (changed === undefined) continue;
    columns =
      declared === undefined
        ? [...columns, changed]
        : columns.map((column) => (column.name === name ? changed : column));
  }
  return { ...input.schema, columns };
}
