import type { MonitorResult } from './result.ts';
import type { MonitorOptions } from './options.ts';
import type { Rejection } from '../../data/source.ts';
import type { AiengError } from '../../errors.ts';
import { dataError, exitCodes, usageError } from '../../errors.ts';
import { healthNotAsked } from '../../monitoring/health.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { championOf } from '../../project/champion.ts';
import { certificateWarnings } from '../../project/deployment/doorway.ts';
import { settleServed } from '../../project/deployment/settle.ts';
import { expireTraffic } from '../../project/expireTraffic.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import { openPredictor } from '../../project/predictors.ts';
import type { Context } from '../../project/context.ts';
import { newsOfReport } from '../../project/alerting/findings.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { labelledQuery } from '../../project/labelledTraffic.ts';
import { accept, requireReason } from './accept.ts';
import type { Acceptance } from './accept.ts';
import { withBeside } from './beside.ts';
import type { CurrentRows } from './currentFile.ts';
import { judgedFile } from './currentFile.ts';
import { judgeRows, observe } from '../../project/observation/observe.ts';
import type { Observation } from '../../project/observation/observe.ts';
import { datedAhead } from '../../project/observation/ahead.ts';
import { brokenPromise } from '../../project/observation/promise.ts';
import type { Outcome } from '../../project/outcome.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { writeMonitorReport } from '../../tracking/monitorReports.ts';
import { earlierLook, writeBeside } from '../../project/history/earlierLook.ts';
import { tellLook } from '../../project/history/looks.ts';
import type { LabelledQuery } from '../../traffic/labelled.ts';
import { refuseLabels } from '../../traffic/refusal.ts';

/** Rejected records that a result shows. */
const rejectionsShown = 5;

interface Judged {
  readonly observation: Observation;
  readonly rejections: readonly Rejection[];
  /** What was found out of how the rows are written. */
  readonly told: readonly string[];
  /** Of a file: that it covers a part of a day or a week, where it does. */
  readonly span: string | null;
}

async function judgeFile(
  context: Context,
  pipeline: Pipeline,
  champion: NamedBundle,
  current: CurrentRows,
  query: LabelledQuery,
): Promise<Judged> {
  const opened = await openPredictor(context, champion, pipeline.model.backend);
  try {
    const { rows, rejections, told, span } = await judgedFile(context, current, opened, query);
    const observation = await judgeRows(context, pipeline, champion, opened, rows, healthNotAsked);
    return { observation, rejections, told, span };
  } finally {
    opened.predictor.dispose();
  }
}

/** Why the rows or the labels cannot be relied on, or null where they can. */
function refusalOf(
  { observation: { report }, rejections }: Judged,
  { source: { max_rejected_share: maxRejectedShare }, row_id }: Pipeline,
  current: string | undefined,
): AiengError | null {
  const [first] = rejections;
  const records = report.window.rows + rejections.length;
  if (first === undefined || rejections.length <= maxRejectedShare * records)
    return refuseLabels(report.labels, maxRejectedShare, row_id);
  return dataError({
    code: 'rows-rejected',
    message: `${rejections.length} of ${records} records of ${current ?? 'the file'} are no rows (${(100 * maxRejectedShare).toPrecision(3)} % are tolerated: source.max_rejected_share). The first: ${first.column === undefined ? '' : `${first.column}: `}${first.reason}.`,
    hint: 'Mend the file, or raise source.max_rejected_share in the pipeline file.',
    at: { file: first.file, line: first.line },
  });
}

const foundOut = (told: readonly string[]): readonly string[] =>
  told.length === 0 ? [] : [`Found out of how the files are written: ${told.slice(0, 5).join(' ')}`];

/** Labels that are not those of any row are told wherever the verdict is. */
const selectionWarning = ({
  performance: { selection = null, message = '' },
}: MonitorReport): readonly string[] => (selection === null ? [] : [message]);

const rejectedWarning = (rejections: readonly Rejection[]): readonly string[] =>
  rejections.length === 0
    ? []
    : [
        `${rejections.length} ${rejections.length === 1 ? 'record is no row' : 'records are no rows'} and not judged.`,
      ];

/** What was judged is accepted where somebody asks for it, but not on rows or labels that cannot be relied on. */
async function accepting(
  context: Context,
  pipeline: Pipeline,
  { bundle }: NamedBundle,
  { observation }: Judged,
  refusal: AiengError | null,
  why: string | undefined,
): Promise<Acceptance> {
  const { report } = observation;
  if (why === undefined) return { report, warnings: [] };
  if (refusal === null) return accept(context, pipeline.name, bundle, observation, why);
  const warning = 'Nothing was accepted: rows or labels cannot be relied on. The reference stays as it is.';
  return { report, warnings: [warning] };
}

/** The pages of a look: its own, kept in the history, and where one was asked for that of it beside an earlier one. */
async function tellReport(
  context: Context,
  pipeline: string,
  runId: string,
  report: MonitorReport,
  of: 'log' | 'file',
  earlier: MonitorReport | null,
): Promise<readonly string[]> {
  await writeMonitorReport(context, pipeline, runId, report);
  const { monitorPage } = await import('../../reporting/index.ts');
  const newest = await tellLook(context, pipeline, runId, report, of, monitorPage(report));
  return earlier === null ? [newest] : [await writeBeside(context, pipeline, earlier, report), newest];
}

/**
 * Predictions and labels against the reference: drift, performance, health. Judges the prediction log of what is
 * deployed, or with `current` a file of rows. Exit 3 when rows or labels cannot be relied on (the report is made all the
 * same), else 5 when there is an alarm.
 *
 * @example
 * ```ts
 * const { exitCode, result } = await monitor(context, { pipeline: 'churn', current: 'data/customers.csv' });
 * // [exitCode, result.alarms] → [0, []]
 * ```
 */
export async function monitor(context: Context, options: MonitorOptions): Promise<Outcome<MonitorResult>> {
  requireReason(options.accept);
  const pipeline = await openPipeline(context, options.pipeline);
  if (options.bundle === undefined) await settleServed(context, pipeline.name);
  const champion =
    options.bundle === undefined
      ? await championOf(context, pipeline)
      : await resolveBundle(context, options.bundle);
  const { current, labels, beside, dialect = {} } = options;
  const past = options.earlier === undefined ? {} : { history: options.earlier };
  if (options.earlier !== undefined && current === undefined)
    throw usageError({
      code: 'history-unknown',
      message: 'The prediction log holds what its rows knew of the rows before them.',
      hint: 'Leave `--earlier` out, or name a file of rows with `--current`.',
    });
  const earlier = beside === undefined ? null : await earlierLook(context, pipeline.name, beside);
  const query = await labelledQuery(
    context,
    pipeline,
    champion.bundle,
    labels === undefined ? undefined : { path: labels, dialect: current === undefined ? dialect : {} },
  );
  const judged: Judged =
    current === undefined
      ? {
          observation: await observe(context, pipeline, champion, query),
          rejections: [],
          told: [],
          span: null,
        }
      : await judgeFile(context, pipeline, champion, { path: current, dialect, ...past }, query);
  const { rejections } = judged;
  const refusal = refusalOf(judged, pipeline, current);
  const accepted = await accepting(context, pipeline, champion, judged, refusal, options.accept);
  const isOfTraffic = options.current === undefined && options.bundle === undefined;
  const { report, warnings } =
    isOfTraffic && refusal === null
      ? await withBeside(context, pipeline, champion, accepted, query)
      : accepted;
  if (options.current === undefined)
    await expireTraffic(context, pipeline, readBundleSchema(champion.bundle), query);
  await heedInterruption(context);
  const runId = context.environment.newId();
  const reports = await tellReport(
    context,
    pipeline.name,
    runId,
    report,
    current === undefined ? 'log' : 'file',
    earlier,
  );
  return {
    pipeline: pipeline.name,
    runId,
    exitCode:
      refusal !== null ? exitCodes.dataRejected : report.alarms.length > 0 ? exitCodes.alarm : exitCodes.ok,
    bundle: champion.bundle.digest,
    ...(champion.version === null ? {} : { version: champion.version }),
    alarms: report.alarms,
    ...(rejections.length === 0 ? {} : { rejections: rejections.slice(0, rejectionsShown) }),
    decision: report.decision,
    // Rows of a file say nothing of what runs.
    ...(current === undefined ? { news: newsOfReport(report) } : {}),
    warnings: [
      ...warnings,
      ...rejectedWarning(rejections),
      ...datedAhead(report),
      ...selectionWarning(report),
      ...(judged.span !== null && report.alarms.length > 0 ? [judged.span] : []),
      ...brokenPromise(report.performance.promise ?? null),
      ...(current === undefined ? await certificateWarnings(context, pipeline.name) : []),
      ...foundOut([...judged.told, ...query.doors.flatMap(({ told = [] }) => told)]),
    ],
    reports,
    ...(refusal === null ? {} : { refusal }),
    result: report,
  };
}
