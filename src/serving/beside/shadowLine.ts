import type { RowReading } from '../../data/rows.ts';
import type { PredictionLog } from '../../traffic/predictionLog.ts';
import { isJsonObject } from '../../data/cells/json.ts';
import type { ServingPredictor } from '../predictor.ts';

/** Rows that somebody was answered, for the other of two bundles to answer too. */
interface ShadowQuestion {
  readonly predictor: ServingPredictor;
  readonly rows: readonly unknown[];
  readonly way: RowReading['way'];
  /** Ids of the answers that the caller got, by row. */
  readonly ids: readonly string[];
  /** How long those took for a row. */
  readonly callerMs: number;
}

/** What a line of shadows counted. */
export interface ShadowCounts {
  readonly answered: number;
  readonly faults: number;
  /** Rows that there was no time or room for. */
  readonly dropped: number;
}

/** The other bundle's answers, given to nobody: written down after the caller has its own. */
export interface ShadowLine {
  readonly take: (question: ShadowQuestion) => void;
  readonly counts: () => ShadowCounts;
  /** Asks nothing more; what waits is dropped. */
  readonly close: () => void;
}

interface ShadowLineOptions {
  readonly log: PredictionLog | null;
  /** ms since 1970 UTC. */
  readonly clock: () => number;
  /** ms on a clock that never goes back. */
  readonly elapsed: () => number;
  /** Requests that wait for their turn: they go first. */
  readonly waiting: () => number;
}

/** What may wait: so much of the newest traffic is compared, and a burst costs no memory. */
const mostRows = 400;
const mostBytes = 4 * 1024 * 1024;
/** Of one request: a long list must not push out all others. */
const mostRowsOfOne = 100;
/** Rows that are answered in one go, and how long pieces are answered one after the other: a caller who comes meanwhile waits for no more. */
const rowsAtOnce = 8;
const turnMs = 1;
const restMs = 5;

/** About the memory of a row that waits: its texts. */
function bytesOf(row: unknown): number {
  if (!isJsonObject(row)) return typeof row === 'string' ? row.length : 64;
  let bytes = 64;
  for (const value of Object.values(row)) bytes += typeof value === 'string' ? value.length : 8;
  return bytes;
}

interface Waiting extends ShadowQuestion {
  readonly bytes: number;
}

/** Cuts a question into pieces that are answered in one go. */
function* piecesOf(question: ShadowQuestion): Generator<Waiting> {
  for (let from = 0; from < question.rows.length && from < mostRowsOfOne; from += rowsAtOnce) {
    const rows = question.rows.slice(from, Math.min(from + rowsAtOnce, mostRowsOfOne));
    const bytes = rows.reduce<number>((sum, row) => sum + bytesOf(row), 0);
    yield { ...question, rows, ids: question.ids.slice(from, from + rows.length), bytes };
  }
}

/**
 * Opens a line that answers while nobody waits, for at most half of the time of this thread, a few rows at once. What it
 * has no time for is dropped and counted; what goes wrong in it is written down and reaches no caller.
 */
export function openShadowLine({ log, clock, elapsed, waiting }: ShadowLineOptions): ShadowLine {
  const line: Waiting[] = [];
  const counts = { answered: 0, faults: 0, dropped: 0 };
  let rows = 0;
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const fail = (question: ShadowQuestion, fault: 'refused' | 'failed', ms: number): void => {
    counts.faults += question.rows.length;
    const { predictor, callerMs } = question;
    for (const id of question.ids)
      log?.shadow({
        id,
        at: clock(),
        bundle: predictor.digest,
        fault,
        prediction: null,
        scores: [],
        ms,
        callerMs,
      });
  };
  const answer = (question: ShadowQuestion): void => {
    const { predictor, way, ids, callerMs } = question;
    const begun = elapsed();
    const perRow = (): number => (elapsed() - begun) / question.rows.length;
    try {
      const { answers, issues } = predictor.predictRows(question.rows, (row) => `/${row}`, way, false);
      const ms = perRow();
      if (issues.length > 0 || answers.length !== ids.length) {
        // One bad row must not speak for the others of its piece.
        if (ids.length === 1) fail(question, 'refused', ms);
        else
          for (const [at, row] of question.rows.entries())
            answer({ ...question, rows: [row], ids: [ids[at] ?? ''] });
        return;
      }
      counts.answered += answers.length;
      answers.forEach(({ prediction, scores }, at) =>
        log?.shadow({
          id: ids[at] ?? '',
          at: clock(),
          bundle: predictor.digest,
          fault: null,
          prediction,
          scores: [...scores],
          ms,
          callerMs,
        }),
      );
    } catch {
      fail(question, 'failed', perRow());
    }
  };
  const turn = (): void => {
    timer = undefined;
    if (closed) return;
    const begun = elapsed();
    while (waiting() === 0 && elapsed() - begun < turnMs) {
      const next = line.shift();
      if (next === undefined) return;
      rows -= next.rows.length;
      bytes -= next.bytes;
      answer(next);
    }
    // As long as it took, or until those who wait are likely to be answered.
    if (line.length > 0) timer = setTimeout(turn, waiting() === 0 ? elapsed() - begun : restMs);
  };
  return {
    take: (question) => {
      let taken = 0;
      if (!closed)
        for (const piece of piecesOf(question)) {
          if (rows + piece.rows.length > mostRows || bytes + piece.bytes > mostBytes) break;
          line.push(piece);
          rows += piece.rows.length;
          bytes += piece.bytes;
          taken += piece.rows.length;
        }
      counts.dropped += question.rows.length - taken;
      // Not at once: the caller's answer goes out first.
      if (taken > 0) timer ??= setTimeout(turn, 0);
    },
    counts: () => counts,
    close: () => {
      closed = true;
      clearTimeout(timer);
      counts.dropped += rows;
      line.length = 0;
    },
  };
}
