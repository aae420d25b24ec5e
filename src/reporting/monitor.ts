import type { ColumnDrift, MonitorReport, PerformanceReport } from '../monitoring/report.ts';
import { drawDistribution } from './charts/distribution.ts';
import { figure, metricsInOrder, pValue, words } from './figures.ts';
import { formatCount, formatList, formatPercent } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import { markup, type Html } from './html.ts';
import { promiseParagraph } from './promise.ts';
import { explainedSection, lookingSection, slicesSection } from './looking.ts';
import {
  charts,
  keyFigures,
  mark,
  page,
  referenceAndCurrent,
  section,
  table,
  verdict,
  type PlacedPage,
  type Tone,
} from './page.ts';

/** More charts than anybody reads are a table. */
const maxCharts = 24;
/** Names of drifted columns in a sentence. */
const columnsShown = 5;

const tones: Readonly<Record<MonitorReport['decision'], Tone>> = {
  calm: 'good',
  alarm: 'bad',
  accepted: 'good',
  'not enough data': 'wait',
};

const modelName = (report: MonitorReport): string =>
  report.version === null ? report.name : `${report.name}@${report.version}`;

/** The verdict in one sentence for somebody who reads no further. */
export function monitorSentence(report: MonitorReport): string {
  const rows = formatCount(report.window.rows, 'prediction');
  const { performance } = report;
  const metric = `${words(performance.metric)} ${figure(performance.reference)} → ${figure(performance.current)}`;
  switch (report.decision) {
    case 'not enough data':
      return `Not enough data to judge ${modelName(report)}: ${rows} so far.`;
    case 'calm':
      return `Calm: the last ${rows} of ${modelName(report)} look like what it was made for${performance.state === 'ok' ? `, and it is as good as it was (${metric})` : ''}.`;
    case 'accepted':
      return `Accepted: the last ${rows} of ${modelName(report)} differ from what it was made for, and are the reference from now on.`;
    case 'alarm': {
      const drifted = report.drift.filter((column) => column.state === 'drifted');
      const columns = formatList(
        drifted.map((each) => each.column),
        columnsShown,
      );
      const reasons = [
        drifted.length > 0
          ? `${drifted.length} of ${formatCount(report.drift.length, 'column')} drifted (${columns})`
          : '',
        performance.state === 'worse' ? `it got worse (${metric})` : '',
        report.health.state === 'unhealthy' ? 'its service is unhealthy' : '',
      ].filter((reason) => reason !== '');
      const kinds = [...new Set(report.alarms.map((alarm) => words(alarm.kind.replaceAll('-', '_'))))];
      return `Alarm for ${modelName(report)}: ${reasons.length > 0 ? reasons.join('; ') : kinds.join(', ')}.`;
    }
  }
}

const stateTone = { stable: 'good', drifted: 'bad', 'not enough data': 'wait' } as const;
/** Strongest first. */
const byEffect = (left: ColumnDrift, right: ColumnDrift): number =>
  Number(right.state === 'drifted') - Number(left.state === 'drifted') || right.effect - left.effect;

function driftCharts(drifted: readonly ColumnDrift[]): Html {
  const figures = [];
  for (const column of drifted.filter((each) => each.bins.length > 0).slice(0, maxCharts)) {
    const label = `Distribution of ${column.column}, reference against current: ${column.change}`;
    const chart = drawDistribution(column.bins, column.distance === 'wasserstein', label);
    figures.push({ title: column.column, chart, caption: column.change });
  }
  const more = drifted.length - figures.length;
  return markup`${referenceAndCurrent}${charts(figures)}${more > 0 && markup`<p class="note">${more} more in the table below.</p>`}`;
}

function driftTable(drift: readonly ColumnDrift[]): Html {
  return table(
    [
      { title: 'column' },
      { title: 'state' },
      { title: 'what changed' },
      { title: 'effect', numeric: true },
      { title: 'p, adjusted', numeric: true },
      { title: 'PSI', numeric: true },
      { title: 'rows', numeric: true },
    ],
    [...drift]
      .sort(byEffect)
      .map((column) => [
        markup`${column.column}${column.of === 'prediction' && markup` <span class="muted">(prediction)</span>`}`,
        mark(stateTone[column.state], column.state),
        column.note === undefined ? column.change : `${column.change}; ${column.note}`,
        figure(column.effect),
        pValue(column.adjustedP),
        figure(column.psi),
        figure(column.rows),
      ]),
  );
}

/** What the metric is to be without labels, with what that is worth. */
function estimateParagraph({ estimate = null }: PerformanceReport): Html | false {
  if (estimate === null) return false;
  const { metric, value, reference, rows, trust } = estimate;
  const was = reference === null ? '' : `, was ${figure(reference)} on test rows`;
  return markup`<p class="note">Estimated without labels on ${formatCount(rows, 'prediction')}: ${words(metric)} ${figure(value)}${was}. ${trust}</p>`;
}

/** How often chance alone deals such a gap, by window of the newest labels. */
const judgedTable = (judged: NonNullable<PerformanceReport['judged']>): Html =>
  table(
    [
      { title: 'metric' },
      { title: 'newest labels', numeric: true },
      { title: 'rows before', numeric: true },
      { title: 'then', numeric: true },
      { title: 'now', numeric: true },
      { title: 'p', numeric: true },
      { title: 'p, charged', numeric: true },
    ],
    judged.map((each) => [
      words(each.metric),
      figure(each.labels),
      figure(each.against),
      figure(each.reference),
      figure(each.current),
      pValue(each.p),
      pValue(each.adjustedP),
    ]),
  );

function performanceSection(performance: PerformanceReport): Html {
  const { message = '', judged = [] } = performance;
  if (performance.labelled === 0)
    return section(
      'Is it still good?',
      'No labels have arrived yet, so this cannot be said. Send them by POST /feedback or as a file.',
      estimateParagraph(performance),
    );
  const interval =
    performance.low === null || performance.high === null
      ? ''
      : `${figure(performance.low)} to ${figure(performance.high)}`;
  const tone = performance.state === 'ok' ? 'good' : performance.state === 'worse' ? 'bad' : 'wait';
  const names = metricsInOrder(performance.metric, Object.keys(performance.metrics));
  return section(
    'Is it still good?',
    keyFigures([
      [`${words(performance.metric)} before`, figure(performance.reference)],
      [`${words(performance.metric)} now`, figure(performance.current)],
      ['interval', interval === '' ? '–' : interval],
      ['rows with a label', `${figure(performance.labelled)} of ${figure(performance.rows)}`],
    ]),
    markup`<p>${mark(tone, performance.state)} ${performance.cost ?? ''}</p>`,
    message !== '' && markup`<p>${message}</p>`,
    promiseParagraph(performance.promise ?? null),
    judged.length > 0 && judgedTable(judged),
    estimateParagraph(performance),
    names.length > 0 &&
      table(
        [{ title: 'metric' }, { title: 'before', numeric: true }, { title: 'now', numeric: true }],
        names.map((name) => [
          words(name),
          figure(performance.metrics[name]?.reference),
          figure(performance.metrics[name]?.current),
        ]),
      ),
  );
}

/** Since when, by whom and why another reference than the bundle's counts. */
function acceptedSection({ accepted = null }: MonitorReport): Html | false {
  if (accepted === null) return false;
  const { at, by, who, why, seen } = accepted;
  return section(
    'What it is compared with',
    markup`<p>Not with what the bundle was made for, but with the rows that were accepted on ${utcMinute(at)} by ${by === 'retrain' ? 'aieng retrain' : who}: ${why}</p>`,
    seen.length > 0 &&
      markup`<p class="note">Accepted were: ${seen.map(({ message }) => message).join(' ')}</p>`,
  );
}

/** What became of every label that was given. */
function labelSection({ labels }: MonitorReport): Html | false {
  if (labels.given + labels.blank === 0) return false;
  const { doors, reasons, blank, respelled } = labels;
  const notes = [
    ...reasons.map(
      ({ reason, count, example }) => `${formatCount(count, 'label')} unusable: ${reason} (id ${example.id})`,
    ),
    ...doors.flatMap(({ example }) =>
      example === null
        ? []
        : [`Ids look like ${example.logged} in the log, like ${example.given} in the labels`],
    ),
    ...(respelled === 0
      ? []
      : [`${formatCount(respelled, 'label')} were spelled otherwise than their class`]),
    ...(blank === 0 ? [] : [`${formatCount(blank, 'row')} of files had no outcome yet`]),
  ];
  const numeric = (title: string): { title: string; numeric: true } => ({ title, numeric: true });
  return section(
    'What became of the labels',
    table(
      [
        { title: 'from' },
        ...[
          'given',
          'used',
          'superseded',
          'outside the window',
          'expired',
          'unmatched',
          'ambiguous',
          'unusable',
        ].map(numeric),
      ],
      doors.map((each) => [
        each.source ?? each.door,
        ...[
          each.given,
          each.used,
          each.superseded,
          each.outside,
          each.expired,
          each.unmatched,
          each.ambiguous,
          each.unusable,
        ].map(figure),
      ]),
    ),
    notes.length > 0 && markup`<p class="note">${notes.join('. ')}.</p>`,
  );
}

function schemaSection(report: MonitorReport): Html | false {
  if (report.schema.length === 0) return false;
  return section(
    'Changes in the shape of the data',
    table(
      [
        { title: 'column' },
        { title: 'kind' },
        { title: 'what' },
        { title: 'rows', numeric: true },
        { title: 'share', numeric: true },
      ],
      report.schema.map((alarm) => [
        alarm.column,
        alarm.kind.replaceAll('-', ' '),
        alarm.message,
        figure(alarm.count),
        formatPercent(alarm.share),
      ]),
    ),
  );
}

/** What runs beside the version in charge, on the rows that both answered. */
function secondSection({ name, version, second }: MonitorReport): Html | false {
  if (second === undefined || second === null) return false;
  const { compared, p95Ms, done, state, because } = second;
  const tone = state === 'open' ? 'wait' : state;
  const ms = (value: number | undefined): string => (value === undefined ? '–' : `${figure(value)} ms`);
  const shown = (of: number | null): string => (of === null ? name : `${name}@${of}`);
  return section(
    second.role === 'canary' ? 'The canary' : 'The shadow',
    markup`<p>${mark(tone, done === 'nothing' ? state : done)} ${because}</p>`,
    table(
      [
        { title: 'version' },
        { title: 'part' },
        { title: 'rows of both', numeric: true },
        { title: 'not answered', numeric: true },
        { title: 'time for a row (95th percentile)', numeric: true },
        {
          title: compared === null ? 'labelled' : `${words(compared.metric)} of ${compared.rows}`,
          numeric: true,
        },
      ],
      [
        [
          shown(version),
          'in charge',
          figure(second.rows),
          '–',
          ms(p95Ms?.first),
          compared === null ? figure(second.labelled) : figure(compared.first),
        ],
        [
          shown(second.version),
          `${second.role}, ${formatPercent(second.share)} of the requests`,
          figure(second.rows),
          figure(second.faults),
          ms(p95Ms?.second),
          compared === null ? figure(second.labelled) : figure(compared.second),
        ],
      ],
    ),
  );
}

function healthSection({ health }: MonitorReport): Html | false {
  if (health.state === 'not asked') return false;
  const tone = health.state === 'ok' ? 'good' : 'bad';
  return section(
    'The service',
    markup`<p>${mark(tone, health.state)} ${health.message}</p>`,
    keyFigures([
      ['requests', figure(health.requests)],
      ['errors', `${figure(health.errors)} (${formatPercent(health.errorRate)})`],
      ['median', health.p50Ms === null ? '–' : `${figure(health.p50Ms)} ms`],
      ['99th percentile', health.p99Ms === null ? '–' : `${figure(health.p99Ms)} ms`],
      ['memory', health.memoryMb === null ? '–' : `${figure(health.memoryMb)} MB`],
      ['predictions not recorded', figure(health.lostRecords)],
      ['predictions that wait for the disk', figure(health.waitingRecords ?? 0)],
      ['since', health.since === null ? 'it started' : utcMinute(health.since)],
    ]),
  );
}

/**
 * The parts of the page of a look: the verdict first, then whether it is still good and what that costs, what drifted, and
 * how its service does.
 */
export function monitorSections(report: MonitorReport): readonly Html[] {
  const drifted = [...report.drift].sort(byEffect).filter((column) => column.state === 'drifted');
  const parts: (Html | false)[] = [
    verdict(
      tones[report.decision],
      monitorSentence(report),
      report.alarms.map((alarm) => alarm.message),
    ),
    acceptedSection(report),
    performanceSection(report.performance),
    slicesSection(report),
    labelSection(report),
    drifted.length > 0 && section('What drifted', driftCharts(drifted)),
    explainedSection(report),
    schemaSection(report),
    healthSection(report),
    secondSection(report),
    section(
      'All columns',
      report.drift.length === 0 ? 'No column was compared.' : driftTable(report.drift),
      'A column drifted when the change is significant after Benjamini–Hochberg over all columns, and large enough to matter. Effect: Wasserstein distance in standard deviations of the reference for numbers, Jensen–Shannon distance or the largest change of one share for categories.',
    ),
    lookingSection(report),
  ];
  return parts.filter((part) => part !== false);
}

/** What of a window's rows is to be known before they are counted. */
function aboutRows({ window: { repeats = 0, later = 0 } }: MonitorReport): string {
  const seen = repeats === 0 ? '' : ` · ${formatCount(repeats, 'row')} seen before with the same cells`;
  return later === 0 ? seen : `${seen} · ${formatCount(later, 'prediction')} dated after now, not judged`;
}

/** How a deployed model does. */
export function monitorPage(report: MonitorReport): PlacedPage {
  const { window } = report;
  const told = {
    title: `Monitoring ${modelName(report)}`,
    about: `${formatCount(window.rows, 'prediction')}${window.from === null ? '' : `, ${utcMinute(window.from)} to ${utcMinute(window.to)}`}${aboutRows(report)} · report of ${utcMinute(report.at)} · bundle ${report.bundle.slice(0, 12)}`,
    body: monitorSections(report),
  };
  return (links) => page({ ...told, links });
}
