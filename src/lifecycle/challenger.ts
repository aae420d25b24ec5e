import type { Table } from '../data/columns.ts';
import { concatTables, takeRows } from '../data/columns.ts';
import { logicalDigest, tableFromRows, writeParquet } from '../data/index.ts';
import type { RowSchema } from '../data/schema.ts';
import type { Snapshot } from '../data/snapshot.ts';
import { canonicalJson } from '../digest.ts';
import { judge } from '../evaluation/index.ts';
import type { Comparison } from '../evaluation/evaluation.ts';
import { load } from '../modeling/index.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { joinable, splitRecent } from '../retraining/index.ts';
import { extendSchema, profile } from '../validation/index.ts';
import type { Assembly } from './assembly.ts';
import type { NamedBundle } from './bundles.ts';
import { openPredictor } from './predictors.ts';
import { compareOn } from './comparison.ts';
import type { Context } from './context.ts';
import type { FitResult } from './fitting.ts';
import { fitModel } from './fitting.ts';
import { withMetrics } from './project.ts';
import type { LabelledTraffic } from './recentTraffic.ts';
import type { SnapshotRows } from './snapshotRows.ts';
import { idsOf, inTrainingOrder } from './snapshotRows.ts';
import { dealOut, fitFeatures, labelled } from './stages/featurize.ts';

/** What a challenger is made of and judged by. */
export interface ChallengerRows {
  /** Source ∪ labelled log rows that may teach, in training order; the comparison rows stand at the end. */
  readonly rows: SnapshotRows;
  /** Positions of the comparison rows: nothing is fitted, calibrated or stopped early on them. */
  readonly compare: Int32Array;
  readonly schema: RowSchema;
  readonly schemaChanges: readonly string[];
  readonly trainingRows: number;
}

/** A challenger with its comparison. */
export interface Challenger {
  readonly fit: FitResult;
  readonly fitted: ReturnType<typeof fitFeatures>;
  readonly comparison: Comparison;
  /** The same two models on the source's own test part: what the change means for the old population. */
  readonly onSource: Comparison | null;
  readonly counts: Assembly['counts'];
}

/** Logged rows with their labels, as a table of the schema's columns. */
function labelledTable(pipeline: Pipeline, schema: RowSchema, traffic: LabelledTraffic): Table {
  const rows = traffic.map(({ record, label }) => ({ ...record.features, [pipeline.label.column]: label }));
  const names = schema.columns.map((column) => column.name);
  return tableFromRows(rows, schema, names, names).table;
}

/**
 * Gathers the rows of a challenger. `recent` is the window: it is split by hash of the row id before anything is
 * fitted; `older` labelled rows may all teach.
 */
export function gatherRows(
  pipeline: Pipeline,
  source: SnapshotRows,
  recent: LabelledTraffic,
  older: LabelledTraffic,
): ChallengerRows {
  const { schema } = source;
  const recentTable = labelledTable(pipeline, schema, recent);
  const recentIds = idsOf(pipeline, schema, recentTable);
  const split = splitRecent(recentIds, pipeline.retrain.compare_share, pipeline.split.seed);
  const compareIds = new Set(split.compare.map((row) => recentIds[row]!));
  const teaching = concatTables([labelledTable(pipeline, schema, older), takeRows(recentTable, split.train)]);
  const teachingIds = idsOf(pipeline, schema, teaching);
  const hasRowId = pipeline.row_id.length > 0;
  const kept = joinable({ logIds: teachingIds, sourceIds: new Set(source.ids), compareIds, hasRowId });
  const ofSource = Int32Array.from(source.ids, (_, row) => row).filter(
    (row) => !compareIds.has(source.ids[row]!),
  );
  const training = inTrainingOrder(
    pipeline,
    schema,
    concatTables([takeRows(source.table, ofSource), takeRows(teaching, kept)]),
  );
  const compareTable = takeRows(recentTable, split.compare);
  const table = concatTables([training.table, compareTable]);
  const compare = Int32Array.from({ length: compareTable.rows }, (_, row) => training.table.rows + row);
  const extended = extendSchema(schema, table);
  return {
    rows: {
      table,
      ids: [...training.ids, ...split.compare.map((row) => recentIds[row]!)],
      schema: extended.schema,
    },
    compare,
    schema: extended.schema,
    schemaChanges: extended.changes,
    trainingRows: training.table.rows,
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
  const table = takeRows(gathered.rows.table, teach);
  return {
    digest: logicalDigest(table),
    parquet: await store.putBy((path) => writeParquet(table, path)),
    rows: table.rows,
    columns: [...table.columns.keys()],
    schemaDigest: await store.put(canonicalJson(gathered.schema)),
    quarantined: 0,
    unknownColumns: [],
    files: [...parent.files, `prediction log (${table.rows - parent.rows} rows more than the source)`],
    profile: await store.put(canonicalJson(profile(table))),
    parent: parent.digest,
  };
}

/** Fits a challenger and compares it with the champion on rows that neither has seen. */
export async function fitChallenger(
  context: Context,
  pipeline: Pipeline,
  gathered: ChallengerRows,
  champion: NamedBundle,
): Promise<Challenger> {
  const { rows, compare } = gathered;
  const { task: championTask } = champion.bundle.manifest;
  // The positive class stays the champion's, even where the recent rows make it the more frequent one.
  const asked =
    championTask.kind === 'binary' && pipeline.label.positive === null
      ? { ...pipeline, label: { ...pipeline.label, positive: championTask.positive } }
      : pipeline;
  const { rows: all, task, target } = labelled(asked, rows.table);
  const teaching = all.filter((row) => row < gathered.trainingRows);
  const dealt = dealOut(asked, rows, teaching);
  const split = { train: dealt.train, validation: dealt.validation, test: compare };
  const fitted = fitFeatures(asked, rows, split);
  const fit = await fitModel(context, asked, { rows, target, task, split, fitted });

  const { predictor } = await openPredictor(champion, pipeline.model.backend);
  const scorer = await load(fit.model, pipeline.model.backend);
  const contender = { task, metric: fit.metric, threshold: fit.threshold, fitted, scorer };
  const against = (positions: Int32Array, name: string): Comparison =>
    compareOn(pipeline, predictor, contender, { table: rows.table, positions }, name);
  try {
    const comparison = against(compare, 'recent');
    return {
      // The gates again, now that there is a champion to be judged against.
      fit: { ...fit, verdict: judge(withMetrics(asked, task).evaluation.gates, fit.evaluation, comparison) },
      fitted,
      comparison,
      onSource: dealt.test.length === 0 ? null : against(dealt.test, 'source'),
      counts: {
        train: dealt.train.length,
        validation: dealt.validation.length,
        test: compare.length,
        unlabelled: rows.table.rows - all.length,
      },
    };
  } finally {
    predictor.dispose();
    scorer.dispose();
  }
}
