import type { Table } from '../columns.ts';
import { rejectionLine } from '../quarantine.ts';
import { writeParquet } from '../parquet.ts';
import type { Rejection } from '../source.ts';
import { createPendingFile } from './file.ts';
import { csvLine } from './formats.ts';
import type { SinkOptions } from './sink.ts';
import type { ByteSink } from './text.ts';
import { openByteSink } from './text.ts';

const members = ['file', 'line', 'column', 'reason', 'raw'] as const;

const asTable = (rejections: readonly Rejection[]): Table => ({
  rows: rejections.length,
  columns: new Map(
    members.map((name) => [
      name,
      name === 'line'
        ? { kind: 'number', values: Float64Array.from(rejections, ({ line }) => line) }
        : { kind: 'text', values: rejections.map((rejection) => rejection[name] ?? null) },
    ]),
  ),
});

const asCsv = ({ file, line, column = '', reason, raw }: Rejection): string =>
  csvLine([file, String(line), column, reason, raw]);

/** So many at once: the text of all of them need not be in memory. */
const groupSize = 1000;

async function writeLines(
  sink: ByteSink,
  header: string,
  rejections: readonly Rejection[],
  lineOf: (rejection: Rejection) => string,
): Promise<void> {
  try {
    await sink.write(header);
    for (let at = 0; at < rejections.length; at += groupSize)
      await sink.write(
        rejections
          .slice(at, at + groupSize)
          .map(lineOf)
          .join(''),
      );
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

async function writeTable(path: string, rejections: readonly Rejection[]): Promise<void> {
  const file = await createPendingFile(path);
  try {
    await writeParquet(asTable(rejections), file.temporary);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/**
 * Writes rejected records, every one whole: `file`, `line`, `column`, `reason`, `raw`. A file stands under its name when
 * it is whole.
 *
 * @throws usage error (exit 2) where it cannot be written.
 */
export async function writeRejections(
  rejections: readonly Rejection[],
  to: Omit<SinkOptions, 'classes'>,
): Promise<void> {
  if (to.format === 'parquet') return writeTable(to.path, rejections);
  const sink = await openByteSink(to);
  return to.format === 'csv'
    ? writeLines(sink, csvLine(members), rejections, asCsv)
    : writeLines(sink, '', rejections, rejectionLine);
}
