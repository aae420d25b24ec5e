import type { Snapshot } from '../data/snapshot.ts';
import type { Finding } from '../validation/finding.ts';
import type { ColumnProfile, Profile } from '../validation/profile.ts';
import { drawBars } from './charts/bars.ts';
import { drawHistogram } from './charts/histogram.ts';
import { figure } from './figures.ts';
import { formatCount, formatPercent } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import { markup, type Html } from './html.ts';
import { charts, keyFigures, mark, page, section, table, verdict, type Tone } from './page.ts';

/** What the page of a validation tells. */
export interface ValidationPage {
  readonly name: string;
  readonly profile: Profile;
  readonly findings: readonly Finding[];
  readonly snapshot: Pick<Snapshot, 'digest' | 'rows' | 'quarantined' | 'files' | 'unknownColumns'>;
}

/** A wide table is drawn this far; every column stands in the table. */
const maxCharts = 60;
const maxBars = 6;
const severityTone = { error: 'bad', warning: 'wait', info: 'plain' } as const;

function sentenceOf({ findings, snapshot }: ValidationPage): readonly [Tone, string] {
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.filter((finding) => finding.severity === 'warning').length;
  const rows = formatCount(snapshot.rows, 'row');
  if (errors > 0)
    return ['bad', `The data cannot be used as it is: ${formatCount(errors, 'error')} in ${rows}.`];
  if (warnings > 0)
    return [
      'wait',
      `The data can be used; ${formatCount(warnings, 'warning')} in ${rows} ${warnings === 1 ? 'is' : 'are'} worth a look.`,
    ];
  return ['good', `The data is as the schema says: nothing found in ${rows}.`];
}

function findingsTable(findings: readonly Finding[]): Html {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  const sorted = [...findings].sort(
    (left, right) => rank[left.severity] - rank[right.severity] || right.count - left.count,
  );
  return table(
    [
      { title: '' },
      { title: 'check' },
      { title: 'column' },
      { title: 'what' },
      { title: 'rows', numeric: true },
      { title: 'for example' },
      { title: 'what to do' },
    ],
    sorted.map((finding) => [
      mark(severityTone[finding.severity], finding.severity),
      finding.check.replaceAll('-', ' '),
      finding.column ?? '',
      finding.message,
      figure(finding.count),
      markup`${finding.examples.map(({ rowId, value }) => markup`<div>${value === '' ? '(empty)' : value} <span class="muted">row ${rowId}</span></div>`)}`,
      finding.fix,
    ]),
  );
}

const missingShare = (column: ColumnProfile): string =>
  column.rows === 0 ? '–' : formatPercent(column.missing / column.rows);

/** The middle of a column in a few words. */
function middleOf(column: ColumnProfile): string {
  if (column.numeric !== undefined && column.kind === 'time')
    return `${utcMinute(column.numeric.min)} to ${utcMinute(column.numeric.max)}`;
  if (column.numeric !== undefined) {
    const { min, max, mean } = column.numeric;
    return `${figure(min)} to ${figure(max)}, mean ${figure(mean)}`;
  }
  const [first] = column.top ?? [];
  return first === undefined
    ? ''
    : `mostly ${first.value} (${formatPercent(first.count / Math.max(1, column.rows))})`;
}

function columnsTable(profile: Profile): Html {
  return table(
    [
      { title: 'column' },
      { title: 'kind' },
      { title: 'missing', numeric: true },
      { title: 'different', numeric: true },
      { title: 'values' },
    ],
    profile.columns.map((column) => [
      column.name,
      column.kind,
      missingShare(column),
      figure(column.distinct),
      middleOf(column),
    ]),
  );
}

async function chartOf(column: ColumnProfile): Promise<Html | undefined> {
  const label = `Values of ${column.name}: ${middleOf(column)}`;
  if (column.numeric !== undefined && column.numeric.histogram.counts.length > 1)
    return drawHistogram(column.numeric.histogram, column.kind === 'time', label);
  const top = column.top ?? [];
  if (top.length === 0 || column.kind === 'text') return undefined;
  const rest = top.slice(maxBars).reduce((sum, each) => sum + each.count, column.other ?? 0);
  const bars = top.slice(0, maxBars).map((each) => ({ name: each.value, value: each.count, ours: true }));
  return drawBars(
    rest > 0 ? [...bars, { name: `other (${column.distinct - bars.length})`, value: rest }] : bars,
    'rows',
    label,
  );
}

async function columnCharts(profile: Profile): Promise<Html> {
  const figures = [];
  for (const column of profile.columns.slice(0, maxCharts)) {
    const chart = await chartOf(column);
    if (chart !== undefined)
      figures.push({
        title: column.name,
        chart,
        caption: `${column.kind}, ${missingShare(column)} missing, ${figure(column.distinct)} different`,
      });
  }
  return charts(figures);
}

/** What the data looks like and what is wrong with it, rows named. */
export async function validationPage(facts: ValidationPage): Promise<string> {
  const { name, profile, findings, snapshot } = facts;
  const [tone, sentence] = sentenceOf(facts);
  const undrawn = profile.columns.length - maxCharts;
  const parts: (Html | false)[] = [
    verdict(tone, sentence),
    section(
      'The snapshot',
      keyFigures([
        ['rows', figure(snapshot.rows)],
        ['columns', figure(profile.columns.length)],
        ['quarantined', figure(snapshot.quarantined)],
        ['errors', figure(findings.filter((each) => each.severity === 'error').length)],
        ['warnings', figure(findings.filter((each) => each.severity === 'warning').length)],
      ]),
      snapshot.unknownColumns.length > 0 &&
        markup`<p class="note">
          Columns that the schema does not know: ${snapshot.unknownColumns.map(({ name }) => name).join(', ')}.
        </p>`,
    ),
    findings.length > 0 && section('Findings', findingsTable(findings)),
    section('Columns', columnsTable(profile)),
    profile.columns.length > 0 &&
      section(
        'Distributions',
        await columnCharts(profile),
        undrawn > 0 && `${undrawn} more columns stand in the table only.`,
      ),
  ];
  return page({
    title: `Data of ${name}`,
    about: `${snapshot.files.join(', ')} · snapshot ${snapshot.digest.slice(0, 12)}`,
    body: parts.filter((part) => part !== false),
  });
}
