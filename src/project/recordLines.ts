import { placeOf } from '../data/address.ts';
import type { Snapshot, SnapshotSource } from '../data/snapshot.ts';
import type { Rejection, RowsFile } from '../data/source.ts';
import { lineCount } from '../data/sources/lineCount.ts';
import type { Context } from './context.ts';
import { digestOfSource } from './sourceDigest.ts';

/** Lines of a file of text that stand before its first record and behind its last one, where each record is one line. */
function around({ dialect }: SnapshotSource): { readonly before: number; readonly behind: number } | null {
  const { format, compression, encoding, comment, header, skipLines, linesAfterHeader, skipFooter } = dialect;
  const plain = (compression ?? 'none') === 'none' || compression === 'auto';
  // In UTF-16 half of a line break is another character.
  if (!plain || /16|32/.test(encoding ?? '') || (comment ?? '') !== '') return null;
  if (format === 'ndjson') return { before: 0, behind: 0 };
  if (format !== 'csv') return null;
  return {
    before: (skipLines ?? 0) + (header === false ? 0 : 1) + (linesAfterHeader ?? 0),
    behind: skipFooter ?? 0,
  };
}

/**
 * Tells on which physical line of its file a row of a snapshot stands. Each record takes a line or more; so where a file
 * has as many lines as records (and those around them), each is one line, and the places follow from the order. Undefined
 * where that is not so, where the file is another one by now, or where the rows do not come from one file of text.
 *
 * @param rejections Records of the file that are no rows.
 */
export async function recordLines(
  context: Context,
  file: RowsFile,
  { source, parent, mended, rows }: Snapshot,
  rejections: readonly Rejection[],
): Promise<((record: number) => number) | undefined> {
  if (source === undefined || parent !== undefined || mended !== undefined || source.files !== undefined)
    return undefined;
  const lines = around(source);
  if (lines === null || placeOf(file.path) !== 'file' || source.records !== rows + rejections.length)
    return undefined;
  if ((await digestOfSource(context, file)) !== source.digest) return undefined;
  if ((await lineCount(file.path)) !== lines.before + source.records + lines.behind) return undefined;
  const refused = rejections.map(({ line }) => line).sort((left, right) => left - right);
  return (record) => {
    let line = lines.before + 1 + record;
    for (const other of refused) {
      if (other > line) break;
      line += 1;
    }
    return line;
  };
}
