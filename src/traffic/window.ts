import { hashId } from './segments/idFilter.ts';
import type { IdHash } from './segments/idFilter.ts';
import { parsePredictionLine } from './record.ts';
import type { PredictionRecord } from './record.ts';
import { readFilter, readIndex } from './segments/segmentIndex.ts';
import type { Meter, SegmentIndex } from './segments/segmentIndex.ts';
import { listSegments, readBlocksBackwards } from './segments/segments.ts';
import type { InstanceSegments, Segment } from './segments/segments.ts';

/** Which predictions to look at. */
export interface WindowQuery {
  /** ms since 1970 UTC, inclusive. */
  readonly fromMs: number;
  /** At most so many, the newest. */
  readonly lastRows: number;
  /** Only those that this bundle answered; null = whichever did. */
  readonly bundle: string | null;
  /** None later than this, ms since 1970 UTC; left out = up to now. */
  readonly toMs?: number;
  /** Every record that is later is to be counted, at the cost of reading segments of several bundles. */
  readonly isLaterCounted?: boolean;
  /** Only those whose own id, or whose row's, is one of these; left out = any. */
  readonly named?: ReadonlySet<string>;
}

/** The newest predictions of a log. */
export interface Window {
  /** Oldest first. */
  readonly predictions: readonly PredictionRecord[];
  /** Lines that are no record: the torn end of a segment whose process was killed, or damage. */
  readonly torn: number;
  /** Records of the same bundle that were met on the way and are later than asked for. */
  readonly later: number;
}

interface Counts {
  torn: number;
  later: number;
}

/** A file's time may come from another clock than its records do. */
export const clockSlackMs = 3_600_000;

const timeInLine = /"at":(\d+)/;
/** When the record of a line came; NaN where it is none. The line is not parsed. */
export const timeOfLine = (line: string): number => Number(timeInLine.exec(line)?.[1] ?? Number.NaN);
/** As a service writes a line. One that is written otherwise is parsed to know. */
const idsInLine = /^\{"id":"([^"\\]*)","rowId":"([^"\\]*)",/;

function isNamed(line: string, named: ReadonlySet<string> | undefined): boolean {
  const ids = named === undefined ? null : idsInLine.exec(line);
  return ids === null || named!.has(ids[1]!) || named!.has(ids[2]!);
}

function isAsked({ id, rowId, at, bundle }: PredictionRecord, query: WindowQuery): boolean {
  const { fromMs, toMs = Infinity, named } = query;
  if (at < fromMs || at > toMs) return false;
  if (query.bundle !== null && bundle !== query.bundle) return false;
  return named === undefined || named.has(id) || named.has(rowId);
}

interface Block {
  /** Matching records of it, oldest first. */
  readonly records: PredictionRecord[];
  /** Of all its records, matching or not. */
  readonly latest: number;
}

function parseBlock(lines: readonly string[], query: WindowQuery, counts: Counts): Block {
  const records: PredictionRecord[] = [];
  let latest = -Infinity;
  const { toMs = Infinity } = query;
  for (const line of lines) {
    // What came later is passed by, not parsed.
    const late = toMs === Infinity ? Number.NaN : timeOfLine(line);
    if (late > toMs) {
      latest = Math.max(latest, late);
      if (query.bundle === null || line.includes(query.bundle)) counts.later += 1;
      continue;
    }
    // The lines of other bundles are most of a log in which versions change: they are not parsed.
    const isOther = !isNamed(line, query.named);
    const record =
      !isOther && (query.bundle === null || line.includes(query.bundle))
        ? parsePredictionLine(line)
        : undefined;
    const at = record?.at ?? timeOfLine(line);
    if (Number.isNaN(at) || (query.bundle === null && !isOther && record === undefined)) {
      counts.torn += 1;
      continue;
    }
    latest = Math.max(latest, at);
    if (record !== undefined && isAsked(record, query)) records.push(record);
  }
  return { records: records.sort((left, right) => left.at - right.at), latest };
}

/** One instance's records, newest first, read no further back than they are asked for. */
class InstanceReader {
  readonly #left: Segment[];
  readonly #query: WindowQuery;
  readonly #meter: Meter;
  readonly #counts: Counts;
  readonly #named: readonly IdHash[] | undefined;
  #blocks: AsyncGenerator<readonly string[]> | undefined;
  #ready: PredictionRecord[] = [];
  /** No record that is still to come is later than this. */
  #bound: number;

  constructor(
    { segments }: InstanceSegments,
    query: WindowQuery,
    named: readonly IdHash[] | undefined,
    meter: Meter,
    counts: Counts,
  ) {
    this.#left = [...segments];
    this.#named = named;
    this.#query = query;
    this.#meter = meter;
    this.#counts = counts;
    this.#bound = (segments.at(-1)?.changed ?? -Infinity) + clockSlackMs;
  }

  /** Time of the next record, or the latest that it can be; -Infinity where there is none. */
  get next(): number {
    return this.#ready.at(-1)?.at ?? this.#bound;
  }

  /** Takes the next record, or reads on to where it is and gives undefined. */
  async take(): Promise<PredictionRecord | undefined> {
    if (this.#ready.length > 0) return this.#ready.pop();
    await this.#readOn();
    return undefined;
  }

  #end(): void {
    this.#bound = -Infinity;
    this.#left.length = 0;
    this.#blocks = undefined;
  }

  async #readOn(): Promise<void> {
    this.#blocks ??= await this.#nextSegment();
    if (this.#blocks === undefined) {
      this.#end();
      return;
    }
    const next = await this.#blocks.next();
    if (next.done === true) {
      this.#blocks = undefined;
      return;
    }
    const { records, latest } = parseBlock(next.value, this.#query, this.#counts);
    this.#ready = records;
    if (latest === -Infinity) return;
    this.#bound = Math.min(this.#bound, latest);
    // A whole block from before the window: so is everything before it.
    if (latest < this.#query.fromMs) this.#end();
  }

  async #nextSegment(): Promise<AsyncGenerator<readonly string[]> | undefined> {
    for (let segment = this.#left.pop(); segment !== undefined; segment = this.#left.pop()) {
      const { fromMs, bundle } = this.#query;
      if (segment.changed + clockSlackMs < fromMs) return undefined;
      const index = await readIndex(segment.file, segment.size, this.#meter);
      if (index !== undefined && index.to < fromMs) return undefined;
      const isOther =
        index !== undefined && (this.#isLater(index) || (bundle !== null && !index.bundles.includes(bundle)));
      if (!isOther && (await this.#mayHoldNamed(segment))) return readBlocksBackwards(segment, this.#meter);
    }
    return undefined;
  }

  /** Is all of a segment later than asked for? One of several bundles is read where it is to be known how much of it is of one. */
  #isLater({ from, records, bundles }: SegmentIndex): boolean {
    const { toMs = Infinity, bundle } = this.#query;
    if (from <= toMs) return false;
    if (bundle === null || (bundles.length === 1 && bundles[0] === bundle)) this.#counts.later += records;
    return bundle === null || bundles.length === 1 || this.#query.isLaterCounted !== true;
  }

  async #mayHoldNamed({ file, size }: Segment): Promise<boolean> {
    if (this.#named === undefined) return true;
    const filter = await readFilter(file, size, this.#meter);
    return filter === undefined || this.#named.some((id) => filter.mayHold(id));
  }
}

/**
 * Reads the newest predictions of a log over all its instances, backwards from its end: what is read follows the window,
 * not the length of the log. An id that was written twice counts once.
 *
 * @param meter told how many bytes were read
 */
export async function readWindow(
  logFolder: string,
  query: WindowQuery,
  meter: Meter = { bytes: 0 },
): Promise<Window> {
  const counts: Counts = { torn: 0, later: 0 };
  if (query.lastRows <= 0) return { predictions: [], ...counts };
  const named = query.named === undefined ? undefined : [...query.named].map(hashId);
  const readers = (await listSegments(logFolder, 'predictions')).map(
    (segments) => new InstanceReader(segments, query, named, meter, counts),
  );
  const taken = new Map<string, PredictionRecord>();
  while (taken.size < query.lastRows) {
    let newest: InstanceReader | undefined;
    for (const reader of readers)
      if (reader.next > -Infinity && (newest === undefined || reader.next > newest.next)) newest = reader;
    if (newest === undefined || newest.next < query.fromMs) break;
    const record = await newest.take();
    if (record !== undefined && !taken.has(record.id)) taken.set(record.id, record);
  }
  const predictions = [...taken.values()].reverse().sort((left, right) => left.at - right.at);
  return { predictions, ...counts };
}
