import { usageError } from '../../errors.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import { monitorReportKind } from '../../tracking/monitorReports.ts';
import { readRecord } from '../../tracking/recordKind.ts';
import { utcFileName } from '../../utc.ts';
import { readLooks } from '../../tracking/runs/looks.ts';
import type { Context } from '../context.ts';
import { keepPage } from './pages.ts';

const looksBack = 3000;
const shown = 3;

/**
 * The report of an earlier look: by when it was (`2026-11-29`, `2026-11-29T14-05`; the newest that fits), as its page is
 * named, or `before`: the one before this.
 *
 * @throws a usage error (exit 2) where no look that is kept fits, or its report is gone.
 */
export async function earlierLook(context: Context, pipeline: string, when: string): Promise<MonitorReport> {
  const { records } = await readLooks(context, pipeline, looksBack);
  const wanted = when.replaceAll(':', '-').replace(' ', 'T');
  const names = records.map(({ content }) => utcFileName(content.at));
  const found = records.find((_, at) => when === 'before' || names[at]!.startsWith(wanted));
  if (found === undefined || wanted === '')
    throw usageError({
      code: 'look-unknown',
      message: `No look at ${pipeline} that is kept was at "${when.slice(0, 80)}"${names.length === 0 ? ': there was none yet' : `; the newest were ${names.slice(0, shown).join(', ')}`}.`,
      hint: `Name one by its day or time in UTC (2026-11-29, 2026-11-29T14-05), or \`before\`. .aieng/reports/monitor/${pipeline}/index.html lists them.`,
    });
  const report = await readRecord(context.store, monitorReportKind, { of: pipeline, id: found.id });
  if (report === undefined)
    throw usageError({
      code: 'look-gone',
      message: `The report of the look of ${utcFileName(found.content.at)} is gone: \`aieng gc\` keeps reports for 30 days.`,
      hint: 'Name a newer look; what trends are drawn of is still there.',
    });
  return report;
}

/** Draws two looks side by side; the path of the page. */
export async function writeBeside(
  context: Context,
  pipeline: string,
  earlier: MonitorReport,
  report: MonitorReport,
): Promise<string> {
  const { besidePage } = await import('../../reporting/index.ts');
  const page = besidePage(earlier, report);
  const name = `${utcFileName(report.at)}-beside-${utcFileName(earlier.at)}`;
  return keepPage(context, 'monitor', pipeline, name, () => page);
}
