import type { Table } from '../../data/columns.ts';
import { concatTables, takeRows, takingRows } from '../../data/columns.ts';
import { tableFromRows, writeParquet } from '../../data/index.ts';
import { digestingTable } from '../../data/logicalDigest.ts';
import { hashOfId, joinIds, orderingById, takeIds } from '../../data/rowId.ts';
import type { RowSchema } from '../../data/schema.ts';
import { columnSchema } from '../../data/schema.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import { canonicalJson } from '../../digest.ts';
import { hashText } from '../../hash.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { joinable, judgesWanted, splitNewest } from '../../retraining/index.ts';
import { extendSchema, profiling } from '../../validation/index.ts';
import type { RecentSplit } from '../../retraining/recent.ts';
import type { Context } from '../../project/context.ts';
import type { FoldedRow } from '../../project/expireTraffic.ts';
import { inPieces, takeInPieces } from '../../project/interruption.ts';
import { identifyingRows } from '../../project/identities.ts';
import type { JoinedLabel } from '../../traffic/join.ts';
import type { PredictionRecord } from '../../traffic/record.ts';
import type { SnapshotRows } from '../snapshotRows.ts';
import { idsOf } from '../snapshotRows.ts';
import { finish } from '../../work.ts';
import type { Work } from '../../work.ts';

/** What of a pipeline says which rows teach and which judge. */
type Gathering = Pick<Pipeline, 'label' | 'row_id' | 'features' | 'time' | 'split'> & {
  readonly retrain: Pick<Pipeline['retrain'], 'compare_share'>;
};

/** What a challenger is made of and judged by. */
export interface ChallengerRows {
  /** Source ∪ labelled log rows that may teach, in training order; the comparison rows stand at the end. */
  readonly rows: SnapshotRows;
  /** Who judges: the comparison rows, by their identity. */
  readonly judges: ReadonlySet<string>;
  /** Positions of the comparison rows: nothing is fitted, calibrated or stopped early on them. */
  readonly compare: Int32Array;
  readonly schema: RowSchema;
  readonly schemaChanges: readonly string[];
  readonly trainingRows: number;
  /** Which rows come from the source, by position; those that judge do not. */
  readonly fromSource: readonly boolean[];
  /** Positions of rows of the source that the champion was fitted on. */
  readonly knownToChampion: ReadonlySet<number>;
  /** By position: when a row was asked or what time it is about, ms since 1970 UTC; NaN = unknown. */
  readonly times: Float64Array;
  /** By position: where a row stands by chance, in [0, 1). */
  readonly draws: Float64Array;
  /** All positions in training order, those of the comparison rows too. */
  readonly order: Int32Array;
  /** Recent rows that were not free to judge, because the champion was fitted on them. */
  readonly seenByChampion: number;
  /** Cells of the log that are missing, because the schema changed since. */
  readonly misfits: Readonly<Misfits>;
}

/** A logged row, and its outcome in the model's terms. */
export interface TaughtRow {
  readonly record: PredictionRecord;
  readonly label: Pick<JoinedLabel, 'value'>;
}

/** A row of the log that expired: its inputs and its outcome are all that is left of it. */
export const taughtByFold = ({ id, rowId, at, bundle, features, label }: FoldedRow): TaughtRow => ({
  record: { id, rowId, at, version: null, bundle, features, prediction: '', scores: [] },
  label: { value: label },
});

/** The labelled prediction log: the recent window, and what is older. */
export interface ChallengerTraffic {
  readonly recent: readonly TaughtRow[];
  readonly older: readonly TaughtRow[];
}

/** Logged cells that fitted the schema when they were logged and no longer do: they count as missing. */
export type Misfits = { readonly column: string; readonly message: string }[];

/** Logged rows with their labels, as a table of the schema's columns. */
function labelledTable(
  pipeline: Gathering,
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

/** Times of a table's own column, or undefined where it has none that tells. */
function ownTimes({ time }: Pick<Pipeline, 'time'>, table: Table): Float64Array | undefined {
  const own = time === null ? undefined : table.columns.get(time);
  return own?.kind === 'time' || own?.kind === 'number' ? own.values : undefined;
}

/** When logged rows were: by their own time, or by when they were asked, where the log does not hold that. */
function timesOf(
  pipeline: Gathering,
  table: Table,
  traffic: readonly TaughtRow[],
): { readonly times: Float64Array; readonly own: boolean } {
  const times = ownTimes(pipeline, table);
  const untimed = times?.reduce((sum, at) => sum + (Number.isNaN(at) ? 1 : 0), 0) ?? Infinity;
  if (times !== undefined && untimed <= mostUntimed * table.rows) return { times, own: true };
  return { times: Float64Array.from(traffic, ({ record }) => record.at), own: false };
}

/** Times of rows of the source: their own, where logged rows are known by theirs too. */
const sourceTimes = (pipeline: Pick<Pipeline, 'time'>, table: Table, own: boolean): Float64Array =>
  (own ? ownTimes(pipeline, table) : undefined) ?? new Float64Array(table.rows).fill(Number.NaN);

/** Which recent rows judge: the newest that the champion does not know. */
function splitOf(
  { split, retrain: { compare_share } }: Gathering,
  { times, own }: ReturnType<typeof timesOf>,
  rowIds: readonly string[],
  seen: ReadonlySet<string>,
): RecentSplit {
  return splitNewest({
    times,
    rowIds,
    instantsStay: own,
    wanted: judgesWanted(rowIds.length, compare_share),
    seed: split.seed,
    isSeen: (id) => seen.has(id),
  });
}

/**
 * Gathers the rows of a challenger. The recent rows are split before anything is fitted: the newest judge; older labelled
 * rows may all teach. A row judges only if neither model has seen it: not one that the champion was
 * fitted on (`seen`), and no row of the same identity teaches the challenger.
 */
export function gatherRows(...asked: Parameters<typeof gatheringRows>): ChallengerRows {
  return finish(gatheringRows(...asked));
}

/** `gatherRows` in pieces. */
export function* gatheringRows(
  pipeline: Gathering,
  source: SnapshotRows,
  traffic: ChallengerTraffic,
  seen: ReadonlySet<string>,
): Work<ChallengerRows> {
  const { schema } = source;
  const named = (table: Table): Work<readonly string[]> => identifyingRows(pipeline, schema, table);
  const misfits: Misfits = [];
  const recent = labelledTable(pipeline, source, traffic.recent, misfits);
  const recentIds = yield* named(recent);
  const timed = timesOf(pipeline, recent, traffic.recent);
  const split = splitOf(pipeline, timed, recentIds, seen);
  const judging = split.compare;
  const known = recentIds.filter((id) => seen.has(id)).length;
  const compareIds = new Set(judging.map((row) => recentIds[row]!));
  const older = labelledTable(pipeline, source, traffic.older, misfits);
  const teaching = concatTables([older, takeRows(recent, split.train)]);
  const olderTimes = timed.own
    ? (ownTimes(pipeline, older) ?? new Float64Array(older.rows).fill(Number.NaN))
    : Float64Array.from(traffic.older, ({ record }) => record.at);
  const teachingTimes = [...olderTimes, ...split.train.map((row) => timed.times[row]!)];
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
  const ids = joinIds(takeIds(mergedIds, order), yield* idsOf(pipeline, schema, judgingTable));
  const allSourceTimes = sourceTimes(pipeline, source.table, timed.own);
  const mergedTimes = [
    ...Array.from(ofSource, (row) => allSourceTimes[row]!),
    ...kept.map((row) => teachingTimes[row]!),
  ];
  const basis = hashText(`half-life/${pipeline.split.seed}`);
  return {
    rows: { table, ids, schema: extended.schema },
    judges: compareIds,
    compare: Int32Array.from(judging, (_, row) => merged.rows + row),
    schema: extended.schema,
    schemaChanges: extended.changes,
    trainingRows: merged.rows,
    fromSource: Array.from(
      { length: table.rows },
      (_, row) => row < merged.rows && order[row]! < ofSource.length,
    ),
    knownToChampion: new Set(
      Array.from(order.keys()).filter((row) => {
        const at = order[row]!;
        return at < ofSource.length && seen.has(sourceIds[ofSource[at]!]!);
      }),
    ),
    times: Float64Array.from({ length: table.rows }, (_, row) =>
      row < merged.rows ? mergedTimes[order[row]!]! : timed.times[judging[row - merged.rows]!]!,
    ),
    draws: Float64Array.from({ length: table.rows }, (_, row) => hashOfId(ids, row, basis) / 2 ** 32),
    order: yield* orderingById(table, ids),
    seenByChampion: known,
    misfits,
  };
}

/** Keeps the rows that taught, in this order, as a snapshot whose parent is the source's. */
export async function keepChild(
  context: Context,
  gathered: ChallengerRows,
  taught: Int32Array,
  parent: Snapshot,
): Promise<Snapshot> {
  const { store } = context;
  const cells = { label: 'retrain', detail: 'cells of the teaching rows kept' };
  const table = await takeInPieces(context, cells, gathered.rows.table, taught);
  const told = { ...cells, total: table.rows * table.columns.size };
  const logged = taught.filter((row) => gathered.fromSource[row] !== true).length;
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
