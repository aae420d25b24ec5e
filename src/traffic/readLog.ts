import { hashId } from './segments/idFilter.ts';
import { parseLabelLine, parsePredictionLine, parseShadowLine } from './record.ts';
import type { LabelRecord, PredictionRecord, ShadowRecord } from './record.ts';
import { readFilter, readIndex } from './segments/segmentIndex.ts';
import type { Meter } from './segments/segmentIndex.ts';
import type { Segment } from './segments/segments.ts';
import { listSegments, readLines } from './segments/segments.ts';
import { clockSlackMs, readWindow } from './window.ts';

/** Labels that arrived, oldest first. */
export interface ArrivedLabels {
  readonly labels: readonly LabelRecord[];
  /** Lines that are no record. */
  readonly torn: number;
}

/** May a segment hold something from `fromMs` on? Its index says, else the time of its last change. */
async function reaches(segment: Segment, fromMs: number, meter: Meter): Promise<boolean> {
  if (segment.changed + clockSlackMs < fromMs) return false;
  const index = await readIndex(segment.file, segment.size, meter);
  return index === undefined || index.to >= fromMs;
}

/**
 * The labels of a log that arrived at `fromMs` or later. A label comes after its prediction, so those that arrived
 * before a window are of predictions before it: their segments are left unread.
 */
export async function readLabels(
  logFolder: string,
  fromMs: number,
  meter: Meter = { bytes: 0 },
): Promise<ArrivedLabels> {
  const labels: LabelRecord[] = [];
  let torn = 0;
  for (const { segments } of await listSegments(logFolder, 'labels'))
    for (const segment of segments) {
      if (!(await reaches(segment, fromMs, meter))) continue;
      for await (const line of readLines(segment.file, meter)) {
        const record = parseLabelLine(line, segment.file);
        if (record === undefined) torn += 1;
        else if (record.at >= fromMs) labels.push(record);
      }
    }
  return { labels: labels.sort((left, right) => left.at - right.at), torn };
}

/** What the other of two bundles said since `fromMs`, in no order. Torn lines are left out. */
export async function* readShadows(
  logFolder: string,
  fromMs: number,
  meter: Meter = { bytes: 0 },
): AsyncGenerator<ShadowRecord> {
  for (const { segments } of await listSegments(logFolder, 'shadows'))
    for (const segment of segments) {
      if (!(await reaches(segment, fromMs, meter))) continue;
      for await (const line of readLines(segment.file, meter)) {
        const record = parseShadowLine(line);
        if (record !== undefined && record.at >= fromMs) yield record;
      }
    }
}

/** Every prediction of a log, instance by instance, in the order in which each wrote them. Torn lines are left out. */
export async function* readPredictions(
  logFolder: string,
  meter: Meter = { bytes: 0 },
): AsyncGenerator<PredictionRecord> {
  for (const { segments } of await listSegments(logFolder, 'predictions'))
    for (const { file } of segments)
      for await (const line of readLines(file, meter)) {
        const record = parsePredictionLine(line);
        if (record !== undefined) yield record;
      }
}

/** Records with that id, of a prediction or of a row. Segments whose index does not know the id are left unread. */
async function* readNamed(logFolder: string, id: string, meter: Meter): AsyncGenerator<PredictionRecord> {
  const hash = hashId(id);
  // As it stands in a line: an id may hold what JSON escapes.
  const written = JSON.stringify(id);
  const instances = await listSegments(logFolder, 'predictions');
  for (const { segments } of instances.toReversed())
    for (const { file, size } of segments.toReversed()) {
      if ((await readFilter(file, size, meter))?.mayHold(hash) === false) continue;
      for await (const line of readLines(file, meter)) {
        const record = line.includes(written) ? parsePredictionLine(line) : undefined;
        if (record?.id === id || record?.rowId === id) yield record;
      }
    }
}

/** The logged prediction of that id, or undefined. */
export async function readPrediction(logFolder: string, id: string): Promise<PredictionRecord | undefined> {
  for await (const record of readNamed(logFolder, id, { bytes: 0 })) if (record.id === id) return record;
  return undefined;
}

/** Every logged prediction of the row of that id. */
export async function* readRow(
  logFolder: string,
  rowId: string,
  meter: Meter = { bytes: 0 },
): AsyncGenerator<PredictionRecord> {
  for await (const record of readNamed(logFolder, rowId, meter)) if (record.rowId === rowId) yield record;
}

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
  /** Oldest first: every label that arrived since the first of these predictions. */
  readonly labels: readonly LabelRecord[];
  /** Lines that are no record: the torn end of a segment whose process was killed, or damage. */
  readonly torn: number;
}

/**
 * Reads a deployment's log over all its instances, ordered by time: the predictions of a window, all of them by
 * default, and the labels that may be theirs. A missing folder is an empty log.
 */
export async function readLog(logFolder: string, window: LogWindow = {}): Promise<LogContent> {
  const { fromMs = -Infinity, lastRows = Infinity } = window;
  const { predictions, torn } = await readWindow(logFolder, { fromMs, lastRows, bundle: null });
  const since = lastRows === Infinity ? fromMs : (predictions.at(0)?.at ?? Infinity);
  const arrived = await readLabels(logFolder, since);
  return { predictions, labels: arrived.labels, torn: torn + arrived.torn };
}
