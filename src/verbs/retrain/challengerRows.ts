import type { Table } from '../../data/columns.ts';
import { concatTables, takeRows, takingRows } from '../../data/columns.ts';
import { tableFromRows, writeParquet } from '../../data/index.ts';
import { digestingTable } from '../../data/logicalDigest.ts';
import { joinIds, orderingById, takeIds } from '../../data/rowId.ts';
import type { RowSchema } from '../../data/schema.ts';
import { columnSchema } from '../../data/schema.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import { canonicalJson } from '../../digest.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { joinable, splitRecent, splitRecentByTime } from '../../retraining/index.ts';
import { extendSchema, profiling } from '../../validation/index.ts';
import type { RecentSplit } from '../../retraining/recent.ts';
import type { Context } from '../../project/context.ts';
import { inPieces } from '../../project/interruption.ts';
import { identifyingRows } from '../../cascade/fittedRows.ts';
import type { JoinedLabel } from '../../traffic/join.ts';
import type { PredictionRecord } from '../../traffic/record.ts';
import type { SnapshotRows } from '../../cascade/snapshotRows.ts';
import { idsOf } from '../../cascade/snapshotRows.ts';
import { finish } from '../../work.ts';
import type { Work } from '../../work.ts';

/** What a challenger is made of and judged by. */
export interface ChallengerRows {
  /** Source ∪ labelled log rows that may teach, in training order; the comparison rows stand at the end. */
  readonly rows: SnapshotRows;
  /** Positions of the comparison rows: nothing is fitted, calibrated or stopped early on them. */
  readonly compare: Int32Array;
  readonly schema: RowSchema;
  readonly schemaChanges: readonly string[];
  readonly trainingRows: number;
  /** Which of the rows that teach come from the source: by position, the first `trainingRows`. */
  readonly fromSource: readonly boolean[];
  /** Recent rows that were to judge and do not, because the champion was fitted on them. */
  readonly seenByChampion: number;
  /** Cells of the log that are missing, because the schema changed since. */
  readonly misfits: Readonly<Misfits>;
}

/** A logged row, and its outcome in the model's terms. */
export interface TaughtRow {
  readonly record: PredictionRecord;
  readonly label: Pick<JoinedLabel, 'value'>;
}

/** The labelled prediction log: the recent window, and what is older. */
export interface ChallengerTraffic {
  readonly recent: readonly TaughtRow[];
  readonly older: readonly TaughtRow[];
}

/** Logged cells that fitted the schema when they were logged and no longer do: they count as missing. */
export type Misfits = { readonly column: string; readonly message: string }[];

/** Logged rows with their labels, as a table of the schema's columns. */
function labelledTable(
  pipeline: Pipeline,
  { schema, table: { columns: kept } }: SnapshotRows,
  traffic: readonly TaughtRow[],
  misfits: Misfits,
): Table {
  const { column } = pipeline.label;
  // A class that is a number for the schema has its name in the model's terms.
  const isNumber = columnSchema(schema, column)?.kind === 'number';
  const rows = traffic.map(({ record, label }) => ({
    ...record.features,
    [column]: isNumber ? Number(label.value) : label.value,
  }));
  const names = schema.columns.map((each) => each.name).filter((name) => kept.has(name));
  const { table, issues } = tableFromRows(rows, schema, names, names);
  misfits.push(...issues);
  return table;
}

/** Share of rows whose time may be unknown where it splits them. */
const mostUntimed = 0.01;

/**
 * Which recent rows judge, as the pipeline splits: the newest by their own time (by when they were asked, where the log
 * does not hold that), or those that a hash of the row id chooses.
 */
function splitOf(
  { split, time, retrain: { compare_share } }: Pipeline,
  recent: Table,
  ids: readonly string[],
  traffic: readonly TaughtRow[],
): RecentSplit {
  if (split.strategy !== 'time') return splitRecent(ids, compare_share, split.seed);
  const own = time === null ? undefined : recent.columns.get(time);
  const times = own?.kind === 'time' || own?.kind === 'number' ? own.values : undefined;
  const untimed = times?.reduce((sum, at) => sum + (Number.isNaN(at) ? 1 : 0), 0) ?? Infinity;
  if (times !== undefined && untimed <= mostUntimed * recent.rows)
    return splitRecentByTime(times, compare_share);
  return splitRecentByTime(
    traffic.map(({ record }) => record.at),
    compare_share,
  );
}

/**
 * Gathers the rows of a challenger. The recent window is split before anything is fitted: by a hash of the row id, or by time;
 * older labelled rows may all teach. A row judges only if neither model has seen it: not one that the champion was
 * fitted on (`seen`), and no row of the same identity teaches the challenger.
 */
export function gatherRows(...asked: Parameters<typeof gatheringRows>): ChallengerRows {
  return finish(gatheringRows(...asked));
}

/** `gatherRows` in pieces. */
export function* gatheringRows(
  pipeline: Pipeline,
  source: SnapshotRows,
  traffic: ChallengerTraffic,
  seen: ReadonlySet<string>,
): Work<ChallengerRows> {
  const { schema } = source;
  const named = (table: Table): Work<readonly string[]> => identifyingRows(pipeline, schema, table);
  const misfits: Misfits = [];
  const recent = labelledTable(pipeline, source, traffic.recent, misfits);
  const recentIds = yield* named(recent);
  const split = splitOf(pipeline, recent, recentIds, traffic.recent);
  const judging = split.compare.filter((row) => !seen.has(recentIds[row]!));
  const known = split.compare.filter((row) => seen.has(recentIds[row]!));
  const compareIds = new Set(judging.map((row) => recentIds[row]!));
  const mayTeach = [...split.train, ...known].sort((left, right) => left - right);
  const older = labelledTable(pipeline, source, traffic.older, misfits);
  const teaching = concatTables([older, takeRows(recent, mayTeach)]);
  const sourceIds = yield* named(source.table);
  const kept = joinable({
    logIds: yield* named(teaching),
    sourceIds: new Set(sourceIds),
    compareIds,
    hasRowId: pipeline.row_id.length > 0,
  });
  const ofSource = Int32Array.from(sourceIds, (_, row) => row).filter(
    (row) => !compareIds.has(sourceIds[row]!),
  );
  const merged = concatTables([yield* takingRows(source.table, ofSource), takeRows(teaching, kept)]);
  const mergedIds = yield* idsOf(pipeline, schema, merged);
  const order = yield* orderingById(merged, mergedIds);
  const judgingTable = takeRows(recent, judging);
  const table = concatTables([yield* takingRows(merged, order), judgingTable]);
  const extended = extendSchema(schema, table);
  return {
    rows: {
      table,
      ids: joinIds(takeIds(mergedIds, order), yield* idsOf(pipeline, schema, judgingTable)),
      schema: extended.schema,
    },
    compare: Int32Array.from(judging, (_, row) => merged.rows + row),
    schema: extended.schema,
    schemaChanges: extended.changes,
    trainingRows: merged.rows,
    fromSource: Array.from(order, (row) => row < ofSource.length),
    seenByChampion: known.length,
    misfits,
  };
}

/** Keeps the rows that teach as a snapshot whose parent is the source's. */
export async function keepChild(
  context: Context,
  gathered: ChallengerRows,
  parent: Snapshot,
): Promise<Snapshot> {
  const { store } = context;
  const teach = Int32Array.from({ length: gathered.trainingRows }, (_, row) => row);
  const told = { label: 'retrain', detail: 'cells of the teaching rows kept', total: 0 };
  const table = await inPieces(context, told, takingRows(gathered.rows.table, teach));
  const logged = gathered.fromSource.filter((fromSource) => !fromSource).length;
  return {
    digest: await inPieces(context, told, digestingTable(table)),
    parquet: await store.putBy((path) => writeParquet(table, path)),
    rows: table.rows,
    columns: [...table.columns.keys()],
    schemaDigest: await store.put(canonicalJson(gathered.schema)),
    quarantined: 0,
    unknownColumns: [],
    files: [...parent.files, `prediction log (${logged} rows)`],
    profile: await store.put(canonicalJson(await inPieces(context, told, profiling(table)))),
    parent: parent.digest,
  };
}
