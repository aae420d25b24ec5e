import type { MonitorResult } from './result.ts';
import type { MonitorOptions } from './options.ts';
import { exitCodes } from '../../errors.ts';
import { healthNotAsked } from '../../monitoring/index.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { LabelRecord } from '../../traffic/record.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { openPredictor } from '../../project/predictors.ts';
import type { Context } from '../../project/context.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { judgedFile } from './currentFile.ts';
import { labelsByFile } from '../../project/labelFile.ts';
import { championOf, judgeRows, observe } from '../../project/observe.ts';
import type { Outcome } from '../../project/outcome.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { writeReport } from '../../project/reports.ts';

async function judgeFile(
  context: Context,
  pipeline: Pipeline,
  champion: NamedBundle,
  path: string,
  labels: readonly LabelRecord[],
): Promise<MonitorReport> {
  const opened = await openPredictor(champion, pipeline.model.backend);
  try {
    const rows = await judgedFile(context, path, opened, labels);
    return judgeRows(context, pipeline, champion, opened, rows, healthNotAsked);
  } finally {
    opened.predictor.dispose();
  }
}

/**
 * Predictions and labels against the reference: drift, performance, health. Judges the prediction log of what is
 * deployed, or with `current` a file of rows. Exit 5 when there is an alarm.
 */
export async function monitor(context: Context, options: MonitorOptions): Promise<Outcome<MonitorResult>> {
  const pipeline = await openPipeline(context, options.pipeline);
  const champion =
    options.bundle === undefined
      ? await championOf(context, pipeline)
      : await resolveBundle(context, options.bundle);
  const labels = await labelsByFile(context, pipeline, champion.bundle, options.labels);
  const report =
    options.current === undefined
      ? await observe(context, pipeline, champion, labels)
      : await judgeFile(context, pipeline, champion, options.current, labels);
  await heedInterruption(context);
  const runId = context.environment.newId();
  await context.store.record(`monitor-${pipeline.name}`, runId, report);
  const { monitorPage } = await import('../../reporting/index.ts');
  const page = await monitorPage(report);
  return {
    pipeline: pipeline.name,
    runId,
    exitCode: report.alarms.length > 0 ? exitCodes.alarm : exitCodes.ok,
    bundle: champion.bundle.digest,
    ...(champion.version === null ? {} : { version: champion.version }),
    alarms: report.alarms,
    decision: report.decision,
    warnings: [],
    reports: [await writeReport(context, `${pipeline.name}-monitor.html`, page)],
    result: report,
  };
}
