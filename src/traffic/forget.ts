import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseHeader } from './format.ts';
import type { SegmentKind } from './format.ts';
import { parseLabelLine, parsePredictionLine, parseShadowLine } from './record.ts';
import { indexPath } from './segments/segmentIndex.ts';
import { disk } from './files.ts';

/** Lines that were taken out of a log. */
export interface Forgotten {
  readonly predictions: number;
  readonly labels: number;
  /** What named it: its row's id, and those of its predictions. */
  readonly ids: ReadonlySet<string>;
}

/** Every segment, also of batch runs that are not committed yet. */
async function everySegment(logFolder: string, kind: SegmentKind): Promise<string[]> {
  const names = await readdir(logFolder, { recursive: true, encoding: 'utf8' }).catch(() => []);
  const pattern = new RegExp(`^${kind}-\\d{6,}\\.ndjson$`);
  return names.filter((name) => pattern.test(path.basename(name))).map((name) => path.join(logFolder, name));
}

/**
 * Writes blanks over the lines that `isMeant`, in their place, and puts that on the disk. A service that appends to the
 * segment meanwhile loses nothing, and whoever reads it passes blank lines by. A last line without its end may still be
 * being written: it is left alone.
 */
async function blankLines(file: string, isMeant: (line: string) => boolean): Promise<number> {
  const handle = await open(file, 'r+');
  try {
    const bytes = await handle.readFile();
    let blanked = 0;
    for (let from = 0, end = bytes.indexOf(10); end !== -1; from = end + 1, end = bytes.indexOf(10, from)) {
      const line = bytes.toString('utf8', from, end);
      if (line.trim() === '' || (from === 0 && parseHeader(line) !== undefined) || !isMeant(line)) continue;
      const length = end - from;
      await handle.write(Buffer.alloc(length, 32), 0, length, from);
      blanked += 1;
    }
    if (blanked > 0) await handle.sync();
    return blanked;
  } finally {
    await handle.close();
  }
}

/**
 * Takes the predictions of a row, and the labels that name it or one of them, out of a log, whichever process wrote them.
 * Run again after a kill it finishes what was begun.
 *
 * @param between called before each segment; what it throws ends the work there
 */
export async function forgetRow(
  logFolder: string,
  rowId: string,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<Forgotten> {
  const ids = new Set([rowId]);
  const written = JSON.stringify(rowId);
  let predictions = 0;
  for (const file of await everySegment(logFolder, 'predictions')) {
    await between();
    const blanked = await blankLines(file, (line) => {
      const record = line.includes(written) ? parsePredictionLine(line) : undefined;
      if (record?.rowId !== rowId) return false;
      ids.add(record.id);
      return true;
    });
    // What the index says of the segment is no longer so: it is made again by whoever needs it.
    if (blanked > 0) await disk.remove(indexPath(file));
    predictions += blanked;
  }
  let labels = 0;
  for (const file of await everySegment(logFolder, 'labels')) {
    await between();
    labels += await blankLines(file, (line) => ids.has(parseLabelLine(line, file)?.id ?? ''));
  }
  // What the other of two bundles said to it goes along: it is of the same predictions, and not counted apart.
  if (predictions > 0)
    for (const file of await everySegment(logFolder, 'shadows')) {
      await between();
      await blankLines(file, (line) => ids.has(parseShadowLine(line)?.id ?? ''));
    }
  return { predictions, labels, ids };
}
