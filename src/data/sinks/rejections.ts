import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Digest } from '../../digest.ts';
import type { Table } from '../columns.ts';
import { encodeQuarantine, rejectionLine } from '../quarantine.ts';
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

/** Takes refused records as they come. */
export interface RejectsSink {
  /** Gives the number of bytes that these are in the file. */
  write(rejections: readonly Rejection[]): Promise<number>;
  /** Completes the file. Where nothing was refused there is none, nor one of an earlier run. */
  close(): Promise<{ readonly bytes: number; readonly digest: Digest }>;
  /** Gives up: what stood there before stays. */
  abort(): Promise<void>;
}

/** A file of refused records (NDJSON), which comes into being with the first of them. */
export function openRejectsSink(path: string): RejectsSink {
  const hash = createHash('sha256');
  let bytes = 0;
  let sink: ByteSink | undefined;
  return {
    write: async (rejections) => {
      if (rejections.length === 0) return 0;
      sink ??= await openByteSink({ path, gzip: false });
      const content = Buffer.from(encodeQuarantine(rejections));
      hash.update(content);
      bytes += content.length;
      await sink.write(content);
      return content.length;
    },
    close: async () => {
      if (sink === undefined) await rm(path, { force: true });
      else await sink.close();
      return { bytes, digest: hash.digest('hex') };
    },
    abort: async () => sink?.abort(),
  };
}

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
