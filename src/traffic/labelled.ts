import { isIssue } from '../data/cells/cell.ts';
import type { LabelAccount } from './account.ts';
import type { GivenLabel, JoinedLabel, LabelDoor } from './join.ts';
import { joinLabels } from './join.ts';
import type { OutcomeReader } from './outcome.ts';
import { readLabels, readPredictions, readRow } from './readLog.ts';
import { parsePredictionLine } from './record.ts';
import type { PredictionRecord } from './record.ts';
import { searchLog } from './search.ts';
import type { Meter } from './segments/segmentIndex.ts';
import { readLines } from './segments/segments.ts';
import type { Segment } from './segments/segments.ts';
import { readWindow } from './window.ts';
import type { WindowQuery } from './window.ts';

/** Whose log, and which labels there are besides those of `POST /feedback`. */
export interface LabelledQuery {
  readonly logFolder: string;
  /** Labels of files. */
  readonly doors: readonly LabelDoor[];
  readonly read: OutcomeReader;
  /** Everything before this has expired, ms since 1970 UTC; null where nothing has. */
  readonly expiredBefore: number | null;
}

/** Predictions that are looked at, with the labels that are known of them. */
export interface LabelledWindow {
  /** Oldest first. */
  readonly predictions: readonly PredictionRecord[];
  /** By prediction; null = no label yet. */
  readonly labels: readonly (JoinedLabel | null)[];
  readonly account: LabelAccount;
  /** Lines that are no record. */
  readonly torn: number;
}

/** A prediction whose outcome is known. */
export interface LabelledRow {
  readonly record: PredictionRecord;
  readonly label: JoinedLabel;
}

/** The labelled predictions of a window. */
export const labelledRows = ({ predictions, labels }: LabelledWindow): readonly LabelledRow[] =>
  predictions.flatMap((record, row) => {
    const label = labels[row];
    return label === null || label === undefined ? [] : [{ record, label }];
  });

/** Labels of `POST /feedback`. */
export const feedbackDoor = (labels: readonly GivenLabel[]): LabelDoor => ({
  door: 'feedback',
  source: null,
  labels,
  unusable: [],
  blank: 0,
});

/**
 * Reads a window of a log and brings the labels to it. What is read follows the window: labels that arrived before it
 * are not of it, and of the others those that match nothing are looked for in the rest of the log by its indexes.
 */
export async function readLabelledWindow(
  query: LabelledQuery & { readonly window: WindowQuery },
  meter: Meter = { bytes: 0 },
): Promise<LabelledWindow> {
  const { logFolder, read, expiredBefore } = query;
  const { predictions, torn } = await readWindow(logFolder, query.window, meter);
  const from = predictions[0]?.at ?? Infinity;
  // Where the window ends by its number of rows, what came before the first of them is of others.
  const isFull = predictions.length >= query.window.lastRows;
  const arrived = await readLabels(logFolder, isFull ? from : query.window.fromMs, meter);
  const doors = [feedbackDoor(arrived.labels), ...query.doors];
  const join = (held: ReadonlySet<string>): ReturnType<typeof joinLabels> =>
    joinLabels(predictions, doors, read, { from, expiredBefore, held });
  const first = join(new Set());
  const { held } = await searchLog(logFolder, first.undecided, undefined, meter);
  const { labels, account } = held.size === 0 ? first : join(held);
  return { predictions, labels, account, torn: torn + arrived.torn };
}

/**
 * Every labelled prediction of the whole log, oldest first. Memory follows the labels: a prediction that no label names
 * is passed by.
 */
export async function readLabelledLog(
  { logFolder, doors, read, expiredBefore }: LabelledQuery,
  meter: Meter = { bytes: 0 },
): Promise<{ readonly rows: readonly LabelledRow[]; readonly account: LabelAccount }> {
  const arrived = await readLabels(logFolder, -Infinity, meter);
  const all = [feedbackDoor(arrived.labels), ...doors];
  const named = new Set(all.flatMap((door) => door.labels.map(({ id }) => id)));
  const byId = new Map<string, PredictionRecord>();
  if (named.size > 0)
    for await (const record of readPredictions(logFolder, meter))
      if (named.has(record.id) || named.has(record.rowId)) byId.set(record.id, record);
  const predictions = [...byId.values()].sort((left, right) => left.at - right.at);
  const beyond = { from: -Infinity, expiredBefore, held: new Set<string>() };
  const { labels, account } = joinLabels(predictions, all, read, beyond);
  return { rows: labelledRows({ predictions, labels, account, torn: 0 }), account };
}

/**
 * The labelled predictions of some segments that are about to go. A row that the rest of the log has too may have been
 * asked again: a label that came after the rest began is left to that.
 *
 * @param earliest when the first prediction of the rest was made, ms since 1970 UTC
 */
export async function labelledAmong(
  { logFolder, doors, read, expiredBefore }: LabelledQuery,
  segments: readonly Segment[],
  earliest: number,
  meter: Meter,
): Promise<{ readonly predictions: number; readonly rows: readonly LabelledRow[] }> {
  const arrived = await readLabels(logFolder, -Infinity, meter);
  const all = [feedbackDoor(arrived.labels), ...doors];
  const named = new Set(all.flatMap((door) => door.labels.map(({ id }) => id)));
  const byId = new Map<string, PredictionRecord>();
  const seen = new Set<string>();
  for (const { file } of segments)
    for await (const line of readLines(file, meter)) {
      const record = parsePredictionLine(line);
      if (record === undefined) continue;
      seen.add(record.id);
      if (named.has(record.id) || named.has(record.rowId)) byId.set(record.id, record);
    }
  const going = [...byId.values()];
  const byRow = new Set(going.map(({ rowId }) => rowId).filter((rowId) => named.has(rowId)));
  const except = new Set(segments.map(({ file }) => file));
  const { held } = await searchLog(logFolder, byRow, undefined, meter, except);
  const rest = [...held].map((rowId) => ({ id: '', rowId, at: earliest }));
  const predictions = [...going, ...rest].sort((left, right) => left.at - right.at);
  const beyond = { from: -Infinity, expiredBefore, held: new Set<string>() };
  const { labels } = joinLabels(predictions, all, read, beyond);
  const rows = predictions.flatMap((record, place) => {
    const label = labels[place];
    return label === null || label === undefined || !('features' in record) ? [] : [{ record, label }];
  });
  return { predictions: seen.size, rows };
}

/** The label of one prediction, and what became of every label that names it or its row. */
export interface LabelOfOne {
  readonly label: JoinedLabel | null;
  readonly account: LabelAccount;
}

/**
 * The label of one prediction, by the same join: other predictions of the same row by the same bundle are looked up,
 * since a label by row may be theirs.
 */
export async function readLabelOf(
  { logFolder, doors, read, expiredBefore }: LabelledQuery,
  record: PredictionRecord,
  meter: Meter = { bytes: 0 },
): Promise<LabelOfOne> {
  const { labels: arrived } = await readLabels(logFolder, record.at, meter);
  const named = [feedbackDoor(arrived), ...doors].map((door) => ({
    ...door,
    labels: door.labels.filter(({ id }) => id === record.id || id === record.rowId),
    unusable: [],
    blank: 0,
  }));
  const byRow = named.some((door) => door.labels.some(({ id }) => id === record.rowId));
  const same: PredictionRecord[] = [];
  if (byRow)
    for await (const each of readRow(logFolder, record.rowId, meter))
      if (each.bundle === record.bundle && each.id !== record.id) same.push(each);
  const predictions = [...same, record].sort((left, right) => left.at - right.at);
  const { labels, account } = joinLabels(predictions, named, read, {
    from: -Infinity,
    expiredBefore,
    held: new Set(),
  });
  return { label: labels[predictions.indexOf(record)] ?? null, account };
}

/**
 * How many different predictions or rows of the log got a usable label by `POST /feedback` after `since` (ms since 1970
 * UTC). Labels of a file do not count: nothing says when they came.
 */
export async function countLabelledSince(
  { logFolder, read }: LabelledQuery,
  since: number,
  meter: Meter = { bytes: 0 },
): Promise<number> {
  const { labels } = await readLabels(logFolder, since, meter);
  const usable = labels.filter(({ at, label }) => at > since && !isIssue(read(label)));
  const { held } = await searchLog(logFolder, new Set(usable.map(({ id }) => id)), undefined, meter);
  return held.size;
}
