import { metricByName } from '../statistics/metrics/index.ts';
import { formatCount, formatList, formatNumber, grouped } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import type { Alarm, ColumnDrift, MonitorReport, PerformanceReport } from './report.ts';

const columnsShown = 3;

/** How a change came about, in words. */
export function onsetWords({ kind, since }: NonNullable<ColumnDrift['onset']>): string {
  switch (kind) {
    case 'sudden':
      return `sudden, on ${utcMinute(since)}`;
    case 'slow':
      return `slowly, since ${utcMinute(since)}`;
    case 'standing':
      return `as long as the log reaches back, ${utcMinute(since)}`;
  }
}

function driftAlarm(drift: readonly ColumnDrift[], of: ColumnDrift['of'], windowRows: number): Alarm[] {
  const drifted = drift
    .filter((column) => column.of === of && column.state === 'drifted')
    .sort((left, right) => right.effect - left.effect);
  if (drifted.length === 0) return [];
  const judged = drift.filter((column) => column.of === of).length;
  const named = formatList(
    drifted.map(({ column, change, rows, onset }) => {
      // What was so from the first row of the log on tells nothing of when it came.
      const came = onset === undefined || onset.kind === 'standing' ? '' : `; ${onsetWords(onset)}`;
      const which = rows < windowRows ? `; the newest ${formatCount(rows, 'row')}` : '';
      return `${column} (${change}${which}${came})`;
    }),
    columnsShown,
  );
  const message =
    of === 'input'
      ? `${drifted.length} of ${formatCount(judged, 'column')} drifted: ${named}.`
      : `The model's answers changed: ${named}.`;
  return [
    {
      kind: of === 'input' ? 'drift' : 'prediction-drift',
      message,
      columns: drifted.map(({ column }) => column),
    },
  ];
}

function performanceAlarm(performance: PerformanceReport): Alarm[] {
  const { state, metric, reference, current, labelled, judged, cost } = performance;
  if (state !== 'worse' || reference === null || current === null) return [];
  // Looking ends with the window that is worse.
  const newest = judged?.at(-1)?.labels ?? labelled;
  const label = metricByName(metric)?.label ?? metric;
  const figures = `${label} ${formatNumber(reference)} → ${formatNumber(current)} on ${newest < labelled ? `the newest ${formatCount(newest, 'label')} of ${grouped(labelled)}` : formatCount(labelled, 'label')}`;
  return [{ kind: 'performance', message: `${figures}${cost === null ? '' : `; ${cost}`}.`, columns: [] }];
}

/** What a person must know of a report on so many rows. Columns by size of effect. */
export function findAlarms(
  report: Pick<MonitorReport, 'drift' | 'schema' | 'performance' | 'health'>,
  windowRows = 0,
): readonly Alarm[] {
  const { drift, schema, performance, health } = report;
  const isIll = health.state === 'unhealthy' || health.state === 'not running';
  return [
    ...performanceAlarm(performance),
    ...driftAlarm(drift, 'input', windowRows),
    ...schema.map(({ column, message }): Alarm => ({ kind: 'schema', message, columns: [column] })),
    ...driftAlarm(drift, 'prediction', windowRows),
    ...(health.objectives ?? [])
      .filter(({ burns }) => burns.some(({ fired }) => fired))
      .map(({ message }): Alarm => ({ kind: 'slo', message, columns: [] })),
    ...(isIll ? [{ kind: 'health', message: health.message, columns: [] } as const] : []),
  ];
}
