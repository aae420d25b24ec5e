import { Type } from '@sinclair/typebox';
import { count, digest, objectDigest, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { dialectShape } from './dialect.ts';
import { unknownColumnShape, unreadableColumnShape } from './source.ts';

/** The file that a snapshot was read from. */
export const snapshotSourceShape = Type.Object({
  file: text(),
  digest: digest('Of the very bytes that were read.'),
  bytes: count(),
  records: count('`records = rows + quarantined`.'),
  dialect: dialectShape,
  unreadable: Type.Array(unreadableColumnShape),
});
export type SnapshotSource = Shape<typeof snapshotSourceShape>;

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
  parent: Type.Optional(digest('Of the snapshot that it was derived from (retraining), where there is one.')),
});
export type Snapshot = Shape<typeof snapshotShape>;
