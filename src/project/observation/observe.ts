import type { Table } from '../../data/columns.ts';
import { selectColumns } from '../../data/columns.ts';
import type { RowSchema } from '../../data/schema.ts';
import { answerColumns } from '../../inference/answerColumns.ts';
import type { Predictor } from '../../inference/predictor.ts';
import { healthNotAsked, judgeHealth } from '../../monitoring/health.ts';
import { monitoringTraffic } from '../../monitoring/monitorTraffic.ts';
import { parsePrometheus } from '../../monitoring/prometheus.ts';
import type { HealthReport, MonitorReport, ServiceCounters } from '../../monitoring/report.ts';
import { readDocument } from '../../packaging/documents.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { createRandom } from '../../random.ts';
import { readDesired } from '../../tracking/desired.ts';
import { readMonitorReports } from '../../tracking/monitorReports.ts';
import { deployedBundle } from '../../tracking/served.ts';
import type { Joined } from '../../traffic/join.ts';
import { readLabelledWindow } from '../../traffic/labelled.ts';
import type { LabelledQuery, LabelledWindow } from '../../traffic/labelled.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { inPieces } from '../interruption.ts';
import { openTarget, servedElsewhere, targetContext, targetNameOf } from '../deployment/place.ts';
import { tableOfRecords, windowOf } from '../labelledTraffic.ts';
import type { OpenedPredictor } from '../predictors.ts';
import { openPredictor } from '../predictors.ts';

/** Reports that are searched for the one before that asked the service. */
const looksBack = 20;

/** Rows to judge, with the model's answers and what is known of the outcome. */
export interface JudgedRows extends Pick<Joined, 'labels' | 'account'> {
  readonly table: Table;
  readonly scores: Float64Array;
  /** Records that are no rows: of a file those that do not fit the schema, of the log lines that are torn. */
  readonly rejected: number;
  readonly from: number | null;
  readonly to: number | null;
}

/** The logged answers of a window, as they were given: nothing is predicted again. */
function judgedTraffic(window: LabelledWindow, predictor: Predictor, schema: RowSchema): JudgedRows {
  const { predictions, labels, account, torn } = window;
  const scores = new Float64Array(predictions.length * predictor.outputs);
  predictions.forEach((record, row) => scores.set(record.scores, row * predictor.outputs));
  return {
    table: tableOfRecords(predictions, schema, predictor.inputs),
    scores,
    labels,
    account,
    rejected: torn,
    from: predictions.at(0)?.at ?? null,
    to: predictions.at(-1)?.at ?? null,
  };
}

/** Labels as class codes or numbers; NaN = none yet. */
function targetOfLabels({ manifest }: Predictor, labels: JudgedRows['labels']): Float64Array {
  const { task } = manifest;
  const classes: readonly string[] = task.kind === 'regression' ? [] : task.classes;
  return Float64Array.from(labels, (label) => {
    if (label === null) return Number.NaN;
    return typeof label.value === 'number' ? label.value : classes.indexOf(label.value);
  });
}

/** Judges rows against a bundle's reference under the pipeline's monitor section. */
export async function judgeRows(
  context: Context,
  pipeline: Pipeline,
  named: NamedBundle,
  opened: OpenedPredictor,
  rows: JudgedRows,
  health: HealthReport,
): Promise<MonitorReport> {
  const { predictor } = opened;
  const { threshold } = named.bundle.manifest;
  context.progress({
    kind: 'progress',
    label: 'monitor',
    done: rows.table.rows,
    total: 0,
    detail: 'rows to judge',
  });
  const work = monitoringTraffic({
    name: named.name,
    version: named.version,
    bundle: named.bundle.digest,
    at: context.environment.now(),
    rejected: rows.rejected,
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
    },
    labels: rows.account,
    health,
    policy: pipeline.monitor,
    random: createRandom(`monitor/${pipeline.model.seed}`),
  });
  return inPieces(context, { label: 'monitor', detail: 'cells and resampled rows judged', total: 0 }, work);
}

/** What the service had counted at the last look that was written down; null before the first. */
async function lastCounters(context: Context, name: string): Promise<ServiceCounters | null> {
  // A look at a file asked no service, and one that does not answer says nothing.
  const { records } = await readMonitorReports(context, name, looksBack);
  return records.find(({ content }) => content.health.counters !== null)?.content.health.counters ?? null;
}

/** The running service's own figures since the last look, judged; not asked where nothing was deployed. */
async function healthOf(context: Context, pipeline: Pipeline): Promise<HealthReport> {
  if ((await deployedBundle(context, pipeline.name)) === null) return healthNotAsked;
  const wish = await readDesired(context, pipeline.name);
  if (wish !== undefined && wish.state !== 'running')
    return { ...healthNotAsked, message: `The service is ${wish.state}, as it was asked to be.` };
  const targetName = await targetNameOf(context, pipeline.name);
  if (targetName === servedElsewhere) return healthNotAsked;
  const target = await openTarget(targetName);
  const text = await target.metrics(pipeline.name, await targetContext(context, pipeline.name));
  const look = {
    figures: text === null ? null : parsePrometheus(text),
    at: context.environment.now(),
    before: await lastCounters(context, pipeline.name),
  };
  return judgeHealth(look, pipeline.monitor.health);
}

/** The report on the champion's own traffic: what it was asked, what came of it, and how its service does. */
export async function observe(
  context: Context,
  pipeline: Pipeline,
  champion: NamedBundle,
  query: LabelledQuery,
): Promise<MonitorReport> {
  const window = windowOf(context, pipeline, champion.bundle.digest);
  const traffic = await readLabelledWindow({ ...query, window });
  const opened = await openPredictor(champion, pipeline.model.backend);
  try {
    const rows = judgedTraffic(traffic, opened.predictor, opened.schema);
    return await judgeRows(context, pipeline, champion, opened, rows, await healthOf(context, pipeline));
  } finally {
    opened.predictor.dispose();
  }
}
