import { formatCount, formatPercent } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import type { ColumnSummary } from '../validation/columnSummary.ts';
import type { ColumnProfile, Profile } from '../validation/profile.ts';
import { drawBars } from './charts/bars.ts';
import type { Bin } from './charts/distribution.ts';
import { drawDistribution } from './charts/distribution.ts';
import { drawHistogram } from './charts/histogram.ts';
import { figure } from './figures.ts';
import { markup, type Html } from './html.ts';
import { charts, table } from './page.ts';

/** A wide table is drawn this far, and told this far: a page stays below a megabyte whatever it is of. */
const maxCharts = 60;
const maxColumns = 500;
const maxBars = 6;
/** Groups of a number that is drawn beside the one of the snapshot before. */
const sharedBins = 12;

const missingShare = (column: Pick<ColumnProfile, 'rows' | 'missing'>): string =>
  column.rows === 0 ? '–' : formatPercent(column.missing / column.rows);

/** The columns in a table: what each holds, what was noticed of it. */
export function columnsTable(columns: readonly ColumnSummary[], before: Profile | null): Html {
  const was = new Map(before?.columns.map((column) => [column.name, column]));
  const more = columns.length - maxColumns;
  const rows = columns.slice(0, maxColumns).map((column) => {
    const old = was.get(column.name);
    return [
      column.name,
      column.kind,
      missingShare(column),
      ...(before === null ? [] : [old === undefined ? 'new' : missingShare(old)]),
      figure(column.distinct),
      column.values,
      column.noticed.map((check) => check.replaceAll('-', ' ')).join(', '),
    ];
  });
  return markup`<div class="columns">${table(
    [
      { title: 'column' },
      { title: 'kind' },
      { title: 'missing', numeric: true },
      ...(before === null ? [] : [{ title: 'before', numeric: true }]),
      { title: 'different', numeric: true },
      { title: 'values' },
      { title: 'noticed' },
    ],
    rows,
  )}</div>${more > 0 && markup`<p class="note">${formatCount(more, 'more column')} stand in the profile only.</p>`}`;
}

type Histogram = NonNullable<ColumnProfile['numeric']>['histogram'];

/** Rows of a histogram that lie between two values, each of its bins taken to be even. */
function between({ edges, counts }: Histogram, low: number, high: number, last: boolean): number {
  return counts.reduce((sum, count, bin) => {
    const [from, to] = [edges[bin]!, edges[bin + 1]!];
    if (from === to) return sum + (from >= low && (from < high || (last && from === high)) ? count : 0);
    const inside = Math.max(0, Math.min(to, high) - Math.max(from, low));
    return sum + (count * inside) / (to - from);
  }, 0);
}

/** A number in this snapshot and in the one before, over the same groups. */
function numberBins(now: ColumnProfile, before: ColumnProfile): Bin[] {
  const [a, b] = [now.numeric!, before.numeric!];
  const low = Math.min(a.min, b.min);
  const high = Math.max(a.max, b.max);
  if (!(high > low)) return [];
  const label = (value: number): string =>
    now.kind === 'time' ? utcMinute(value).slice(0, 10) : figure(value);
  const different = Math.max(now.distinct, before.distinct);
  const groups = Math.max(2, Math.min(sharedBins, different));
  return Array.from({ length: groups }, (_, k) => {
    const from = low + ((high - low) * k) / groups;
    const to = low + ((high - low) * (k + 1)) / groups;
    const share = ({ numeric, rows }: ColumnProfile): number =>
      between(numeric!.histogram, from, to, k === groups - 1) / Math.max(1, rows);
    // Of two values, each is a group of its own.
    return {
      label: label(different === 2 && k === 1 ? high : from),
      reference: share(before),
      current: share(now),
    };
  });
}

/** A column's words in this snapshot and in the one before. */
function wordBins(now: ColumnProfile, before: ColumnProfile): Bin[] {
  const share = (column: ColumnProfile, word: string): number =>
    (column.top?.find(({ value }) => value === word)?.count ?? 0) / Math.max(1, column.rows);
  const words = [...(now.top ?? []).slice(0, maxBars), ...(before.top ?? []).slice(0, 2)].map(
    ({ value }) => value,
  );
  return [...new Set(words)].map((word) => ({
    label: word,
    reference: share(before, word),
    current: share(now, word),
  }));
}

function besideBefore(now: ColumnProfile, before: ColumnProfile, label: string): Html | undefined {
  const upright = now.numeric !== undefined;
  if (upright && before.numeric === undefined) return undefined;
  const bins = upright ? numberBins(now, before) : now.kind === 'text' ? [] : wordBins(now, before);
  if (bins.length === 0) return undefined;
  const gaps = {
    label: 'missing',
    reference: before.missing / Math.max(1, before.rows),
    current: now.missing / Math.max(1, now.rows),
  };
  const withGaps = gaps.reference + gaps.current > 0 ? [...bins, gaps] : bins;
  return drawDistribution(withGaps, upright, label);
}

function chartOf(column: ColumnProfile, before: ColumnProfile | undefined, values: string): Html | undefined {
  const label = `Values of ${column.name}: ${values}`;
  if (before !== undefined) return besideBefore(column, before, `${label}; beside the snapshot before`);
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

/** What the two colours mean. */
const nowAndBefore = markup`<div class="key">
  <span>snapshot before</span><span class="current">this snapshot</span>
</div>`;

/**
 * One chart a column, those that something was found of first; beside the snapshot before where there was one.
 *
 * @param found Columns that a finding names.
 * @param drawn Told after each chart how many there are.
 */
export function columnCharts(
  profile: Profile,
  before: Profile | null,
  found: ReadonlySet<string>,
  summaries: readonly ColumnSummary[],
  drawn: (charts: number) => void = () => undefined,
): Html {
  const values = new Map(summaries.map((column) => [column.name, column.values]));
  const was = new Map(before?.columns.map((column) => [column.name, column]));
  const sorted = [...profile.columns].sort((a, b) => Number(found.has(b.name)) - Number(found.has(a.name)));
  const figures = [];
  for (const column of sorted.slice(0, maxCharts)) {
    const old = was.get(column.name);
    const chart = chartOf(column, old?.kind === column.kind ? old : undefined, values.get(column.name) ?? '');
    if (chart === undefined) continue;
    const caption = `${column.kind}, ${missingShare(column)} missing, ${figure(column.distinct)} different`;
    figures.push({ title: column.name, chart, caption });
    drawn(figures.length);
  }
  const more = sorted.length - maxCharts;
  return markup`${before !== null && nowAndBefore}${charts(figures)}${more > 0 && markup`<p class="note">${formatCount(more, 'more column')} ${more === 1 ? 'stands' : 'stand'} in the table only.</p>`}`;
}
