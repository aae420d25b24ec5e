import type { Table } from '../data/columns.ts';
import { tableFromRows } from '../data/rows.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { idTime } from '../traffic/idTime.ts';
import { readLog } from '../traffic/readLog.ts';
import type { LabelRecord, PredictionRecord } from '../traffic/record.ts';
import type { Context } from './context.ts';

/** The prediction log of a deployment, oldest first. */
export interface Traffic {
  readonly predictions: readonly PredictionRecord[];
  readonly labels: readonly LabelRecord[];
}

/**
 * The window that monitoring judges and retraining learns from: the newest rows, none older than the pipeline says,
 * and only those that `bundle` answered unless it is null. Labels of predictions outside it are left out; labels of
 * no prediction at all stay, as orphans.
 */
export async function readTraffic(
  context: Context,
  pipeline: Pipeline,
  bundle: string | null,
): Promise<Traffic> {
  const { window_rows, window_hours } = pipeline.monitor;
  const log = await readLog(await context.store.folder(`logs/${pipeline.name}`), {
    fromMs: context.environment.now() - window_hours * 3_600_000,
    ...(bundle === null ? { lastRows: window_rows } : {}),
  });
  const answered = bundle === null ? log.predictions : log.predictions.filter((row) => row.bundle === bundle);
  const predictions = answered.slice(-window_rows);
  const inside = new Set(predictions.map((row) => row.id));
  const outside = new Set(log.predictions.map((row) => row.id).filter((id) => !inside.has(id)));
  const since = predictions[0]?.at ?? Infinity;
  return {
    predictions,
    labels: log.labels.filter(({ id }) => !outside.has(id) && (idTime(id) ?? Infinity) >= since),
  };
}

/** Every labelled prediction there is, for training. */
export async function readAllTraffic(context: Context, pipeline: Pipeline): Promise<Traffic> {
  return readLog(await context.store.folder(`logs/${pipeline.name}`), {});
}

/**
 * How many predictions of the whole log got a label since `since` (ms since 1970 UTC). Labels of a file do not count:
 * nothing says when they came.
 */
export async function countLabelledSince(
  context: Context,
  pipeline: Pipeline,
  since: number,
): Promise<number> {
  const { predictions, labels } = await readAllTraffic(context, pipeline);
  const answered = new Set(predictions.map((record) => record.id));
  const fresh = labels.filter((label) => label.at > since && answered.has(label.id));
  return new Set(fresh.map((label) => label.id)).size;
}

/** Logged inputs as a table. They were validated when they came, so every row types. */
export function tableOfRecords(
  records: readonly PredictionRecord[],
  schema: RowSchema,
  columns: readonly string[],
): Table {
  return tableFromRows(
    records.map((record) => record.features),
    schema,
    columns,
  ).table;
}

/** Predictions whose outcome is known, oldest first. */
export type LabelledTraffic = readonly {
  readonly record: PredictionRecord;
  readonly label: string | number;
}[];

/**
 * Joins each prediction with its newest label; predictions without one are left out. Labels that came as a file win:
 * they stand there now.
 */
export function labelledTraffic(traffic: Traffic, byFile: readonly LabelRecord[] = []): LabelledTraffic {
  // Labels come oldest first, so the newest of several stays.
  const labels = new Map([...traffic.labels, ...byFile].map((label) => [label.id, label.label]));
  return traffic.predictions.flatMap((record) => {
    const label = labels.get(record.id);
    return label === undefined ? [] : [{ record, label }];
  });
}
