import path from 'node:path';
import type { LogFile, LogFiles } from '../files.ts';
import { faultOf } from '../files.ts';
import { headerLine } from '../format.ts';
import type { SegmentKind } from '../format.ts';
import type { Batch } from './batch.ts';
import { IndexBuilder, indexPath } from './segmentIndex.ts';
import { segmentName } from './segments.ts';

export interface SegmentOptions {
  readonly kind: SegmentKind;
  readonly folder: string;
  readonly maxBytes: number;
  /** A segment whose first record is older than this by its newest is closed, ms. */
  readonly maxAgeMs: number;
  readonly files: LogFiles;
  /** aieng's own version. */
  readonly aieng: string;
}

/** What became of an append: so many lines of its batch, from the first on, are in the log. */
export interface Appended {
  readonly written: number;
  /** The system's word for why not all are; null where all are. */
  readonly problem: string | null;
}

interface OpenSegment {
  readonly file: LogFile;
  readonly path: string;
  readonly ino: number;
  readonly index: IndexBuilder;
  /** Bytes that are known to be whole lines. */
  size: number;
}

/** The folder of the log was removed or moved away while a segment was open: its file is in no folder any more. */
const displaced = 'folder removed';

/**
 * Appends whole lines to the segments of one kind of one instance. One call at a time. Nothing is thrown: what an append
 * gives back says which lines are in the log, and each of them is there exactly once, whichever operation fails.
 */
export class SegmentWriter {
  readonly #options: SegmentOptions;
  #open: OpenSegment | undefined;
  #sequence = 0;
  #refused = 0;

  constructor(options: SegmentOptions) {
    this.#options = options;
  }

  /** Operations that the system refused so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Appends; with `sync`, what is counted as written is on the disk. */
  async append(batch: Batch, sync: boolean): Promise<Appended> {
    const first = await this.#try(batch, sync);
    // Once more at once: the folder is made again, and what was written into the file that is gone is not in the log.
    return first.problem === displaced ? this.#try(batch, sync) : first;
  }

  async #try(batch: Batch, sync: boolean): Promise<Appended> {
    let took = 0;
    let done = false;
    let segment: OpenSegment | undefined;
    try {
      segment = await this.#segmentFor(batch);
      const head = this.#head(segment);
      const bytes = head.length === 0 ? batch.text() : Buffer.concat([head, batch.text()]);
      while (took < bytes.length) {
        const more = await segment.file.write(bytes, took);
        if (more === 0) throw new Error('the system takes no more bytes');
        took += more;
      }
      if (sync) await segment.file.sync();
      if (!(await this.#isInPlace(segment))) {
        this.#refused += 1;
        await this.#abandon();
        return { written: 0, problem: displaced };
      }
      segment.size += bytes.length;
      done = true;
    } catch (error) {
      this.#refused += 1;
      const kept = segment === undefined ? 0 : await this.#keepWhole(segment, batch, took, sync);
      segment?.index.add(batch, kept);
      return { written: kept, problem: faultOf(error) };
    } finally {
      if (done) segment?.index.add(batch, batch.count);
    }
    return { written: batch.count, problem: null };
  }

  /** What stands before the first record of a segment. */
  #head({ size }: OpenSegment): Uint8Array {
    return Buffer.from(size === 0 ? headerLine(this.#options.kind, this.#options.aieng) : '');
  }

  /**
   * After a write that failed half-way: whole lines stay, the rest is cut off. Where it cannot be, the segment ends
   * there with a torn line, and the next append begins another. With `sync` nothing stays that may not be on the disk.
   */
  async #keepWhole(segment: OpenSegment, batch: Batch, took: number, sync: boolean): Promise<number> {
    const { file } = segment;
    // The file itself says best what the system took of a write that failed.
    const grown = await file.stat().then(
      ({ size }) => size - segment.size,
      () => took,
    );
    const head = this.#head(segment).length;
    const count = sync || grown < head ? 0 : batch.wholeIn(grown - head);
    const whole = count === 0 ? segment.size : segment.size + head + batch.endOf(count - 1);
    try {
      if (grown > 0) await file.truncate(whole);
      segment.size = whole;
    } catch {
      await this.#abandon();
    }
    return count;
  }

  /** Is the file that we write to still the one that a reader finds? */
  async #isInPlace({ path: place, ino }: OpenSegment): Promise<boolean> {
    return (await this.#options.files.stat(place))?.ino === ino;
  }

  #isFull({ size, index }: OpenSegment, next: number): boolean {
    const { maxBytes, maxAgeMs } = this.#options;
    return size >= maxBytes || next - index.from >= maxAgeMs;
  }

  async #segmentFor(batch: Batch): Promise<OpenSegment> {
    const next = batch.latest();
    if (this.#open !== undefined && this.#open.size > 0 && this.#isFull(this.#open, next)) await this.close();
    this.#open ??= await this.#create();
    return this.#open;
  }

  async #create(): Promise<OpenSegment> {
    const { folder, files, kind } = this.#options;
    await files.makeFolder(folder);
    for (;;) {
      this.#sequence += 1;
      const place = path.join(folder, segmentName(kind, this.#sequence));
      let file: LogFile;
      try {
        file = await files.create(place);
      } catch (error) {
        // An instance that was started again under its name goes on after its own segments.
        if (faultOf(error) === 'EEXIST') continue;
        throw error;
      }
      try {
        await files.syncFolder(folder);
        const { ino } = await file.stat();
        return { file, path: place, ino, index: new IndexBuilder(), size: 0 };
      } catch (error) {
        await file.close().catch(() => undefined);
        await files.remove(place).catch(() => undefined);
        throw error;
      }
    }
  }

  /** Lets go of a file that nothing more is written to, whatever state it is in. */
  async #abandon(): Promise<void> {
    const segment = this.#open;
    this.#open = undefined;
    await segment?.file.close().catch(() => undefined);
  }

  /** Puts the open segment on the disk, closes it and writes its index. Its records are in the log whatever is refused. */
  async close(): Promise<void> {
    const segment = this.#open;
    this.#open = undefined;
    if (segment === undefined) return;
    const attempt = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
      } catch {
        this.#refused += 1;
      }
    };
    await attempt(() => segment.file.sync());
    await attempt(() => segment.file.close());
    await attempt(async () => {
      const bytes = await segment.index.encode(segment.size, this.#options.aieng);
      if (bytes !== null && (await this.#isInPlace(segment)))
        await this.#options.files.replace(indexPath(segment.path), bytes);
    });
  }
}
