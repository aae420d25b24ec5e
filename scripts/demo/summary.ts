import { grouped } from '../../src/statistics/figures.ts';
import type { MonitorReport, RetrainResult } from '../../src/index.ts';
import type { StoryPage } from '../../src/reporting/index.ts';
import type { Story } from './story.ts';
import type { Told } from './teller.ts';

type Loop = Omit<Story, 'report' | 'summary'>;

/** A look at the model during a stretch of traffic; null: the story did not get there. */
interface Stretch {
  readonly name: string;
  /** Its name under a bar. */
  readonly short: string;
  readonly report: MonitorReport | null;
}

const three = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3).replace(/^0\./, '.');

function metricLine(report: MonitorReport | null, metric: string): string {
  const found = report?.performance.metrics[metric];
  return found === undefined ? '–' : three(found.current);
}

/** Rows of the figures table: what the model did on each stretch of traffic. */
function stretchRows(stretches: readonly Stretch[]): string[][] {
  return stretches.map(({ name, report }) => [
    name,
    report === null ? '–' : `v${report.version ?? '?'}`,
    report === null ? '–' : String(report.window.rows),
    metricLine(report, 'roc_auc'),
    metricLine(report, 'log_loss'),
    report === null ? '–' : report.drift.filter((drift) => drift.state === 'drifted').length.toString(),
    report === null ? 'not reached' : report.decision,
  ]);
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

/** The model's log loss and AUC on each stretch of traffic, as bars; the last is ours. */
function charts(stretches: readonly Stretch[]): NonNullable<StoryPage['charts']> {
  const bars = (metric: string) =>
    stretches.flatMap(({ short, report }, at) => {
      const value = report?.performance.metrics[metric]?.current;
      const name = `${short} (v${report?.version ?? '?'})`;
      return value === undefined ? [] : [{ name, value, ours: at === stretches.length - 1 }];
    });
  if (bars('log_loss').length === 0) return [];
  return [
    { title: 'Log loss by traffic', caption: 'Less is better.', bars: bars('log_loss') },
    { title: 'ROC AUC by traffic', caption: 'More is better.', bars: bars('roc_auc') },
  ];
}

/** What the end says: what went wrong, or what the story meant to show. */
export function verdictOf({ broken, steps }: Told, good: string): string {
  if (broken !== null) return `The story broke off: ${broken}.`;
  const failed = steps.filter((step) => !step.kept);
  return failed.length > 0
    ? `Not as promised: ${failed.map((step) => `${step.title} (${step.promise})`).join('; ')}.`
    : good;
}

/** What retraining came to, in a line. */
function retrainingLine(retraining: RetrainResult | null): string {
  const comparison = retraining?.comparison ?? null;
  return comparison === null
    ? `retrain: ${retraining?.decision ?? 'not reached'}`
    : `challenger: log loss ${three(comparison.champion)} → ${three(comparison.challenger)} on the same ${comparison.rows} recent customers, improvement ${three(comparison.improvement.value)} (95 % interval ${three(comparison.improvement.low)} to ${three(comparison.improvement.high)})`;
}

/** What a summary is made of. */
export interface Ending {
  readonly told: Told;
  readonly title: string;
  readonly stretches: readonly Stretch[];
  readonly retraining: RetrainResult | null;
  /** Lines of this story's own, before those of retraining and requests. */
  readonly lines: readonly string[];
  readonly seed: number;
  readonly verdict: string;
}

/** The closing summary for the terminal, and the same as a page. */
export function summaryOf({ told, title, stretches, retraining, lines: own, seed, verdict }: Ending): {
  readonly text: string;
  readonly page: StoryPage;
} {
  const header = ['traffic', 'model', 'rows', 'AUC', 'log loss', 'columns drifted', 'monitor says'];
  const table = aligned([header, ...stretchRows(stretches)]);
  const lines = [
    ...table,
    '',
    ...own,
    retrainingLine(retraining),
    `requests: ${told.requests.sent} sent, ${told.requests.failed} failed`,
    `time: ${told.seconds.toFixed(0)} s, seed ${seed}`,
    '',
    verdict,
  ];
  const text = `\n── Summary ${'─'.repeat(89)}\n\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`;
  const figures = {
    chapter: 'In numbers',
    title: 'All stretches of traffic',
    command: null,
    text: ['What the model did on each stretch', ...table, ...(own.length > 0 ? ['', ...own] : [])].join(
      '\n',
    ),
    figures: [
      ['requests sent', grouped(told.requests.sent)],
      ['requests failed', String(told.requests.failed)],
      ['seconds', told.seconds.toFixed(0)],
      ['seed', String(seed)],
    ] as const,
  };
  const steps = told.steps.map(({ chapter, title: step, command, output, figures: seen, promise, kept }) => ({
    chapter,
    title: step,
    command,
    text: output,
    figures: seen,
    promise: { what: promise, kept },
  }));
  return {
    text,
    page: {
      title,
      sentence: verdict,
      tone: told.ok ? 'good' : 'bad',
      charts: charts(stretches),
      steps: [...steps, figures],
    },
  };
}

/** The summary of the closed loop, or of its control. */
export function summarise(loop: Loop): { readonly text: string; readonly page: StoryPage } {
  const { control, monitor, retraining, seed } = loop;
  const good = control
    ? 'No fiber customers, no alarm, no training, no promotion: as it should be.'
    : 'The loop closed by itself: drift seen, challenger trained, proven better, tried as a canary, promoted without a failed request. That fiber customers are harder to tell apart, a person accepted.';
  return summaryOf({
    told: loop,
    title: control ? 'The control: nothing happens' : 'The closed loop',
    stretches: [
      { name: 'calm traffic', short: 'calm', report: monitor.calm },
      {
        name: control ? 'more of the same' : 'fiber customers arrive',
        short: control ? 'more of the same' : 'fiber arrives',
        report: monitor.launch,
      },
      {
        name: control ? 'the rest' : 'after the promotion',
        short: control ? 'the rest' : 'after promotion',
        report: monitor.after,
      },
    ],
    retraining,
    lines: [],
    seed,
    verdict: verdictOf(loop, good),
  });
}
