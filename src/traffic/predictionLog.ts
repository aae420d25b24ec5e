import { disk } from './files.ts';
import type { LogFiles } from './files.ts';
import type { LabelRecord, ShadowRecord, TakenPrediction } from './record.ts';
import { predictionLines, writeLabelLine } from './record.ts';
import { Batch } from './segments/batch.ts';
import { SegmentWriter } from './segments/segmentWriter.ts';
import type { SegmentOptions } from './segments/segmentWriter.ts';

export interface PredictionLogOptions {
  /** `<logFolder>/<instance>`: written by this process alone. */
  readonly folder: string;
  /** aieng's own version: stands in each segment, for a reader that is too old for it. */
  readonly aieng: string;
  /** Longest time that a prediction stays in memory only: what a `kill -9` can lose. Default 100 ms. */
  readonly flushMs?: number;
  /** Predictions after which they are written without waiting. Default 512. */
  readonly flushRecords?: number;
  /** A segment that reached this size is closed and the next begun. Default 64 MiB. */
  readonly maxSegmentBytes?: number;
  /** So is one whose first record is older than this. Default a day. */
  readonly maxSegmentMs?: number;
  /** Text that may wait while the disk refuses it; what comes on top is dropped and counted. Default 16 MiB. Nothing waits so in a durable log. */
  readonly maxBufferBytes?: number;
  /** Each prediction is flushed to the disk, for those who wait for `settled`. Default false. */
  readonly durable?: boolean;
  /** Default: the disk. */
  readonly files?: LogFiles;
}

/** How the log does; `degraded` while the last write failed. */
export interface LogState {
  readonly degraded: boolean;
  /** Why, without paths: `ENOSPC`. Empty while all is well. */
  readonly message: string;
  /** Predictions and labels that are in the log. */
  readonly written: number;
  /** Predictions in memory that the disk refused; it is asked again each second. A process that is killed loses them. */
  readonly waiting: number;
  /** Predictions that were dropped. A label is never dropped: whoever sends one is told. */
  readonly lost: number;
  /** Operations that the system refused. */
  readonly errors: number;
}

/** Labels could not be put on the disk: none of them is to be relied on, and the sender has to send them again. */
export class LabelsNotKept extends Error {
  /** The system's word: `ENOSPC`. */
  readonly fault: string;

  constructor(fault: string) {
    super(`the labels could not be written (${fault})`);
    this.name = 'LabelsNotKept';
    this.fault = fault;
  }
}

/**
 * Append-only NDJSON segments `predictions-<seq>.ndjson` and `labels-<seq>.ndjson`, and an index beside each one that
 * is closed. Appending a prediction never waits and never throws: serving goes on when the disk is full, and the state
 * says so.
 *
 * What is promised: after `flush` or `close` resolved with `degraded: false`, every prediction is with the operating
 * system. A process killed with -9 loses at most the predictions of the last `flushMs`; a power failure what the
 * operating system had not written yet (segments are fsynced when they are closed). A label is on the disk when
 * `labels` resolves.
 */
export interface PredictionLog {
  prediction(record: TakenPrediction): void;
  /** Takes what the other of two bundles said. As a prediction does, it never waits; it is never durable. */
  shadow(record: ShadowRecord): void;
  /**
   * Of a durable log, called right after the predictions were taken: resolves when they are on the disk, with null, or
   * with the system's word for why they may not be. Calls share one flush. Absent otherwise.
   */
  readonly settled?: () => Promise<string | null>;
  /**
   * Resolves when all of them are on the disk. Calls that come while others are written share one fsync.
   *
   * @throws LabelsNotKept where they are not
   */
  labels(records: readonly LabelRecord[]): Promise<void>;
  flush(): Promise<void>;
  /** Writes what waits and closes the segments; what cannot be written is counted as lost. */
  close(): Promise<void>;
  state(): LogState;
}

/** A disk that refused is asked again after this long. */
const retryMs = 1000;

interface Totals {
  written: number;
  lost: number;
}

type Limits = Required<Omit<PredictionLogOptions, 'files' | 'folder' | 'aieng'>>;

/** Predictions (or shadows) that wait, and one write at a time. */
class PredictionQueue {
  readonly #segments: SegmentWriter;
  readonly #limits: Limits;
  readonly #totals: Totals;
  readonly #lineOf = predictionLines();
  #waiting = new Batch();
  /** Of the batch that is being written. */
  #writingBytes = 0;
  #writingCount = 0;
  /** Is used when the waiting one is being written. */
  #spare: Batch | undefined;
  #writing: Promise<void> | undefined;
  /** Who waits for the predictions that wait now, and for no others. */
  #settling: { readonly outcome: Promise<string | null>; settle(fault: string | null): void } | undefined;
  problem = '';

  constructor(segments: SegmentWriter, limits: Limits, totals: Totals) {
    this.#segments = segments;
    this.#limits = limits;
    this.#totals = totals;
  }

  /** Records that the disk refused and that are kept. Those of the next write are none of them while all is well. */
  waiting(): number {
    return this.problem === '' ? 0 : this.#waiting.count + this.#writingCount;
  }

  /** Takes a record; true when enough wait to be written now. */
  add(record: TakenPrediction | ShadowRecord): boolean {
    const line = 'rowId' in record ? this.#lineOf(record) : `${JSON.stringify(record)}\n`;
    if (!this.#limits.durable && this.#isFullFor(line)) {
      this.#totals.lost += 1;
      return false;
    }
    this.#waiting.add(line, record);
    // Whoever waits for the disk asks for the write.
    if (this.#limits.durable) return false;
    return this.problem === '' && this.#waiting.count >= this.#limits.flushRecords;
  }

  #isFullFor(line: string): boolean {
    return this.#waiting.bytes + this.#writingBytes + line.length > this.#limits.maxBufferBytes;
  }

  /** What becomes of the write that takes the predictions that wait now. */
  settle(): Promise<string | null> {
    const begun = this.#settling;
    if (begun !== undefined) return begun.outcome;
    let settle: (fault: string | null) => void = () => undefined;
    const outcome = new Promise<string | null>((resolve) => (settle = resolve));
    this.#settling = { outcome, settle };
    void this.flush();
    return outcome;
  }

  /** Writes everything that was taken before this call, or says in `problem` why it could not. */
  async flush(): Promise<void> {
    if (this.#writing !== undefined) await this.#writing;
    // Another caller that waited as well may have begun to write them.
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  async #write(): Promise<void> {
    const batch = this.#waiting;
    const settling = this.#settling;
    this.#settling = undefined;
    if (batch.count === 0) {
      settling?.settle(null);
      return;
    }
    this.#waiting = this.#spare ?? new Batch();
    this.#spare = undefined;
    this.#writingBytes = batch.bytes;
    this.#writingCount = batch.count;
    const { durable } = this.#limits;
    const { written, problem } = await this.#segments.append(batch, durable);
    this.#totals.written += written;
    this.#writingBytes = 0;
    this.#writingCount = 0;
    this.problem = problem ?? '';
    settling?.settle(problem);
    // Where the disk refused in a durable log, nobody was given these answers: whoever asked is refused, and asks again.
    if (problem !== null && !durable) {
      // The rest is tried again with the next ones; the order stays.
      const rest = new Batch();
      rest.take(batch, written);
      rest.take(this.#waiting, 0);
      this.#waiting = rest;
    }
    batch.clear();
    this.#spare = batch;
  }

  async close(): Promise<void> {
    await this.flush();
    this.#totals.lost += this.#waiting.count;
    this.#waiting.clear();
    await this.#segments.close();
  }
}

interface WaitingLabels {
  readonly records: readonly LabelRecord[];
  readonly settle: (fault: string | null) => void;
}

/** Labels by group commit: whoever waits while others are written goes with the next write and its fsync. */
class LabelCommits {
  readonly #segments: SegmentWriter;
  readonly #totals: Totals;
  #waiting: WaitingLabels[] = [];
  #committing: Promise<void> | undefined;
  problem = '';

  constructor(segments: SegmentWriter, totals: Totals) {
    this.#segments = segments;
    this.#totals = totals;
  }

  async add(records: readonly LabelRecord[]): Promise<void> {
    if (records.length === 0) return;
    const fault = await new Promise<string | null>((settle) => {
      this.#waiting.push({ records, settle });
      this.#committing ??= this.#commitAll().finally(() => (this.#committing = undefined));
    });
    if (fault !== null) throw new LabelsNotKept(fault);
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      const batch = new Batch();
      for (const { records } of group)
        for (const record of records) batch.add(writeLabelLine(record), { id: record.id, at: record.at });
      const { written, problem } = await this.#segments.append(batch, true);
      this.#totals.written += written;
      this.problem = problem ?? '';
      for (const { settle } of group) settle(problem);
    }
  }

  async close(): Promise<void> {
    await this.#committing;
    await this.#segments.close();
  }
}

/** Opens a log for one process. Nothing is created before the first record. */
export function openPredictionLog(given: PredictionLogOptions): PredictionLog {
  const limits: Limits = {
    flushMs: given.flushMs ?? 100,
    flushRecords: given.flushRecords ?? 512,
    maxSegmentBytes: given.maxSegmentBytes ?? 64 * 1024 * 1024,
    maxSegmentMs: given.maxSegmentMs ?? 24 * 3_600_000,
    maxBufferBytes: given.maxBufferBytes ?? 16 * 1024 * 1024,
    durable: given.durable ?? false,
  };
  const segments = (kind: SegmentOptions['kind']): SegmentWriter =>
    new SegmentWriter({
      kind,
      folder: given.folder,
      maxBytes: limits.maxSegmentBytes,
      maxAgeMs: limits.maxSegmentMs,
      files: given.files ?? disk,
      aieng: given.aieng,
    });
  const totals: Totals = { written: 0, lost: 0 };
  const [predicted, labelled] = [segments('predictions'), segments('labels')];
  const predictions = new PredictionQueue(predicted, limits, totals);
  const labels = new LabelCommits(labelled, totals);
  // What is lost of them is no prediction that is lost: whoever judges counts the pairs that there are.
  const shadows = new PredictionQueue(
    segments('shadows'),
    { ...limits, durable: false },
    { written: 0, lost: 0 },
  );
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    await Promise.all([predictions.flush(), shadows.flush()]);
    // What could not be written is tried again by itself, also where no further prediction comes.
    if (predictions.problem !== '' && !closed) timer ??= setTimeout(() => void flush(), retryMs).unref();
  };
  return {
    prediction: (record) => {
      if (closed) totals.lost += 1;
      else if (predictions.add(record)) void flush();
      else timer ??= setTimeout(() => void flush(), predictions.problem === '' ? limits.flushMs : retryMs);
    },
    shadow: (record) => {
      if (!closed && !shadows.add(record)) timer ??= setTimeout(() => void flush(), limits.flushMs);
      else if (!closed) void shadows.flush();
    },
    ...(limits.durable
      ? {
          settled: () => (closed ? Promise.resolve('closed') : predictions.settle()),
        }
      : {}),
    labels: async (records) => {
      if (closed) throw new LabelsNotKept('closed');
      await labels.add(records);
    },
    flush,
    close: async () => {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      await Promise.all([predictions.close(), shadows.close(), labels.close()]);
    },
    state: () => {
      const message = [...new Set([predictions.problem, labels.problem])]
        .filter((text) => text !== '')
        .join(', ');
      const errors = predicted.refused + labelled.refused;
      return { degraded: message !== '', message, waiting: predictions.waiting(), ...totals, errors };
    },
  };
}
