import { Type } from '@sinclair/typebox';
import { incrementShape, mendedShape } from '../../data/snapshot.ts';
import { rejectionShape } from '../../data/source.ts';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const ingestResult = Type.Object({
  rows: count('Rows of the snapshot.'),
  quarantined: count('Records that could not become rows.'),
  columns: count(),
  rejections: Type.Array(rejectionShape, { description: 'The first few.' }),
  quarantineFile: orNull(text(), 'Where all of them are.'),
  unknownColumns: Type.Array(Type.Object({ name: text(), records: count() }), {
    description: 'Fields that the row schema does not know, and how many records have them.',
  }),
  unreadable: Type.Array(Type.Object({ name: text(), reason: text() }), {
    description: 'Columns of the file that no table can hold: they were left out.',
  }),
  increment: orNull(
    incrementShape,
    'What was added to the snapshot before; null = the whole source was read.',
  ),
  mended: orNull(
    Type.Omit(mendedShape, ['records']),
    'What became of records that were mended (`aieng rejects --requeue`).',
  ),
  inferredSchema: orNull(text(), 'Set when no schema file was there and one was inferred.'),
});
/** What `ingest` gives, member by member: docs/json.md#ingest. */
export type IngestResult = Shape<typeof ingestResult>;
