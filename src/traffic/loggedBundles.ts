import { isAbsent } from '../disk/faults.ts';
import { parsePredictionLine } from './record.ts';
import type { Meter } from './segments/segmentIndex.ts';
import { readIndex } from './segments/segmentIndex.ts';
import { listSegments, readLines } from './segments/segments.ts';

async function bundlesIn(file: string, size: number, meter: Meter): Promise<readonly string[]> {
  const index = await readIndex(file, size, meter);
  if (index !== undefined) return index.bundles;
  const found = new Set<string>();
  try {
    for await (const line of readLines(file, meter)) {
      const record = parsePredictionLine(line);
      if (record !== undefined) found.add(record.bundle);
    }
  } catch (error) {
    // It expired meanwhile.
    if (!isAbsent(error)) throw error;
  }
  return [...found];
}

/** Digests of the bundles that answered something in a log. What a segment's index tells is not read again. */
export async function loggedBundles(
  logFolder: string,
  meter: Meter = { bytes: 0 },
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { segments } of await listSegments(logFolder, 'predictions'))
    for (const { file, size } of segments)
      for (const bundle of await bundlesIn(file, size, meter)) found.add(bundle);
  return found;
}
