import type { Table } from '../data/columns.ts';
import { selectColumns } from '../data/columns.ts';
import type { RowSchema } from '../data/schema.ts';
import { usageError } from '../errors.ts';
import { answerColumns } from '../inference/answerColumns.ts';
import type { Predictor } from '../inference/predictor.ts';
import { healthNotAsked, judgeHealth } from '../monitoring/health.ts';
import { monitorTraffic } from '../monitoring/monitorTraffic.ts';
import { parsePrometheus } from '../monitoring/prometheus.ts';
import type { HealthReport, MonitorReport } from '../monitoring/report.ts';
import { readDocument } from '../packaging/documents.ts';
import { loadBundle } from '../packaging/keep.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { createRandom } from '../random.ts';
import { deployedBundle } from '../tracking/served.ts';
import { joinLabels } from '../traffic/labels.ts';
import type { LabelRecord } from '../traffic/record.ts';
import type { NamedBundle } from './bundles.ts';
import { resolveBundle } from './bundles.ts';
import type { Context } from './context.ts';
import { openTarget, servedElsewhere, targetContext, targetNameOf } from './deployment/place.ts';
import type { OpenedPredictor } from './predictors.ts';
import { openPredictor } from './predictors.ts';
import type { Traffic } from './recentTraffic.ts';
import { readTraffic, tableOfRecords } from './recentTraffic.ts';

/** The model in charge: what is deployed, or the newest version where nothing is. `since` is ms since 1970 UTC. */
export async function championOf(
  context: Context,
  pipeline: Pipeline,
): Promise<NamedBundle & { readonly since: number }> {
  const { name } = pipeline;
  const deployed = await deployedBundle(context, name);
  if (deployed !== null)
    return {
      bundle: await loadBundle(context.store, deployed.digest),
      name,
      version: deployed.version,
      since: deployed.since,
    };
  if ((await context.store.versions(name)).length === 0)
    throw usageError({
      code: 'no-champion',
      message: `${name} has no model yet: nothing was packaged or deployed.`,
      hint: `Run \`aieng run ${name}\` first.`,
    });
  return { ...(await resolveBundle(context, name)), since: 0 };
}

/** Rows to judge, with the model's answers and what is known of the outcome. */
export interface JudgedRows {
  readonly table: Table;
  readonly scores: Float64Array;
  readonly labels: readonly (string | number | null)[];
  readonly orphanLabels: number;
  readonly replacedLabels: number;
  readonly from: number | null;
  readonly to: number | null;
}

/** The logged answers of a window, as they were given: nothing is predicted again. */
export function judgedTraffic(traffic: Traffic, predictor: Predictor, schema: RowSchema): JudgedRows {
  const { predictions } = traffic;
  const { labels, orphanLabels, replacedLabels } = joinLabels(predictions, traffic.labels);
  const scores = new Float64Array(predictions.length * predictor.outputs);
  predictions.forEach((record, row) => scores.set(record.scores, row * predictor.outputs));
  return {
    table: tableOfRecords(predictions, schema, predictor.inputs),
    scores,
    labels,
    orphanLabels,
    replacedLabels,
    from: predictions.at(0)?.at ?? null,
    to: predictions.at(-1)?.at ?? null,
  };
}

/** Labels as class codes or numbers; NaN = none yet, or a class that the model does not know. */
export function targetOfLabels(predictor: Predictor, labels: JudgedRows['labels']): Float64Array {
  const { task } = predictor.manifest;
  if (task.kind === 'regression')
    return Float64Array.from(labels, (label) => (label === null ? Number.NaN : Number(label)));
  const classes: readonly string[] = task.classes;
  return Float64Array.from(labels, (label) => {
    const code = label === null ? -1 : classes.indexOf(String(label));
    return code === -1 ? Number.NaN : code;
  });
}

/** Judges rows against a bundle's reference under the pipeline's monitor section. */
export function judgeRows(
  context: Context,
  pipeline: Pipeline,
  named: NamedBundle,
  opened: OpenedPredictor,
  rows: JudgedRows,
  health: HealthReport,
): MonitorReport {
  const { predictor } = opened;
  const { threshold } = named.bundle.manifest;
  context.progress({
    kind: 'progress',
    label: 'monitor',
    done: rows.table.rows,
    total: 0,
    detail: 'rows to judge',
  });
  return monitorTraffic({
    name: named.name,
    version: named.version,
    bundle: named.bundle.digest,
    at: context.environment.now(),
    from: rows.from,
    to: rows.to,
    reference: readDocument(named.bundle, 'reference.json'),
    current: {
      table: selectColumns(rows.table, predictor.inputs),
      predictions: answerColumns(predictor, rows.scores),
    },
    answered: {
      task: predictor.manifest.task,
      scores: rows.scores,
      target: targetOfLabels(predictor, rows.labels),
      ...(threshold === undefined ? {} : { threshold }),
      orphanLabels: rows.orphanLabels,
      replacedLabels: rows.replacedLabels,
    },
    health,
    policy: pipeline.monitor,
    random: createRandom(`monitor/${pipeline.model.seed}`),
  });
}

/** The running service's own figures, judged; not asked where nothing was deployed. */
async function healthOf(context: Context, pipeline: Pipeline): Promise<HealthReport> {
  if ((await deployedBundle(context, pipeline.name)) === null) return healthNotAsked;
  const targetName = await targetNameOf(context, pipeline.name);
  if (targetName === servedElsewhere) return healthNotAsked;
  const target = await openTarget(targetName);
  const text = await target.metrics(pipeline.name, await targetContext(context, pipeline.name));
  return judgeHealth(text === null ? null : parsePrometheus(text), pipeline.monitor.health);
}

/** Labels of a file may name a prediction or a row: a row's id becomes that of its newest prediction. */
function byPrediction(traffic: Traffic, labels: readonly LabelRecord[]): readonly LabelRecord[] {
  const predicted = new Set(traffic.predictions.map((record) => record.id));
  const ofRow = new Map(traffic.predictions.map((record) => [record.rowId, record.id]));
  return labels.map((label) =>
    predicted.has(label.id) ? label : { ...label, id: ofRow.get(label.id) ?? label.id },
  );
}

/** The report on the champion's own traffic: what it was asked, what came of it, and how its service does. */
export async function observe(
  context: Context,
  pipeline: Pipeline,
  champion: NamedBundle,
  labels: readonly LabelRecord[] = [],
): Promise<MonitorReport> {
  const traffic = await readTraffic(context, pipeline, champion.bundle.digest);
  const opened = await openPredictor(champion, pipeline.model.backend);
  try {
    const known: Traffic = { ...traffic, labels: [...traffic.labels, ...byPrediction(traffic, labels)] };
    const rows = judgedTraffic(known, opened.predictor, opened.schema);
    return judgeRows(context, pipeline, champion, opened, rows, await healthOf(context, pipeline));
  } finally {
    opened.predictor.dispose();
  }
}
