import type { MonitorReport } from '../../src/index.ts';
import type { StoryPage } from '../../src/reporting/index.ts';
import type { Story } from './story.ts';

type Told = Omit<Story, 'report' | 'summary'>;

const three = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3).replace(/^0\./, '.');

function metricLine(report: MonitorReport | null, metric: string): string {
  const found = report?.performance.metrics[metric];
  return found === undefined ? '–' : three(found.current);
}

/** Rows of the figures table: what the model did on each stretch of traffic. */
function stretches(told: Told): string[][] {
  const { calm, launch, after } = told.monitor;
  const row = (name: string, report: MonitorReport | null): string[] => [
    name,
    report === null ? '–' : `v${report.version ?? '?'}`,
    report === null ? '–' : String(report.window.rows),
    metricLine(report, 'roc_auc'),
    metricLine(report, 'log_loss'),
    report === null ? '–' : report.drift.filter((drift) => drift.state === 'drifted').length.toString(),
    report === null ? 'not reached' : report.decision,
  ];
  return [
    row('calm traffic', calm),
    row(told.control ? 'more of the same' : 'fiber customers arrive', launch),
    row(told.control ? 'the rest' : 'after the promotion', after),
  ];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

/** The model's log loss and AUC on each stretch of traffic, as bars. */
function charts(told: Told): NonNullable<StoryPage['charts']> {
  const { calm, launch, after } = told.monitor;
  const stretch = (name: string, report: MonitorReport | null, metric: string) => {
    const value = report?.performance.metrics[metric]?.current;
    const label = `${name} (v${report?.version ?? '?'})`;
    return value === undefined ? [] : [{ name: label, value, ours: report === after }];
  };
  const bars = (metric: string) => [
    ...stretch('calm', calm, metric),
    ...stretch(told.control ? 'more of the same' : 'fiber arrives', launch, metric),
    ...stretch(told.control ? 'the rest' : 'after promotion', after, metric),
  ];
  if (bars('log_loss').length === 0) return [];
  return [
    { title: 'Log loss by traffic', caption: 'Less is better.', bars: bars('log_loss') },
    { title: 'ROC AUC by traffic', caption: 'More is better.', bars: bars('roc_auc') },
  ];
}

function verdict(told: Told, broken: string | null): string {
  if (broken !== null) return `The story broke off: ${broken}.`;
  const failed = told.steps.filter((step) => !step.kept);
  if (failed.length > 0)
    return `Not as promised: ${failed.map((step) => `${step.title} (${step.promise})`).join('; ')}.`;
  return told.control
    ? 'No fiber customers, no alarm, no training, no promotion: as it should be.'
    : 'The loop closed by itself: drift seen, challenger trained, proven better, tried as a canary, promoted without a failed request. That fiber customers are harder to tell apart, a person accepted.';
}

/** The closing summary for the terminal, and the same as a page. */
export function summarise(told: Told, broken: string | null): { text: string; page: StoryPage } {
  const header = ['traffic', 'model', 'rows', 'AUC', 'log loss', 'columns drifted', 'monitor says'];
  const table = aligned([header, ...stretches(told)]);
  const comparison = told.retraining?.comparison ?? null;
  const lines = [
    ...table,
    '',
    comparison === null
      ? `retrain: ${told.retraining?.decision ?? 'not reached'}`
      : `challenger: log loss ${three(comparison.champion)} → ${three(comparison.challenger)} on the same ${comparison.rows} recent customers, improvement ${three(comparison.improvement.value)} (95 % interval ${three(comparison.improvement.low)} to ${three(comparison.improvement.high)})`,
    `requests: ${told.requests.sent} sent, ${told.requests.failed} failed`,
    `time: ${told.seconds.toFixed(0)} s, seed ${told.seed}`,
    '',
    verdict(told, broken),
  ];
  const text = `\n── Summary ${'─'.repeat(89)}\n\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`;
  return {
    text,
    page: {
      title: told.control ? 'The control: nothing happens' : 'The closed loop',
      sentence: verdict(told, broken),
      tone: told.ok ? 'good' : 'bad',
      charts: charts(told),
      steps: [
        {
          title: 'Figures',
          command: null,
          text: table.join('\n'),
          figures: [
            ['requests sent', String(told.requests.sent)],
            ['requests failed', String(told.requests.failed)],
            ['seconds', told.seconds.toFixed(0)],
            ['seed', String(told.seed)],
          ],
        },
        ...told.steps.map(({ title, command, output, figures, promise, kept }) => ({
          title: `${title}${kept ? '' : ' (not as promised)'}`,
          command,
          text: output,
          figures: [...figures, ['promise', `${promise}: ${kept ? 'kept' : 'broken'}`] as const],
        })),
      ],
    },
  };
}
