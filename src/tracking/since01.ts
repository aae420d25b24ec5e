import type { Json } from '../digest.ts';

type Members = { readonly [name: string]: Json };

/** Is it an object of JSON? */
export const isMembers = (json: Json | undefined): json is Members =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** A snapshot as it is told today: aieng 0.1 wrote unknown columns as names, and every record had them. */
export function snapshotSince01(snapshot: Json | undefined): Json | undefined {
  if (!isMembers(snapshot)) return snapshot;
  const { unknownColumns, rows, quarantined } = snapshot;
  if (!Array.isArray(unknownColumns)) return snapshot;
  const records = Number(rows) + Number(quarantined);
  return {
    ...snapshot,
    unknownColumns: unknownColumns.map((column: Json) =>
      typeof column === 'string' ? { name: column, records } : column,
    ),
  };
}

/** A document with its `snapshot` as it is told today. */
export function withSnapshotSince01(document: Json): Json {
  if (!isMembers(document)) return document;
  const snapshot = snapshotSince01(document['snapshot']);
  return snapshot === undefined ? document : { ...document, snapshot };
}
