import { concatTables } from '../data/columns.ts';
import type { Mended } from '../data/snapshot.ts';
import type { Rejection } from '../data/source.ts';
import { sha256 } from '../digest.ts';
import { wholeRows } from '../project/inputs.ts';
import { heedInterruption } from '../project/interruption.ts';
import { readRecordText, recordFile } from '../project/recordFile.ts';
import type { MendedRecord } from '../tracking/mended.ts';
import type { SourceOfRows, SourceRows } from './sourceRows.ts';
import type { Tools } from './stage.ts';

/** A record of the source, wherever its line moved. */
const keyOf = (file: string, was: string): string => `${file}\n${was}`;

/**
 * The rows of a source with mended records in the place of those that were rejected. A mended record that is no row
 * either stays rejected, with its new reason; one whose record the source no longer has is counted and left alone.
 */
export async function withMended(
  rows: SourceRows,
  mended: readonly MendedRecord[],
  { source, schema, notKept }: Pick<SourceOfRows, 'source' | 'schema' | 'notKept'>,
  tools: Tools,
): Promise<{ readonly rows: SourceRows; readonly account: Omit<Mended, 'records' | 'file'> }> {
  const known = new Map(mended.map((record) => [keyOf(record.file, record.was), record]));
  const used = new Set<MendedRecord>();
  const tables = [rows.table];
  const rejections: Rejection[] = [];
  let taken = 0;
  let file: Awaited<ReturnType<typeof recordFile>> | undefined;
  const plan = wholeRows(schema, notKept);
  for (const rejection of rows.rejections) {
    const record = known.get(keyOf(rejection.file, sha256(rejection.raw)));
    if (record === undefined) {
      rejections.push(rejection);
      continue;
    }
    used.add(record);
    if (used.size % 100 === 0) await heedInterruption(tools);
    if (file === undefined) file = await recordFile(source);
    const read = file === null ? null : await readRecordText(file, record.raw, plan);
    if (read?.table.rows === 1 && read.rejections.length === 0) {
      tables.push(read.table);
      taken += 1;
      continue;
    }
    const reason = read?.rejections[0]?.reason ?? `expected one record, got ${read?.table.rows ?? 0}`;
    const column = read?.rejections[0]?.column;
    const { file: of, line } = rejection;
    rejections.push({
      file: of,
      line,
      ...(column === undefined ? {} : { column }),
      reason: `${reason} (mended in ${record.by})`,
      raw: record.raw,
    });
  }
  const { read } = rows;
  return {
    rows: {
      ...rows,
      table: concatTables(tables),
      rejections,
      read: { ...read, accepted: read.accepted + taken, rejected: Math.max(0, read.rejected - taken) },
      refused: rows.refused === rows.rejections ? rejections : rows.refused,
    },
    account: { taken, refused: used.size - taken, unmatched: mended.length - used.size },
  };
}
