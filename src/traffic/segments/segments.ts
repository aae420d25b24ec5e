import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseHeader, requireReadable } from '../format.ts';
import type { SegmentKind } from '../format.ts';
import { readPart } from './segmentIndex.ts';
import type { Meter } from './segmentIndex.ts';

/** Ends the name of an instance's folder while it does not count yet; readers skip it. */
export const pendingSuffix = '.pending';

/** `predictions-000001.ndjson`: sorts by sequence. */
export const segmentName = (kind: SegmentKind, sequence: number): string =>
  `${kind}-${String(sequence).padStart(6, '0')}.ndjson`;

/** A segment as it is now. */
export interface Segment {
  /** Absolute path. */
  readonly file: string;
  readonly instance: string;
  readonly size: number;
  /** When it was last written to, ms since 1970 UTC: no record in it is later. */
  readonly changed: number;
}

/** The segments of one kind of one instance, oldest first. */
export interface InstanceSegments {
  readonly instance: string;
  readonly segments: readonly Segment[];
}

async function entries(folder: string): Promise<readonly { name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function factsOf(file: string, instance: string): Promise<Segment | undefined> {
  try {
    const { size, mtimeMs } = await stat(file);
    return { file, instance, size, changed: mtimeMs };
  } catch (error) {
    // It expired meanwhile.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Segments of every instance under a deployment's log folder; none where nothing was logged yet. */
export async function listSegments(
  logFolder: string,
  kind: SegmentKind,
): Promise<readonly InstanceSegments[]> {
  const pattern = new RegExp(`^${kind}-\\d{6,}\\.ndjson$`);
  const instances = (await entries(logFolder))
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith(pendingSuffix))
    .map((entry) => entry.name);
  const found: InstanceSegments[] = [];
  for (const instance of instances.sort()) {
    const folder = path.join(logFolder, instance);
    const names = (await entries(folder)).map((entry) => entry.name).filter((name) => pattern.test(name));
    // By number: a seventh digit must not sort before six.
    const ordered = names.sort((left, right) => left.length - right.length || (left < right ? -1 : 1));
    const facts = await Promise.all(ordered.map((name) => factsOf(path.join(folder, name), instance)));
    const segments = facts.filter((each) => each !== undefined);
    if (segments.length > 0) found.push({ instance, segments });
  }
  return found;
}

/** @throws damaged error (exit 8) for a segment that a later aieng wrote. */
async function requireReadableSegment(file: string, meter: Meter): Promise<void> {
  const head = await readPart(file, 0, 256, meter);
  const end = head?.indexOf(10) ?? -1;
  if (head === undefined || end === -1) return;
  requireReadable(parseHeader(head.toString('utf8', 0, end)) ?? { format: 1, aieng: '0.1' }, file);
}

/**
 * The records' lines of a segment, oldest first. Splits at line feeds only: U+2028 is legal inside JSON, and
 * `node:readline` would cut there. Blank lines are what `forget` leaves.
 */
export async function* readLines(file: string, meter: Meter): AsyncGenerator<string> {
  await requireReadableSegment(file, meter);
  let rest: Buffer[] = [];
  let first = true;
  const given = (line: string): boolean => {
    const isHeader = first && parseHeader(line) !== undefined;
    first = false;
    return !isHeader && line.trim() !== '';
  };
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    meter.bytes += chunk.length;
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const part = chunk.subarray(from, end);
      const line = (rest.length === 0 ? part : Buffer.concat([...rest, part])).toString('utf8');
      if (given(line)) yield line;
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  const last = Buffer.concat(rest).toString('utf8');
  if (given(last)) yield last;
}

/** Bytes that are read at once from the end of a segment. */
const blockBytes = 128 * 1024;

/** The records' lines of a segment in blocks, newest block first; within a block oldest first. */
export async function* readBlocksBackwards(
  { file, size }: Segment,
  meter: Meter,
): AsyncGenerator<readonly string[]> {
  await requireReadableSegment(file, meter);
  let tail: Buffer = Buffer.alloc(0);
  for (let end = size; end > 0;) {
    const from = Math.max(0, end - blockBytes);
    const block = await readPart(file, from, end - from, meter);
    if (block === undefined) return;
    const bytes = Buffer.concat([block, tail]);
    // The first line of the block may begin in the one before.
    const start = from === 0 ? 0 : bytes.indexOf(10) + 1;
    if (from > 0 && start === 0) tail = bytes;
    else {
      tail = bytes.subarray(0, start);
      const lines = bytes.toString('utf8', start).split('\n');
      yield lines.filter(
        (line, at) => line.trim() !== '' && !(from === 0 && at === 0 && parseHeader(line) !== undefined),
      );
    }
    end = from;
  }
}
