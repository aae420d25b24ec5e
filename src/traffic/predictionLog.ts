import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { segmentName } from './logSegments.ts';
import type { SegmentKind } from './logSegments.ts';
import type { LabelRecord, PredictionRecord } from './record.ts';

export interface PredictionLogOptions {
  /** `<logFolder>/<instance>`: written by this process alone. */
  readonly folder: string;
  /** Longest time that a record stays in memory only: what a `kill -9` can lose. Default 100 ms. */
  readonly flushMs?: number;
  /** Records after which it is written without waiting. Default 512. */
  readonly flushRecords?: number;
  /** A segment that reached this size is closed and the next begun. Default 64 MiB. */
  readonly maxSegmentBytes?: number;
  /** Text that may wait while the disk refuses it; what comes on top is dropped and counted. Default 16 MiB. */
  readonly maxBufferBytes?: number;
}

/** How the log does; `degraded` while the last write failed. */
export interface LogState {
  readonly degraded: boolean;
  /** Why, without paths: `ENOSPC`. Empty while all is well. */
  readonly message: string;
  readonly written: number;
  readonly lost: number;
  readonly errors: number;
}

/**
 * Append-only NDJSON segments `predictions-<seq>.ndjson` and `labels-<seq>.ndjson`. Appending never waits and never
 * throws: serving goes on when the disk is full, and the state says so.
 *
 * What is promised: after `flush` or `close` resolved with `degraded: false`, every record is with the operating
 * system. A process killed with -9 loses at most the records of the last `flushMs`; a power failure what the
 * operating system had not written yet (segments are fsynced when they are closed).
 */
export interface PredictionLog {
  prediction(record: PredictionRecord): void;
  label(record: LabelRecord): void;
  flush(): Promise<void>;
  close(): Promise<void>;
  state(): LogState;
}

/** A disk that refused is asked again after this long. */
const retryMs = 1000;

interface Totals {
  written: number;
  lost: number;
  errors: number;
}

/** One kind's lines: a buffer, the open segment, and one write at a time. */
class SegmentWriter {
  readonly #kind: SegmentKind;
  readonly #options: Required<PredictionLogOptions>;
  readonly #totals: Totals;
  #lines: string[] = [];
  #waitingBytes = 0;
  #handle: FileHandle | undefined;
  #size = 0;
  #sequence = 0;
  #writing: Promise<void> | undefined;
  #problem = '';

  constructor(kind: SegmentKind, options: Required<PredictionLogOptions>, totals: Totals) {
    this.#kind = kind;
    this.#options = options;
    this.#totals = totals;
  }

  get problem(): string {
    return this.#problem;
  }

  /** Takes a line; true when enough wait to be written now. */
  add(record: object): boolean {
    const line = `${JSON.stringify(record)}\n`;
    if (this.#waitingBytes + line.length > this.#options.maxBufferBytes) {
      this.#totals.lost += 1;
      return false;
    }
    this.#lines.push(line);
    this.#waitingBytes += line.length;
    return this.#problem === '' && this.#lines.length >= this.#options.flushRecords;
  }

  async flush(): Promise<void> {
    if (this.#writing !== undefined) await this.#writing;
    if (this.#writing !== undefined || this.#lines.length === 0) return this.#writing;
    this.#writing = this.#write().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #write(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    const bytes = Buffer.from(lines.join(''));
    try {
      const handle = await this.#segment();
      await this.#append(handle, bytes);
      this.#size += bytes.length;
      this.#totals.written += lines.length;
      this.#waitingBytes -= lines.reduce((sum, line) => sum + line.length, 0);
      this.#problem = '';
    } catch (error) {
      this.#totals.errors += 1;
      this.#problem = error instanceof Error && 'code' in error ? String(error.code) : 'write failed';
      // The same lines are tried again with the next ones; the order stays.
      this.#lines = [...lines, ...this.#lines];
      await this.#forgetPartialWrite();
    }
  }

  async #segment(): Promise<FileHandle> {
    if (this.#handle !== undefined && this.#size < this.#options.maxSegmentBytes) return this.#handle;
    await this.#closeSegment();
    await mkdir(this.#options.folder, { recursive: true });
    this.#sequence += 1;
    const file = path.join(this.#options.folder, segmentName(this.#kind, this.#sequence));
    this.#handle = await open(file, 'a', 0o600);
    this.#size = (await this.#handle.stat()).size;
    return this.#handle;
  }

  async #append(handle: FileHandle, bytes: Buffer): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await handle.write(bytes, done);
      done += bytesWritten;
    }
  }

  /** Half a batch may be in the file: it is cut off, or else the next batch goes to a new segment. */
  async #forgetPartialWrite(): Promise<void> {
    try {
      await this.#handle?.truncate(this.#size);
    } catch {
      await this.#closeSegment();
    }
  }

  async #closeSegment(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#size = 0;
    try {
      await handle?.sync();
    } finally {
      await handle?.close().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.flush();
    this.#totals.lost += this.#lines.length;
    this.#lines = [];
    await this.#closeSegment().catch(() => undefined);
  }
}

/** Opens a log for one process. Nothing is created before the first record. */
export function openPredictionLog(given: PredictionLogOptions): PredictionLog {
  const options = {
    flushMs: 100,
    flushRecords: 512,
    maxSegmentBytes: 64 * 1024 * 1024,
    maxBufferBytes: 16 * 1024 * 1024,
    ...given,
  };
  const totals: Totals = { written: 0, lost: 0, errors: 0 };
  const predictions = new SegmentWriter('predictions', options, totals);
  const labels = new SegmentWriter('labels', options, totals);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    await Promise.all([predictions.flush(), labels.flush()]);
  };
  const add = (writer: SegmentWriter, record: object): void => {
    if (closed) {
      totals.lost += 1;
      return;
    }
    if (writer.add(record)) void flush();
    else timer ??= setTimeout(() => void flush(), writer.problem === '' ? options.flushMs : retryMs);
  };
  return {
    prediction: (record) => add(predictions, record),
    label: (record) => add(labels, record),
    flush,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await Promise.all([predictions.close(), labels.close()]);
    },
    state: () => {
      const message = [predictions.problem, labels.problem].filter((text) => text !== '').join(', ');
      return { degraded: message !== '', message, ...totals };
    },
  };
}
