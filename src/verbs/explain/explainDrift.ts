import type { ExplainResult } from './result.ts';
import type { ExplainOptions } from './options.ts';
import { usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { lastMonitorReport } from '../../tracking/monitorReports.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { utcMinute } from '../../utc.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What the last monitor report says of one column, or of every column that drifted. */
export async function explainDrift(context: Context, options: ExplainOptions): Promise<ExplainResult> {
  const pipeline = await openPipeline(context, options.pipeline);
  const newest = await lastMonitorReport(context, pipeline.name);
  if (newest === undefined)
    throw usageError({
      code: 'not-monitored',
      message: `${pipeline.name} was not monitored yet.`,
      hint: `Run \`aieng monitor ${pipeline.name}\`.`,
    });
  const report = newest.content;
  const { subject } = options;
  const columns = report.drift.filter((drift) =>
    subject === undefined ? drift.state === 'drifted' : drift.column === subject,
  );
  if (subject !== undefined && columns.length === 0)
    throw usageError({
      code: 'column-absent',
      message: `The last report of ${pipeline.name} has no column "${subject}".`,
      hint: `It judged: ${report.drift.map((drift) => drift.column).join(', ')}.`,
    });
  const { min_effect, alpha } = pipeline.monitor.drift;
  const lines = columns.flatMap((drift) => [
    `${drift.column}: ${drift.state}. ${drift.change}`,
    `  ${drift.distance} ${drift.effect.toFixed(3)} (matters from ${drift.distance === 'share_change' ? min_effect / 2 : min_effect}), ${drift.test} p ${drift.adjustedP.toExponential(1)} after correction (significant below ${alpha}), ${drift.rows} rows against ${drift.referenceRows}`,
    ...drift.bins.map((bin) => `  ${bin.label}: ${percent(bin.reference)} → ${percent(bin.current)}`),
  ]);
  return {
    topic: 'drift',
    title: `Monitored ${utcMinute(report.at)}, ${report.window.rows} rows: ${report.decision}`,
    lines: lines.length === 0 ? ['No column drifted.'] : lines,
    data: columns,
  };
}
