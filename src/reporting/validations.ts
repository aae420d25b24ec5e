import { formatCount, formatPercent } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import type { Validated } from '../validation/history.ts';
import { drawTrend } from './charts/trend.ts';
import type { TrendPoint } from './charts/trend.ts';
import { figure } from './figures.ts';
import { thinned } from './history.ts';
import { markup, type Html } from './html.ts';
import {
  charts,
  keyFigures,
  link,
  mark,
  page,
  section,
  table,
  verdict,
  type TableColumn,
  type Tone,
} from './page.ts';

/** What the index of the looks at a pipeline's data says. */
export interface ValidationsPage {
  readonly pipeline: string;
  /** Newest first, each with its page; null: it is gone. */
  readonly looks: readonly (Validated & { readonly page: string | null })[];
  /** So many pages are kept. */
  readonly most: number;
  /** Records that could not be read. */
  readonly damaged: number;
  readonly latest: string;
}

export const validationTones: Readonly<Record<Validated['state'], Tone>> = {
  good: 'good',
  warned: 'wait',
  failed: 'bad',
};
export const validationWords: Readonly<Record<Validated['state'], string>> = {
  good: 'as the schema says',
  warned: 'worth a look',
  failed: 'cannot be used',
};

/** What is said of each look, in this order. */
export const lookColumns: readonly TableColumn[] = [
  { title: 'when' },
  { title: '' },
  { title: 'rows', numeric: true },
  { title: 'rejected', numeric: true },
  { title: 'errors', numeric: true },
  { title: 'warnings', numeric: true },
  { title: 'what changed' },
];

const mostReasons = 6;
const mostColumns = 12;
const mostLines = 200;
/** A share of missing cells that never moved by more than this is not drawn. */
const leastMove = 0.005;

interface Line {
  readonly title: string;
  readonly points: readonly TrendPoint[];
  readonly caption: string;
}

const axisOf = (looks: readonly Validated[]) => ({
  from: looks[0]?.at ?? 0,
  until: looks.at(-1)?.at ?? 0,
  moves: [],
  named: false,
});

function drawn(looks: readonly Validated[], lines: readonly Line[], across: 2 | 3): Html {
  const figures = [];
  for (const { title, points, caption } of lines)
    figures.push({
      title,
      caption,
      chart: drawTrend(
        thinned(points),
        { ...axisOf(looks), height: across === 2 ? 150 : 80, across, zero: across === 3 },
        `${title} over ${looks.length} looks`,
      ),
    });
  return charts(figures, across);
}

/** Why records became no rows, each reason a line over all looks; the commonest of all first. */
function reasonLines(looks: readonly Validated[]): readonly Line[] {
  const total = new Map<string, { title: string; count: number }>();
  const keyOf = ({ column, reason }: Validated['rejected'][number]): string =>
    JSON.stringify([column, reason]);
  for (const { rejected } of looks)
    for (const each of rejected) {
      const known = total.get(keyOf(each));
      const title = each.column === null ? each.reason : `${each.column}: ${each.reason}`;
      total.set(keyOf(each), { title, count: (known?.count ?? 0) + each.count });
    }
  return [...total]
    .sort(([, left], [, right]) => right.count - left.count)
    .slice(0, mostReasons)
    .map(([key, { title }]) => {
      const counts = looks.map(({ rejected }) => rejected.find((each) => keyOf(each) === key)?.count ?? 0);
      return {
        title,
        points: looks.map(({ at }, look) => ({ at, value: counts[look] ?? 0, marked: false })),
        caption: `now ${figure(counts.at(-1))}, at most ${figure(Math.max(...counts))} records`,
      };
    });
}

/** Shares of missing cells that moved, the most first. */
function missingLines(looks: readonly Validated[]): readonly Line[] {
  const points = new Map<string, TrendPoint[]>();
  for (const { at, missing } of looks)
    for (const { column, share } of missing) {
      const line = points.get(column) ?? [];
      line.push({ at, value: share, marked: false });
      points.set(column, line);
    }
  const moved = [...points].flatMap(([title, line]) => {
    const shares = line.map(({ value }) => value);
    const move = Math.max(...shares) - Math.min(...shares);
    return line.length > 1 && move > leastMove ? [{ title, line, move }] : [];
  });
  return moved
    .sort((left, right) => right.move - left.move)
    .slice(0, mostColumns)
    .map(({ title, line }) => ({
      title,
      points: line,
      caption: `${formatPercent(line[0]?.value ?? 0)} → ${formatPercent(line.at(-1)?.value ?? 0)} missing`,
    }));
}

/** Trends of the data: rows and what was rejected, why, and what is missing. Nothing where there is but one look. */
export function validationTrends(newestFirst: readonly Validated[]): readonly Html[] {
  const looks = newestFirst.toReversed();
  if (looks.length < 2) return [];
  const marked = (look: Validated): boolean => look.state === 'failed';
  const share = ({ rows, quarantined }: Validated): number => quarantined / Math.max(1, rows + quarantined);
  const reasons = reasonLines(looks);
  const missing = missingLines(looks);
  return [
    section(
      'Rows, and what became none',
      drawn(
        looks,
        [
          {
            title: 'rows',
            points: looks.map((look) => ({ at: look.at, value: look.rows, marked: marked(look) })),
            caption: 'Dots: an error was found.',
          },
          {
            title: 'share of the records that was rejected',
            points: looks.map((look) => ({ at: look.at, value: share(look), marked: marked(look) })),
            caption: '',
          },
        ],
        2,
      ),
    ),
    reasons.length > 0 &&
      section('Why records became no rows', drawn(looks, reasons, 3), 'The commonest of all looks first.'),
    missing.length > 0 &&
      section(
        'Missing cells',
        drawn(looks, missing, 3),
        'Columns whose share moved by more than half a point, the most first.',
      ),
  ].filter((part) => part !== false);
}

/** The index of the looks at a pipeline's data that are kept: trends, then look by look with its page. */
export function validationsPage(facts: ValidationsPage): string {
  const { pipeline, looks, most, damaged, latest } = facts;
  const [newest] = looks;
  if (newest === undefined) throw new RangeError('a history has a look');
  const more = looks.length - mostLines;
  const parts = [
    verdict(
      validationTones[newest.state],
      `The newest data is ${validationWords[newest.state]}: ${formatCount(newest.rows, 'row')}, ${utcMinute(newest.at)}.`,
    ),
    section(
      'Where it stands',
      keyFigures([
        ['rows', figure(newest.rows)],
        ['rejected', figure(newest.quarantined)],
        ['errors', figure(newest.errors)],
        ['warnings', figure(newest.warnings)],
      ]),
      markup`<p>${link(latest, 'The page of the newest look')}</p>`,
    ),
    ...validationTrends(looks),
    section(
      'Look by look',
      table(
        lookColumns,
        looks
          .slice(0, mostLines)
          .map(({ at, page: to, state, rows, quarantined, errors, warnings, changed }) => [
            link(to, utcMinute(at)),
            mark(validationTones[state], validationWords[state]),
            ...[rows, quarantined, errors, warnings].map(figure),
            changed ?? 'the first',
          ]),
      ),
      more > 0 && `${formatCount(more, 'older look')} in the charts only.`,
      `Kept is each look that said something new. The pages of the newest ${most} are kept too, without the rows that they named: only the page of the newest look names rows, so that they can be forgotten.`,
      damaged > 0 && `${formatCount(damaged, 'record')} could not be read: \`aieng doctor\` names them.`,
    ),
  ];
  return page({
    title: `Data of ${pipeline} over time`,
    about: `${formatCount(looks.length, 'kept look')}, ${utcMinute(looks.at(-1)?.at ?? newest.at)} to ${utcMinute(newest.at)}`,
    body: parts,
  });
}
