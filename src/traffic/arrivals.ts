import { readIndex } from './segments/segmentIndex.ts';
import type { Meter, SegmentIndex } from './segments/segmentIndex.ts';
import { listSegments, readBlocksBackwards } from './segments/segments.ts';
import type { Segment } from './segments/segments.ts';
import { clockSlackMs, timeOfLine } from './window.ts';
import type { WindowQuery } from './window.ts';

type Arrivals = Pick<WindowQuery, 'fromMs' | 'bundle'> & Required<Pick<WindowQuery, 'toMs'>>;

/** How many of a segment an index alone says; null where the segment has to be read. */
function told(index: SegmentIndex, { fromMs, toMs, bundle }: Arrivals): number | null {
  if (index.to < fromMs || index.from > toMs) return 0;
  if (bundle !== null && !index.bundles.includes(bundle)) return 0;
  const isWhole = index.from >= fromMs && index.to <= toMs;
  return isWhole && (bundle === null || index.bundles.length === 1) ? index.records : null;
}

async function counted(segment: Segment, { fromMs, toMs, bundle }: Arrivals, meter: Meter): Promise<number> {
  let count = 0;
  for await (const lines of readBlocksBackwards(segment, meter)) {
    let latest = -Infinity;
    for (const line of lines) {
      const at = timeOfLine(line);
      if (Number.isNaN(at)) continue;
      latest = Math.max(latest, at);
      if (at >= fromMs && at <= toMs && (bundle === null || line.includes(bundle))) count += 1;
    }
    if (latest !== -Infinity && latest < fromMs) break;
  }
  return count;
}

/**
 * How many predictions came in a time. Segments that lie within it are counted by their index; only those that reach
 * over its ends, or are still written to, are read. No line is parsed, and an id that was written twice counts twice.
 *
 * @param meter told how many bytes were read
 */
export async function countPredictions(
  logFolder: string,
  asked: Arrivals,
  meter: Meter = { bytes: 0 },
): Promise<number> {
  let count = 0;
  for (const { segments } of await listSegments(logFolder, 'predictions'))
    for (const segment of segments) {
      if (segment.changed + clockSlackMs < asked.fromMs) continue;
      const index = await readIndex(segment.file, segment.size, meter);
      count += (index === undefined ? null : told(index, asked)) ?? (await counted(segment, asked, meter));
    }
  return count;
}
