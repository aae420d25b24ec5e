import { open } from 'node:fs/promises';
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { logFormat, requireReadable } from '../format.ts';
import type { Batch, Note } from './batch.ts';
import { IdCollector, openFilter } from './idFilter.ts';
import type { IdFilter } from './idFilter.ts';

const indexHeader = Type.Object({
  format: Type.Integer({ minimum: 2 }),
  aieng: Type.String(),
  bytes: Type.Integer({ minimum: 0, description: 'Size of the segment that this tells of.' }),
  records: Type.Integer({ minimum: 0 }),
  from: Type.Number({ description: 'Earliest record, ms since 1970 UTC.' }),
  to: Type.Number({ description: 'Latest record, ms since 1970 UTC.' }),
  bundles: Type.Array(Type.String(), { description: 'Which bundles answered; of labels none.' }),
  ids: Type.Integer({ minimum: 0, description: 'Bytes of the filter of ids that follows this line.' }),
});

/**
 * What a reader needs to know of a segment to leave it unread. It is derived from the segment: one that is torn, or
 * tells of another size, counts as absent and is made again from the segment.
 */
export type SegmentIndex = Static<typeof indexHeader>;

/** `predictions-000001.ndjson` → `predictions-000001.index`. */
export const indexPath = (segment: string): string => segment.replace(/\.ndjson$/, '.index');

/** Longest first line of an index (some 200 bundles in one segment). A longer one is not read: as if there were none. */
const longestHeader = 16_384;

/** Takes note of a segment's records while they are written. */
export class IndexBuilder {
  readonly #ids = new IdCollector();
  readonly #bundles = new Set<string>();
  #records = 0;
  #from = Infinity;
  #to = -Infinity;

  /** Earliest record so far; Infinity before the first. */
  get from(): number {
    return this.#from;
  }

  /** Takes note of the first `count` lines of a batch. */
  add(batch: Batch, count: number): void {
    for (let line = 0; line < count; line += 1) this.#take(batch.noteOf(line));
  }

  #take({ at, bundle, ids }: Note): void {
    this.#records += 1;
    this.#from = Math.min(this.#from, at);
    this.#to = Math.max(this.#to, at);
    if (bundle !== undefined) this.#bundles.add(bundle);
    for (const id of ids) this.#ids.add(id);
  }

  /** The bytes of the index file, or null where there was no record. */
  async encode(bytes: number, aieng: string): Promise<Uint8Array | null> {
    if (this.#records === 0) return null;
    const filter = await this.#ids.filter();
    const header: SegmentIndex = {
      format: logFormat,
      aieng,
      bytes,
      records: this.#records,
      from: this.#from,
      to: this.#to,
      bundles: [...this.#bundles].sort(),
      ids: filter.length,
    };
    return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), filter]);
  }
}

function parseIndexHeader(text: string): SegmentIndex | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(indexHeader, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is read, and how many bytes that took: a window promises to read no more than it needs. */
export interface Meter {
  bytes: number;
}

interface OpenedIndex {
  readonly index: SegmentIndex;
  /** Where the filter begins. */
  readonly after: number;
}

/** Reads part of a file; fewer bytes where it ends. */
export async function readPart(
  path: string,
  from: number,
  length: number,
  meter: Meter,
): Promise<Buffer | undefined> {
  let handle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(buffer, done, length - done, from + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    meter.bytes += done;
    return buffer.subarray(0, done);
  } finally {
    await handle.close();
  }
}

async function openIndex(segment: string, size: number, meter: Meter): Promise<OpenedIndex | undefined> {
  const path = indexPath(segment);
  for (const length of [1024, longestHeader]) {
    const head = await readPart(path, 0, length, meter);
    const end = head?.indexOf(10) ?? -1;
    if (head === undefined) return undefined;
    if (end === -1) continue;
    const index = parseIndexHeader(head.toString('utf8', 0, end));
    if (index === undefined) return undefined;
    requireReadable(index, path);
    return index.bytes === size ? { index, after: end + 1 } : undefined;
  }
  return undefined;
}

/** What the index says of a segment of that size; undefined where there is none that fits it. */
export async function readIndex(
  segment: string,
  size: number,
  meter: Meter,
): Promise<SegmentIndex | undefined> {
  return (await openIndex(segment, size, meter))?.index;
}

/** The filter of the ids of a segment of that size; undefined where there is none that fits it. */
export async function readFilter(segment: string, size: number, meter: Meter): Promise<IdFilter | undefined> {
  const opened = await openIndex(segment, size, meter);
  if (opened === undefined) return undefined;
  const bytes = await readPart(indexPath(segment), opened.after, opened.index.ids, meter);
  return bytes?.length === opened.index.ids ? openFilter(bytes) : undefined;
}
