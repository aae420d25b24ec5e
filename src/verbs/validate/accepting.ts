import type { CascadeResult } from '../../cascade/cascade.ts';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import type { Table } from '../../data/columns.ts';
import { decodeQuarantine } from '../../data/quarantine.ts';
import { usageError } from '../../errors.ts';
import type { SchemaChange } from '../../pipeline/columns/changes.ts';
import { schemaChanges } from '../../pipeline/columns/changes.ts';
import { readRowSchema, writeRowSchema } from '../../pipeline/loadRowSchema.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { underRoot } from '../../project/inputs.ts';
import { presentSchema } from '../../project/presentSchema.ts';
import { nearest } from '../../suggest.ts';
import { lastRejects } from '../../tracking/rejects.ts';
import { outputOf } from '../../tracking/stages.ts';
import type { Finding } from '../../validation/index.ts';
import { acceptableNames, acceptFindings, needsPresent } from '../../validation/index.ts';

/** What there is to accept: what the checks found, and the rows that they looked at. */
export interface Found {
  readonly findings: readonly Pick<Finding, 'check' | 'column'>[];
  readonly table: Table;
}

/** What a validation found. */
export async function foundBy(context: Context, { pipeline, records }: CascadeResult): Promise<Found> {
  const { snapshot } = outputOf.ingest(records.ingest!);
  const { table } = await readSnapshotRows(context, pipeline, snapshot);
  return { findings: outputOf.validate(records.validate!).findings, table };
}

/** What an ingest that failed refused: columns whose records did not fit. */
export async function foundByIngest(context: Context, { name }: Pick<Pipeline, 'name'>): Promise<Found> {
  const object = (await lastRejects(context, name))?.rejects ?? null;
  const refused = object === null ? [] : decodeQuarantine(await context.store.get(object));
  const columns = new Set(refused.flatMap(({ column }) => (column === undefined ? [] : [column])));
  const findings = [...columns].map((column) => ({ check: 'type-mismatch', column }));
  return { findings, table: { rows: 0, columns: new Map() } };
}

/** The findings that are meant, by name. */
function named(asked: readonly string[], possible: readonly string[]): readonly string[] {
  if (asked.includes('all')) return possible;
  const wrong = asked.find((name) => !possible.includes(name));
  if (wrong === undefined) return asked;
  const meant = nearest(wrong, possible);
  throw usageError({
    code: 'finding-unknown',
    message: `No finding "${wrong}" can be accepted here.`,
    hint:
      meant !== undefined
        ? `Did you mean "${meant}"?`
        : possible.length === 0
          ? 'Nothing that was found is a matter of the schema: run `aieng validate` to see what it is.'
          : `What can be accepted: ${possible.slice(0, 20).join(', ')}.`,
  });
}

/** Writes the schema in which the named findings are none; gives what was changed. */
export async function accept(
  context: Context,
  pipeline: Pipeline,
  { findings, table }: Found,
  asked: readonly string[],
): Promise<{ readonly findings: readonly string[]; readonly changes: readonly SchemaChange[] }> {
  const names = named(asked, acceptableNames(findings));
  const path = underRoot(context, pipeline.schema);
  const before = await readRowSchema(path, pipeline.schema);
  // What only the data can tell: everything else is in the snapshot.
  const present = needsPresent(names) ? await presentSchema(context, pipeline, before) : before;
  const after = acceptFindings({ schema: before, findings, table, present }, names);
  const changes = schemaChanges(before, after);
  if (changes.length > 0) await writeRowSchema(path, after, pipeline.schema);
  return { findings: names, changes };
}
