import type { PredictionRecord } from './record.ts';
import type { Meter } from './segments/segmentIndex.ts';
import { readWindow } from './window.ts';
import type { WindowQuery } from './window.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How far back traffic is looked for that a window can be compared with. */
const weeksBack = 4;
/** Days and weeks before a window of a few hours, and weeks before one of some days, whose same hours are read. */
const daysBefore = [1, 2, 3, 7, 14];
const weeksBefore = [7, 14, 21];

/** The window whose like is looked for, and how many of its rows are enough. */
export interface EarlierQuery {
  readonly logFolder: string;
  readonly bundle: string;
  /** First and last row of the window, ms since 1970 UTC. */
  readonly from: number;
  readonly to: number;
  /** Is it cut off by its number of rows? */
  readonly isFull: boolean;
  readonly lastRows: number;
}

/**
 * What is read of a log before a window: where the window is cut off by its rows, a few of each of its hours, days and
 * weeks before, since all that lies between would be many times the window; else simply the rows before it.
 */
export function periodsBefore({ from, to, isFull, lastRows, bundle }: EarlierQuery): readonly WindowQuery[] {
  const before = { fromMs: from - 7 * weeksBack * dayMs, toMs: from - 1, lastRows, bundle };
  const span = to - from;
  if (!isFull || span >= 6.5 * dayMs) return [before];
  const shifts = span < 23 * hourMs ? daysBefore : weeksBefore;
  const pieces = Math.max(1, Math.ceil(span / hourMs));
  const each = Math.ceil(lastRows / (shifts.length * pieces));
  const piece = span / pieces;
  return shifts.flatMap((days) =>
    Array.from({ length: pieces }, (_, k) => ({
      fromMs: from - days * dayMs + k * piece,
      toMs: Math.min(from - 1, from - days * dayMs + (k + 1) * piece),
      lastRows: each,
      bundle,
    })),
  );
}

/** Predictions of the same bundle from before a window, oldest first, to compare it with. */
export async function readEarlier(
  query: EarlierQuery,
  meter: Meter = { bytes: 0 },
): Promise<readonly PredictionRecord[]> {
  const taken = new Map<string, PredictionRecord>();
  for (const period of periodsBefore(query)) {
    const { predictions } = await readWindow(query.logFolder, period, meter);
    for (const record of predictions) taken.set(record.id, record);
  }
  return [...taken.values()].sort((left, right) => left.at - right.at);
}
