import { hashId } from './segments/idFilter.ts';
import type { IdHash } from './segments/idFilter.ts';
import { parsePredictionLine } from './record.ts';
import { readFilter } from './segments/segmentIndex.ts';
import type { Meter } from './segments/segmentIndex.ts';
import type { Segment } from './segments/segments.ts';
import { listSegments, readLines } from './segments/segments.ts';

/** What a search may cost: then it ends, and says so. */
export interface SearchLimits {
  /** Bytes of segments and indexes. */
  readonly bytes: number;
  /** Questions to filters: ids × segments. */
  readonly questions: number;
}

/** A second of work, and some 100 full segments. */
export const searchLimits: SearchLimits = { bytes: 64 * 1024 * 1024, questions: 20_000_000 };

/** Which of the ids that were searched for are in the log. */
export interface Found {
  readonly held: ReadonlySet<string>;
  /** The whole log was searched; otherwise its newest part. */
  readonly complete: boolean;
}

/** Takes from `missing` what the segment holds, by its filter, or else by reading it. */
async function searchSegment(
  { file, size }: Segment,
  missing: Map<string, IdHash>,
  held: Set<string>,
  meter: Meter,
): Promise<void> {
  const find = (id: string): void => {
    if (missing.delete(id)) held.add(id);
  };
  const filter = await readFilter(file, size, meter);
  if (filter !== undefined) {
    for (const [id, hash] of missing) if (filter.mayHold(hash)) find(id);
    return;
  }
  for await (const line of readLines(file, meter)) {
    const record = parsePredictionLine(line);
    if (record === undefined) continue;
    find(record.id);
    find(record.rowId);
  }
}

/**
 * Looks for ids of predictions or rows in a log, newest segments first, by their filters: an id that is there is always
 * found, one that is not is taken for one once in 15,000 a segment.
 *
 * @param except files that are not searched
 */
export async function searchLog(
  logFolder: string,
  ids: ReadonlySet<string>,
  limits: SearchLimits = searchLimits,
  meter: Meter = { bytes: 0 },
  except: ReadonlySet<string> = new Set(),
): Promise<Found> {
  const held = new Set<string>();
  if (ids.size === 0) return { held, complete: true };
  const missing = new Map([...ids].map((id) => [id, hashId(id)]));
  const segments = (await listSegments(logFolder, 'predictions'))
    .flatMap((instance) => instance.segments)
    .filter(({ file }) => !except.has(file))
    .sort((left, right) => right.changed - left.changed);
  const end = meter.bytes + limits.bytes;
  let questions = 0;
  for (const segment of segments) {
    if (missing.size === 0) break;
    if (meter.bytes >= end || questions >= limits.questions) return { held, complete: false };
    questions += missing.size;
    await searchSegment(segment, missing, held, meter);
  }
  return { held, complete: true };
}
