import { resolve } from 'node:path';
import type { Table } from '../data/columns.ts';
import type { Dialect } from '../data/dialect.ts';
import { personalColumns } from '../data/personal.ts';
import { tableFromRows } from '../data/rows.ts';
import type { RowSchema } from '../data/schema.ts';
import { readBundleSchema } from '../packaging/documents.ts';
import type { Bundle } from '../packaging/manifest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { withoutIds } from '../traffic/account.ts';
import type { LabelAccount } from '../traffic/account.ts';
import type { LabelDoor } from '../traffic/join.ts';
import { readLabelFile } from '../traffic/labelFile.ts';
import type { LabelledQuery } from '../traffic/labelled.ts';
import { outcomeReader } from '../traffic/outcome.ts';
import type { NewestQuery } from '../traffic/newestLabelled.ts';
import type { PredictionRecord } from '../traffic/record.ts';
import { clockSlackMs } from '../traffic/window.ts';
import type { WindowQuery } from '../traffic/window.ts';
import type { Context } from './context.ts';
import { expiredBefore } from './expireTraffic.ts';
import { underRoot } from './inputs.ts';

/** A file of labels that a command names, and what its flags say of how it is written. */
export interface AskedLabels {
  readonly path: string;
  readonly dialect: Partial<Dialect>;
}

/** What of a pipeline says where labels are. */
interface Labelling {
  readonly name: string;
  readonly monitor: Pick<Pipeline['monitor'], 'labels'>;
}

/** Labels of the file that a command names, or else of `monitor.labels` in the pipeline; none where there is neither. */
async function labelFiles(
  context: Context,
  pipeline: Labelling,
  { manifest }: Bundle,
  schema: RowSchema,
  asked: AskedLabels | undefined,
): Promise<readonly LabelDoor[]> {
  const shown = asked?.path ?? pipeline.monitor.labels;
  if (shown === null) return [];
  const { cwd } = context.environment;
  const file = await readLabelFile({
    path: asked === undefined ? underRoot(context, shown) : resolve(cwd, shown),
    ...(asked === undefined ? {} : { dialect: asked.dialect }),
    shown,
    schema,
    label: manifest.label,
    rowId: manifest.row_id,
    now: context.environment.now(),
  });
  return [file];
}

/**
 * Where the labels of a model's predictions are, and how they are read: the one way in for `monitor`, `retrain` and
 * `explain`.
 *
 * @param asked a file that a command names
 */
export async function labelledQuery(
  context: Context,
  pipeline: Labelling,
  champion: Bundle,
  asked?: AskedLabels,
): Promise<LabelledQuery> {
  return {
    logFolder: await context.store.folder(`logs/${pipeline.name}`),
    doors: await labelFiles(context, pipeline, champion, readBundleSchema(champion), asked),
    read: outcomeReader(champion.manifest.task),
    expiredBefore: await expiredBefore(context, pipeline.name),
  };
}

/**
 * No row that is looked at is later, ms since 1970 UTC: clocks of several machines differ by less. What is dated after it was
 * written by a clock that was wrong, or is read by one, and would be the newest for as long.
 */
export const latestBelieved = (now: number): number => now + clockSlackMs;

/**
 * The window that monitoring judges and retraining learns from: the newest rows, none older than the pipeline says, and
 * only those that `bundle` answered unless it is null.
 */
export function windowOf(context: Context, pipeline: Pipeline, bundle: string | null): WindowQuery {
  const { window_rows, window_hours } = pipeline.monitor;
  const now = context.environment.now();
  const fromMs = now - window_hours * 3_600_000;
  return { fromMs, toMs: latestBelieved(now), lastRows: window_rows, bundle, isLaterCounted: true };
}

/**
 * The newest labelled rows that performance is judged on: `monitor.window_hours` says how long ago their label may have
 * arrived, not how long ago they were predicted.
 */
export function newestOf(context: Context, pipeline: Pipeline, bundle: string | null): NewestQuery {
  const { fromMs, toMs, lastRows } = windowOf(context, pipeline, bundle);
  return { arrivedFromMs: fromMs, ...(toMs === undefined ? {} : { toMs }), rows: lastRows, bundle };
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

/** What became of labels, as a report may tell it: no id of a row that a personal column identifies. */
export function tellable(account: LabelAccount, schema: RowSchema, rowId: readonly string[]): LabelAccount {
  const personal = personalColumns(schema);
  return rowId.some((column) => personal.has(column)) ? withoutIds(account) : account;
}
