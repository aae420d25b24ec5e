import type { Table } from '../../data/columns.ts';
import { selectColumns, takeRows } from '../../data/columns.ts';
import { personalColumns } from '../../data/personal.ts';
import { answerColumns } from '../../inference/answerColumns.ts';
import type { Predictor } from '../../inference/predictor.ts';
import { inWordsOf } from '../../monitoring/change/hashedWords.ts';
import type { CurrentRows } from '../../monitoring/compare.ts';
import type { Look } from '../../monitoring/health.ts';
import { healthNotAsked, judgeHealth } from '../../monitoring/health.ts';
import { monitoringTraffic } from '../../monitoring/monitorTraffic.ts';
import type { Traffic } from '../../monitoring/monitorTraffic.ts';
import type { AnsweredRows } from '../../monitoring/performance.ts';
import { presentReference } from '../../monitoring/presentReference.ts';
import type { Present } from '../../monitoring/presentReference.ts';
import { isBurst } from '../../monitoring/windows.ts';
import type { LoggedRows } from '../../monitoring/windows.ts';
import { parsePrometheus } from '../../monitoring/prometheus.ts';
import type { Accepted, HealthReport, MonitorReport } from '../../monitoring/report.ts';
import { readDocument } from '../../packaging/documents.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { createRandom } from '../../random.ts';
import { readDesired } from '../../tracking/desired.ts';
import { readMonitorReports } from '../../tracking/monitorReports.ts';
import type { AcceptedReference } from '../../tracking/acceptedReferences.ts';
import { trainingsOf } from '../../tracking/retraining/retrainings.ts';
import { deployedBundle } from '../../tracking/served.ts';
import type { Joined } from '../../traffic/join.ts';
import { countPredictions } from '../../traffic/arrivals.ts';
import { readEarlier } from '../../traffic/earlier.ts';
import type { LabelledQuery } from '../../traffic/labelled.ts';
import { readNewestLabelled } from '../../traffic/newestLabelled.ts';
import type { NewestLabelled, NewestQuery } from '../../traffic/newestLabelled.ts';
import type { PredictionRecord } from '../../traffic/record.ts';
import { countRepeats } from '../../traffic/repeats.ts';
import { readWindow } from '../../traffic/window.ts';
import type { Window, WindowQuery } from '../../traffic/window.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';
import { inPieces } from '../interruption.ts';
import { openTarget, servedElsewhere, targetContext, targetNameOf } from '../deployment/place.ts';
import { newestOf, tableOfRecords, tellable, windowOf } from '../labelledTraffic.ts';
import { promiseOf } from './promise.ts';
import { referenceOf, sinceAccepted } from './reference.ts';
import type { OpenedPredictor } from '../predictors.ts';
import { openPredictor } from '../predictors.ts';

/** Reports that are searched for the one before that asked the service. */
const looksBack = 20;
const dayMs = 86_400_000;

/** Rows to judge, with the model's answers and what is known of the outcome. */
export interface JudgedRows extends Pick<Joined, 'labels' | 'account'> {
  readonly table: Table;
  readonly scores: Float64Array;
  /** Records that are no rows: of a file those that do not fit the schema, of the log lines that are torn. */
  readonly rejected: number;
  /** Of a log: predictions dated after now. */
  readonly later?: number;
  /** Of a log: rows that stand in the window before, with the same id and the same cells. */
  readonly repeats?: number;
  readonly from: number | null;
  readonly to: number | null;
  /** What performance is judged on, where that is not these rows: those with a label, and the others of their time. */
  readonly answered?: AnsweredTraffic;
  /** Of a log: its rows with those before the window, oldest first, the window's last. */
  readonly log?: Pick<LoggedRows, 'table' | 'at' | 'isCutOff' | 'inLastDay'> & {
    readonly scores: Float64Array;
  };
}

interface AnsweredTraffic extends Pick<Joined, 'labels'> {
  readonly scores: Float64Array;
  /** When each was predicted, ms since 1970 UTC, ascending. */
  readonly at: Float64Array;
  /** The inputs, row by row: made where they are asked for. */
  readonly inputs: () => Table;
  readonly labelsInLast24h: number;
}

/** Answers as they were given: nothing is predicted again. */
function scoresOf(predictions: readonly PredictionRecord[], { outputs }: Predictor): Float64Array {
  const scores = new Float64Array(predictions.length * outputs);
  predictions.forEach((record, row) => scores.set(record.scores, row * outputs));
  return scores;
}

/** What is read of a log to judge a model by. */
interface ReadTraffic {
  readonly window: Window;
  /** Rows from before it, to compare it with. */
  readonly earlier: readonly PredictionRecord[];
  readonly newest: NewestLabelled;
  /** Predictions of the time of the labelled ones, whether they have a label or not. */
  readonly around: readonly PredictionRecord[];
  readonly arrivals: Pick<LoggedRows, 'isCutOff' | 'inLastDay'>;
}

/** When it is looked, and since when rows are judged against this reference, ms since 1970 UTC. */
interface Since {
  readonly now: number;
  readonly begun: number;
}

/** Is the window all that came since it began, and how many rows came in the last day where a batch hides their rate. */
async function arrivalsOf(
  logFolder: string,
  { window: { predictions }, earlier }: Pick<ReadTraffic, 'window' | 'earlier'>,
  { fromMs, lastRows, bundle }: WindowQuery,
  { now, begun }: Since,
): Promise<ReadTraffic['arrivals']> {
  // Hours that go on with the clock leave rows behind; where an accepted reference begins, nothing moves.
  const slides = fromMs > Math.max(begun, now - dayMs) && earlier.length > 0;
  const isCutOff = predictions.length >= lastRows || slides;
  const at = Float64Array.from(predictions, (each) => each.at);
  if (!isCutOff || !isBurst(at, at.length, now)) return { isCutOff, inLastDay: null };
  const day = { fromMs: Math.max(begun, now - dayMs), toMs: now, bundle };
  return { isCutOff, inLastDay: await countPredictions(logFolder, day) };
}

/** What of the log a window is compared with besides the reference. */
async function earlierThan(
  logFolder: string,
  { predictions }: Window,
  { bundle, lastRows }: WindowQuery,
): Promise<readonly PredictionRecord[]> {
  const [first, last] = [predictions.at(0), predictions.at(-1)];
  if (first === undefined || last === undefined || bundle === null) return [];
  const isFull = predictions.length >= lastRows;
  return readEarlier({ logFolder, bundle, from: first.at, to: last.at, isFull, lastRows });
}

async function readTraffic(
  query: LabelledQuery,
  asked: WindowQuery,
  newestQuery: NewestQuery,
  since: Since,
): Promise<ReadTraffic> {
  const { logFolder } = query;
  const window = await readWindow(logFolder, asked);
  const earlier = await earlierThan(logFolder, window, asked);
  const arrivals = await arrivalsOf(logFolder, { window, earlier }, asked, since);
  const newest = await readNewestLabelled({ ...query, newest: newestQuery });
  const [first, last] = [newest.rows.at(0), newest.rows.at(-1)];
  if (first === undefined || last === undefined) return { window, earlier, newest, around: [], arrivals };
  const span = { ...asked, fromMs: first.record.at, toMs: last.record.at, isLaterCounted: false };
  const { predictions } = await readWindow(logFolder, span);
  return { window, earlier, newest, around: predictions, arrivals };
}

/** How many labels came in the last day; of those in a file, whose rows were predicted in the last day of them all. */
function labelsOfLastDay({ rows }: NewestLabelled, now: number): number {
  const last = rows.at(-1)?.record.at ?? now;
  return rows.filter(({ record, label }) =>
    label.door === 'feedback' ? label.given.at > now - dayMs : record.at > last - dayMs,
  ).length;
}

function judgedTraffic(
  { window, earlier, newest, around, arrivals }: ReadTraffic,
  { predictor, schema }: OpenedPredictor,
  now: number,
): JudgedRows {
  const { predictions, torn, later } = window;
  const labels = new Map(newest.rows.map(({ record, label }) => [record.id, label]));
  const others = around.filter(({ id }) => !labels.has(id));
  const asked = [...newest.rows.map(({ record }) => record), ...others].sort(
    (left, right) => left.at - right.at,
  );
  const logged = [...earlier, ...predictions];
  const log = {
    table: tableOfRecords(logged, schema, predictor.inputs),
    scores: scoresOf(logged, predictor),
    at: Float64Array.from(logged, ({ at }) => at),
    ...arrivals,
  };
  const rows = Int32Array.from(predictions, (_, row) => earlier.length + row);
  return {
    table: earlier.length === 0 ? log.table : takeRows(log.table, rows),
    scores: log.scores.subarray(earlier.length * predictor.outputs),
    log,
    labels: [],
    account: tellable(newest.account, schema, predictor.manifest.row_id),
    rejected: torn + newest.torn,
    later,
    repeats: countRepeats(predictions),
    from: predictions.at(0)?.at ?? null,
    to: predictions.at(-1)?.at ?? null,
    answered: {
      scores: scoresOf(asked, predictor),
      labels: asked.map(({ id }) => labels.get(id) ?? null),
      at: Float64Array.from(asked, ({ at }) => at),
      inputs: () => tableOfRecords(asked, schema, predictor.inputs),
      labelsInLast24h: labelsOfLastDay(newest, now),
    },
  };
}

/** Labels as class codes or numbers; NaN = none yet. */
function targetOfLabels({ manifest }: Predictor, labels: JudgedRows['labels']): Float64Array {
  const { task } = manifest;
  const classes: readonly string[] = task.kind === 'regression' ? [] : task.classes;
  const target = new Float64Array(labels.length).fill(Number.NaN);
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] ?? null;
    if (label !== null)
      target[row] = typeof label.value === 'number' ? label.value : classes.indexOf(label.value);
  }
  return target;
}

/** What drift is looked for in: inputs and answers, and the log that they are the end of. */
function currentOf({ table, scores, log }: JudgedRows, predictor: Predictor, now: number): CurrentRows {
  const columnsOf = (of: Table, given: Float64Array): { table: Table; predictions: Table } => ({
    table: selectColumns(of, predictor.inputs),
    predictions: answerColumns(predictor, given),
  });
  return {
    ...columnsOf(table, scores),
    ...(log === undefined ? {} : { log: { ...log, ...columnsOf(log.table, log.scores), now } }),
  };
}

/** What performance is looked for in: the answers whose labels came, with the others of their time. */
function answeredOf(rows: JudgedRows, predictor: Predictor): AnsweredRows {
  const { task, threshold } = predictor.manifest;
  const { labels, ...answered } = rows.answered ?? {
    labels: rows.labels,
    scores: rows.scores,
    inputs: () => rows.table,
  };
  const target = targetOfLabels(predictor, labels);
  return { task, ...answered, target, ...(threshold === undefined ? {} : { threshold }) };
}

/** A report, and what was judged as the reference that it could be from now on. */
export interface Observation {
  readonly report: MonitorReport;
  readonly present: () => Promise<Present>;
}

const acceptedOf = (accepted: AcceptedReference | null): Accepted | null => {
  if (accepted === null) return null;
  const { at, by, who, why, seen } = accepted;
  return { at, by, who, why, seen };
};

/** Judges rows against the reference in force under the pipeline's monitor section. */
export async function judgeRows(
  context: Context,
  pipeline: Pipeline,
  named: NamedBundle,
  opened: OpenedPredictor,
  rows: JudgedRows,
  health: HealthReport,
): Promise<Observation> {
  const { predictor } = opened;
  const { reference, scored, accepted } = await referenceOf(context, pipeline.name, named.bundle);
  const step = { kind: 'progress', label: 'monitor', total: 0 } as const;
  context.progress({ ...step, done: rows.table.rows, detail: 'rows to judge' });
  const at = context.environment.now();
  const personal = personalColumns(opened.schema);
  const traffic: Traffic = {
    name: named.name,
    version: named.version,
    bundle: named.bundle.digest,
    at,
    rejected: rows.rejected,
    ...(rows.later === undefined ? {} : { later: rows.later }),
    ...(rows.repeats === undefined ? {} : { repeats: rows.repeats }),
    from: rows.from,
    to: rows.to,
    reference,
    scored,
    current: inWordsOf(reference, currentOf(rows, predictor, at), personal),
    importances: readDocument(named.bundle, 'evaluation.json').importance?.columns ?? [],
    scores: rows.scores,
    answered: answeredOf(rows, predictor),
    labels: rows.account,
    health,
    personal,
    policy: pipeline.monitor,
    random: createRandom(`monitor/${pipeline.model.seed}`),
  };
  const told = { label: 'monitor', detail: 'cells and resampled rows judged', total: 0 };
  const judged = await inPieces(context, told, monitoringTraffic(traffic));
  const trainings = await trainingsOf(context, pipeline.name);
  const promise = promiseOf(trainings, named.bundle.digest, judged.performance);
  const report = {
    ...judged,
    performance: { ...judged.performance, promise },
    accepted: acceptedOf(accepted),
  };
  return { report, present: () => inPieces(context, told, presentReference(traffic, report)) };
}

/** What the service had counted and answered at the last look that was written down; nothing before the first. */
async function lastLook(context: Context, name: string): Promise<Pick<Look, 'before' | 'history'>> {
  // A look at a file asked no service, and one that does not answer says nothing.
  const { records } = await readMonitorReports(context, name, looksBack);
  const healths = records.map(({ content }) => content.health);
  return {
    before: healths.find(({ counters }) => counters !== null)?.counters ?? null,
    history: healths.find(({ history }) => history !== undefined)?.history ?? [],
  };
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
  const access = await targetContext(context, pipeline.name);
  const text = await target.metrics(pipeline.name, access);
  const look = {
    figures: text === null ? null : parsePrometheus(text),
    at: context.environment.now(),
    restarts: text === null ? null : (await target.status(pipeline.name, access)).restarts,
    ...(await lastLook(context, pipeline.name)),
  };
  return judgeHealth(look, pipeline.monitor.health, pipeline.monitor.slo);
}

/** The report on the champion's own traffic: what it was asked, what came of it, and how its service does. */
export async function observe(
  context: Context,
  pipeline: Pipeline,
  champion: NamedBundle,
  query: LabelledQuery,
): Promise<Observation> {
  const { digest } = champion.bundle;
  const { accepted } = await referenceOf(context, pipeline.name, champion.bundle);
  const now = context.environment.now();
  const traffic = await readTraffic(
    query,
    sinceAccepted(windowOf(context, pipeline, digest), accepted),
    newestOf(context, pipeline, digest),
    { now, begun: accepted?.from ?? -Infinity },
  );
  const opened = await openPredictor(context, champion, pipeline.model.backend);
  try {
    const rows = judgedTraffic(traffic, opened, now);
    return await judgeRows(context, pipeline, champion, opened, rows, await healthOf(context, pipeline));
  } finally {
    opened.predictor.dispose();
  }
}
