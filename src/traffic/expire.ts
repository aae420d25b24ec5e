import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { parsePredictionLine } from './record.ts';
import { indexPath, readIndex } from './segments/segmentIndex.ts';
import type { Meter } from './segments/segmentIndex.ts';
import { listSegments, readLines } from './segments/segments.ts';
import type { Segment } from './segments/segments.ts';

/** A log by what has expired and what has not. */
export interface Expiry {
  /** Segments of predictions of which none is younger than the limit, oldest first: no more than one run may read. */
  readonly expired: readonly Segment[];
  /** When the earliest prediction of the others was made, ms since 1970 UTC; Infinity where there is no other. */
  readonly earliest: number;
}

/** Bytes of segments that one run folds and removes: expiry comes day by day, and costs little each time. */
const bytesARun = 64 * 1024 * 1024;

/** `a-service/predictions-000001.ndjson`: a name that no other segment of the log has, ever. */
export const segmentPlace = ({ instance, file }: Segment): string => `${instance}/${path.basename(file)}`;

/** When the first record of a segment was made; its index says, else its first line. */
async function firstAt(segment: Segment, meter: Meter): Promise<number> {
  const index = await readIndex(segment.file, segment.size, meter);
  if (index !== undefined) return index.from;
  for await (const line of readLines(segment.file, meter)) {
    const record = parsePredictionLine(line);
    if (record !== undefined) return record.at;
  }
  return Infinity;
}

/** When the last record of a segment was made, or the latest that it can be. */
async function lastAt(segment: Segment, meter: Meter): Promise<number> {
  return (await readIndex(segment.file, segment.size, meter))?.to ?? segment.changed;
}

/** Finds the segments whose predictions all were made before `before`. */
export async function findExpired(logFolder: string, before: number, meter: Meter): Promise<Expiry> {
  const segments = (await listSegments(logFolder, 'predictions')).flatMap((instance) => instance.segments);
  const dated = await Promise.all(
    segments.map(async (segment) => ({ segment, last: await lastAt(segment, meter) })),
  );
  const old = dated.filter(({ last }) => last < before).sort((left, right) => left.last - right.last);
  const expired: Segment[] = [];
  let bytes = 0;
  for (const { segment } of old) {
    if (expired.length > 0 && bytes + segment.size > bytesARun) break;
    expired.push(segment);
    bytes += segment.size;
  }
  const gone = new Set(expired);
  let earliest = Infinity;
  for (const segment of segments)
    if (!gone.has(segment)) earliest = Math.min(earliest, await firstAt(segment, meter));
  return { expired, earliest };
}

/** Segments of labels and shadows that came before any prediction that is left: there is nothing that they could be about. */
export async function findIdleLabels(
  logFolder: string,
  before: number,
  meter: Meter,
): Promise<readonly Segment[]> {
  const [labels, shadows] = [
    await listSegments(logFolder, 'labels'),
    await listSegments(logFolder, 'shadows'),
  ];
  const segments = [...labels, ...shadows].flatMap((instance) => instance.segments);
  const idle: Segment[] = [];
  for (const segment of segments) if ((await lastAt(segment, meter)) < before) idle.push(segment);
  return idle;
}

/** Removes segments with their indexes, and the folders of instances of which nothing is left. */
export async function removeSegments(segments: readonly Segment[]): Promise<void> {
  for (const { file } of segments) {
    await rm(file, { force: true });
    await rm(indexPath(file), { force: true });
    // Only where nothing is left in it.
    await rmdir(path.dirname(file)).catch(() => undefined);
  }
}
