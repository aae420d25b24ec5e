import { listSegments, readLines, tailLines } from './logSegments.ts';
import type { InstanceSegments } from './logSegments.ts';
import { parseLabelLine, parsePredictionLine } from './logLines.ts';
import type { LabelRecord, PredictionRecord } from './record.ts';

/** Which part of the log to read; both: the last rows of those since. */
export interface LogWindow {
  /** ms since 1970 UTC, inclusive. */
  readonly fromMs?: number;
  /** At most so many predictions, the newest. */
  readonly lastRows?: number;
}

export interface LogContent {
  /** Oldest first. */
  readonly predictions: readonly PredictionRecord[];
  /**
   * Oldest first: every label of these predictions, and every label of no prediction that the log ever held (an
   * orphan). Labels of predictions outside the window are left out.
   */
  readonly labels: readonly LabelRecord[];
  /** Lines that are no record: the torn end of a segment whose process was killed, or damage. */
  readonly torn: number;
}

interface Counts {
  torn: number;
}

const byTime = (left: { readonly at: number }, right: { readonly at: number }): number => left.at - right.at;

/** The time of an instance's newest complete record, or undefined where its last lines hold none. */
async function newestAt(files: readonly string[]): Promise<number | undefined> {
  const file = files.at(-1);
  if (file === undefined) return undefined;
  const lines = await tailLines(file);
  return lines.map((line) => parsePredictionLine(line)?.at).findLast((at) => at !== undefined);
}

/** The newest `limit` records of one segment since `fromMs`, in the order of the file. */
async function readSegment(
  file: string,
  fromMs: number,
  limit: number,
  counts: Counts,
): Promise<PredictionRecord[]> {
  let kept: PredictionRecord[] = [];
  for await (const line of readLines(file)) {
    if (line === '') continue;
    const record = parsePredictionLine(line);
    if (record === undefined) counts.torn += 1;
    else if (record.at >= fromMs) kept.push(record);
    // Twice the limit before it is cut: each record is moved at most once.
    if (kept.length >= 2 * limit) kept = kept.slice(-limit);
  }
  return kept.slice(-limit);
}

async function readInstance(
  segments: InstanceSegments,
  fromMs: number,
  limit: number,
  counts: Counts,
): Promise<PredictionRecord[]> {
  const parts: PredictionRecord[][] = [];
  let rows = 0;
  for (const file of segments.files.toReversed()) {
    if (rows >= limit) break;
    const part = await readSegment(file, fromMs, limit, counts);
    parts.push(part);
    rows += part.length;
  }
  return parts.toReversed().flat().slice(-limit);
}

async function readPredictions(
  logFolder: string,
  fromMs: number,
  limit: number,
  counts: Counts,
): Promise<PredictionRecord[]> {
  const instances = await Promise.all(
    (await listSegments(logFolder, 'predictions')).map(async (segments) => ({
      segments,
      newest: await newestAt(segments.files),
    })),
  );
  // Newest first, so that older instances are skipped unread once the window is full.
  instances.sort((left, right) => (right.newest ?? Infinity) - (left.newest ?? Infinity));
  let kept: PredictionRecord[] = [];
  for (const { segments, newest } of instances) {
    const oldestKept = kept.length >= limit ? (kept[0]?.at ?? -Infinity) : -Infinity;
    if (newest !== undefined && (newest < fromMs || newest < oldestKept)) continue;
    const records = await readInstance(segments, fromMs, limit, counts);
    kept = [...kept, ...records].sort(byTime);
    if (kept.length > limit) kept = kept.slice(-limit);
  }
  return kept;
}

/** The logged prediction of that id, or undefined. Streams the newest instances first. */
export async function readPrediction(logFolder: string, id: string): Promise<PredictionRecord | undefined> {
  for (const { files } of (await listSegments(logFolder, 'predictions')).toReversed()) {
    for (const file of files.toReversed()) {
      for await (const line of readLines(file)) {
        if (!line.includes(id)) continue;
        const record = parsePredictionLine(line);
        if (record?.id === id) return record;
      }
    }
  }
  return undefined;
}

/** Of these ids, those that no prediction of the whole log has. */
async function neverPredicted(logFolder: string, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const unseen = new Set(ids);
  for (const { files } of await listSegments(logFolder, 'predictions')) {
    for (const file of files) {
      for await (const line of readLines(file)) {
        if (unseen.size === 0) return unseen;
        const record = parsePredictionLine(line);
        if (record !== undefined) unseen.delete(record.id);
      }
    }
  }
  return unseen;
}

async function readLabels(
  logFolder: string,
  known: ReadonlySet<string>,
  complete: boolean,
  counts: Counts,
): Promise<LabelRecord[]> {
  const matching: LabelRecord[] = [];
  const others: LabelRecord[] = [];
  for (const { files } of await listSegments(logFolder, 'labels')) {
    for (const file of files) {
      for await (const line of readLines(file)) {
        if (line === '') continue;
        const record = parseLabelLine(line);
        if (record === undefined) counts.torn += 1;
        else (known.has(record.id) ? matching : others).push(record);
      }
    }
  }
  if (others.length === 0) return matching.sort(byTime);
  const unmatched = new Set(others.map((label) => label.id));
  const orphans = complete ? unmatched : await neverPredicted(logFolder, unmatched);
  return [...matching, ...others.filter((label) => orphans.has(label.id))].sort(byTime);
}

/**
 * Reads a deployment's log over all its instances, ordered by time. Memory is bounded by the window (twice
 * `lastRows`) and the number of labels, not by the length of the log. A missing folder is an empty log.
 */
export async function readLog(logFolder: string, window: LogWindow = {}): Promise<LogContent> {
  const { fromMs = -Infinity, lastRows = Infinity } = window;
  const counts: Counts = { torn: 0 };
  if (lastRows <= 0) return { predictions: [], labels: [], torn: 0 };
  const predictions = await readPredictions(logFolder, fromMs, lastRows, counts);
  const complete = fromMs === -Infinity && lastRows === Infinity;
  const known = new Set(predictions.map((record) => record.id));
  const labels = await readLabels(logFolder, known, complete, counts);
  return { predictions, labels, torn: counts.torn };
}
