import { Type } from '@sinclair/typebox';
import { count, digest, objectDigest, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { dialectShape } from './dialect.ts';
import { fileReadShape, unknownColumnShape, unreadableColumnShape } from './source.ts';

/** The file that a snapshot was read from. */
export const snapshotSourceShape = Type.Object({
  file: text(),
  digest: digest('Of the very bytes that were read.'),
  bytes: count(),
  records: count('`records = rows + quarantined`.'),
  dialect: dialectShape,
  unreadable: Type.Array(unreadableColumnShape),
  files: Type.Optional(
    Type.Array(fileReadShape, { description: 'Each file, where several were read as one source.' }),
  ),
  version: Type.Optional(text('What the source called itself: an etag, the place of a cursor.')),
  cursor: Type.Optional(
    Type.Object(
      { column: text(), last: orNull(text()), rows: count('Rows that the source had in all.') },
      { description: 'Where the cursor stood: the next reading goes on from here.' },
    ),
  ),
});
export type SnapshotSource = Shape<typeof snapshotSourceShape>;

/** What a reading added to the snapshot before. */
export const incrementShape = Type.Object({
  read: count('Records that were read.'),
  added: count('Records that are new.'),
  changed: count('Rows that took the place of an older one of the same id.'),
  repeated: count('Rows that were there already.'),
  gone: count('Rows of the snapshot that the source has no more; they stay until a full reading.'),
});
export type Increment = Shape<typeof incrementShape>;

/** What became of rejected records that a person mended (`aieng rejects --requeue`). */
export const mendedShape = Type.Object({
  records: objectDigest('NDJSON: each with the file and line that it came from, and the mended file.'),
  file: text('The mended file.'),
  taken: count('Rows of the snapshot that stand for a rejected record.'),
  refused: count('Mended records that are no rows either.'),
  unmatched: count('Those whose record the source no longer has.'),
});
export type Mended = Shape<typeof mendedShape>;

/** An immutable, typed copy of the data. Its digest is of the logical content: file order changes nothing. */
export const snapshotShape = Type.Object({
  digest: digest('Over the sorted row digests and the column names and kinds.'),
  parquet: objectDigest('The rows.'),
  rows: count(),
  columns: Type.Array(text()),
  schemaDigest: objectDigest('The row schema.'),
  quarantine: Type.Optional(objectDigest('NDJSON of `Rejection`s, where there were any.')),
  quarantined: count(),
  unknownColumns: Type.Array(unknownColumnShape, {
    description: 'Fields of the source that the schema does not know.',
  }),
  files: Type.Array(text(), { description: 'Display paths of the files read.' }),
  source: Type.Optional(snapshotSourceShape),
  profile: objectDigest(),
  parent: Type.Optional(
    digest('Of the snapshot that it was derived from (retraining, a cursor), where there is one.'),
  ),
  increment: Type.Optional(incrementShape),
  mended: Type.Optional(mendedShape),
});
export type Snapshot = Shape<typeof snapshotShape>;
