import type { Look } from '../monitoring/history/look.ts';
import { formatCount, formatNumber } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import { drawTrend } from './charts/trend.ts';
import type { TrendOptions, TrendPoint } from './charts/trend.ts';
import { figure, words } from './figures.ts';
import { markup, type Html } from './html.ts';
import { charts, keyFigures, link, mark, page, section, table, verdict, type Tone } from './page.ts';
import { retrainTone } from './retraining.ts';

/** A decision of `retrain` as the history lists it. */
export interface DecisionLine {
  readonly at: number;
  readonly decision: string;
  readonly because: string;
  /** Its page, as a link; null: it is gone, or there was none. */
  readonly page: string | null;
}

/** What the index of the looks at a model says. */
export interface HistoryPage {
  readonly pipeline: string;
  /** Newest first, each with its page; null: it is gone. */
  readonly looks: readonly (Look & { readonly page: string | null })[];
  readonly decisions: readonly DecisionLine[];
  /** When which version took over. */
  readonly moves: readonly { readonly at: number; readonly name: string }[];
  /** What keeps pages from growing without end, in words. */
  readonly kept: string;
  /** Records that could not be read. */
  readonly damaged: number;
  /** Where the page of the newest look is. */
  readonly latest: string;
}

const tones: Readonly<Record<Look['decision'], Tone>> = {
  calm: 'good',
  alarm: 'bad',
  accepted: 'good',
  'not enough data': 'wait',
};

/** More points than this are thinned: a page stays small, and nobody sees them apart. */
const mostPoints = 240;
const mostMultiples = 24;
const mostLines = 300;

/** Every nth, and all that are marked. */
export function thinned<Point extends { readonly marked: boolean }>(
  points: readonly Point[],
): readonly Point[] {
  if (points.length <= mostPoints) return points;
  const step = Math.ceil(points.length / mostPoints);
  return points.filter(
    (point, at) =>
      at % step === 0 || at === points.length - 1 || (point.marked && points[at - 1]?.marked !== true),
  );
}

type Axis = Pick<TrendOptions, 'from' | 'until' | 'moves'>;

function performanceTrend(looks: readonly Look[], metric: string, axis: Axis): Html | false {
  const judged = looks.flatMap(({ at, performance: { metric: of, current, low, high, state } }) =>
    of === metric && current !== null ? [{ at, value: current, low, high, marked: state === 'worse' }] : [],
  );
  if (judged.length === 0) return false;
  const level = looks.flatMap(({ at, performance: { metric: of, reference } }) =>
    of === metric && reference !== null ? [{ at, value: reference, marked: false }] : [],
  );
  return section(
    'How good it was',
    charts(
      [
        {
          title: `${words(metric)} on the labels that came`,
          chart: drawTrend(
            thinned(judged),
            { ...axis, level: thinned(level), height: 190, across: 1, zero: false, named: true },
            `${words(metric)} over time, with its 95 % interval`,
          ),
          caption:
            'The band is the 95 % interval, the dashed line what it was before. Dots: it got worse. Upright lines: another version took over.',
        },
      ],
      1,
    ),
  );
}

interface Column {
  readonly name: string;
  readonly points: readonly TrendPoint[];
  readonly drifted: number;
  readonly most: number;
}

function columnsOf(looks: readonly Look[]): readonly Column[] {
  const columns = new Map<string, TrendPoint[]>();
  for (const { at, drift } of looks)
    for (const { column, of, effect, state } of drift) {
      if (state === 'not enough data' || !Number.isFinite(effect)) continue;
      const name = of === 'prediction' ? `${column} (prediction)` : column;
      const points = columns.get(name) ?? [];
      points.push({ at, value: effect, marked: state === 'drifted' });
      columns.set(name, points);
    }
  return [...columns]
    .map(([name, points]) => ({
      name,
      points,
      drifted: points.filter(({ marked }) => marked).length,
      most: Math.max(...points.map(({ value }) => value)),
    }))
    .sort((left, right) => right.drifted - left.drifted || right.most - left.most);
}

function driftTrends(looks: readonly Look[], axis: Axis): Html | false {
  const columns = columnsOf(looks);
  if (columns.length === 0) return false;
  const shown = columns.slice(0, mostMultiples);
  const figures = [];
  for (const { name, points, drifted, most } of shown)
    figures.push({
      title: name,
      chart: drawTrend(
        thinned(points),
        { ...axis, height: 64, across: 3, zero: true, named: false },
        `Drift of ${name} over time`,
      ),
      caption:
        drifted === 0
          ? `never drifted; at most ${figure(most)}`
          : `drifted in ${formatCount(drifted, 'look')} of ${formatNumber(points.length)}; at most ${figure(most)}`,
    });
  return section(
    'Drift of each column',
    'The effect: how far the column lies from the reference. Dots: it drifted. All charts have the same days; each has a scale of its own. The most drifted come first.',
    charts(figures),
    columns.length > shown.length &&
      `${formatCount(columns.length - shown.length, 'more column')} less drifted.`,
  );
}

function serviceTrend(looks: readonly Look[], axis: Axis): Html | false {
  const asked = looks.filter(({ health }) => health.p99Ms !== null);
  if (asked.length < 2) return false;
  const wide = { ...axis, height: 90, across: 2, zero: true, named: false } as const;
  const points = (value: (look: Look) => number | null): readonly TrendPoint[] =>
    thinned(
      asked.flatMap((look) => {
        const at = value(look);
        return at === null ? [] : [{ at: look.at, value: at, marked: look.health.state !== 'ok' }];
      }),
    );
  return section(
    'The service',
    charts(
      [
        {
          title: '99th percentile of the time for an answer, ms',
          chart: drawTrend(
            points(({ health }) => health.p99Ms),
            wide,
            'Latency over time',
          ),
          caption: '',
        },
        {
          title: 'Requests since the look before',
          chart: drawTrend(
            points(({ health }) => health.requests),
            wide,
            'Requests by look',
          ),
          caption: '',
        },
      ],
      2,
    ),
  );
}

const looksTable = ({ looks, decisions, moves }: HistoryPage): Html => {
  const lines = [
    ...looks.map((look) => ({ at: look.at, cells: lookCells(look) })),
    ...decisions.map(({ at, decision, because, page: to }) => ({
      at,
      cells: [
        link(to, utcMinute(at)),
        'retraining',
        mark(retrainTone(decision), decision.replaceAll('-', ' ')),
        because,
        '',
        '',
      ],
    })),
    ...moves.map(({ at, name }) => ({
      at,
      cells: [utcMinute(at), 'in charge', mark('plain', name), '', '', ''],
    })),
  ].sort((left, right) => right.at - left.at);
  return markup`${table(
    [
      { title: 'when' },
      { title: 'what' },
      { title: 'it said' },
      { title: 'what changed' },
      { title: 'rows', numeric: true },
      { title: 'metric', numeric: true },
    ],
    lines.slice(0, mostLines).map(({ cells }) => cells),
  )}${lines.length > mostLines && markup`<p class="note">${formatCount(lines.length - mostLines, 'older line')} in the charts only.</p>`}`;
};

function lookCells(look: HistoryPage['looks'][number]): readonly (Html | string)[] {
  const { at, version, of, decision, changed, rows, performance, page: to } = look;
  return [
    link(to, utcMinute(at)),
    `${version === null ? 'look' : `look at version ${version}`}${of === 'file' ? ', a file' : ''}`,
    mark(tones[decision], decision),
    changed ?? '–',
    figure(rows),
    performance.current === null ? '–' : `${words(performance.metric)} ${figure(performance.current)}`,
  ];
}

function nowFigures(looks: readonly Look[]): readonly (readonly [string, string])[] {
  const newest = looks[0]!;
  const drifted = newest.drift.filter(({ state }) => state === 'drifted').length;
  const alarms = looks.filter(({ decision }) => decision === 'alarm').length;
  const { metric, current, reference } = newest.performance;
  return [
    [`${words(metric)} now`, figure(current)],
    [`${words(metric)} before`, figure(reference)],
    ['columns drifted now', `${figure(drifted)} of ${figure(newest.drift.length)}`],
    ['kept looks with an alarm', `${figure(alarms)} of ${figure(looks.length)}`],
  ];
}

/** Trends over time, on one axis: the metric with its band, the drift of each column, the service. */
export function trendSections({
  looks,
  decisions,
  moves,
}: Pick<HistoryPage, 'decisions' | 'moves'> & { readonly looks: readonly Look[] }): readonly Html[] {
  const [newest] = looks;
  if (newest === undefined) return [];
  const oldestFirst = looks.toReversed();
  const axis = {
    from: oldestFirst[0]!.at,
    until: Math.max(newest.at, decisions[0]?.at ?? 0),
    moves,
  };
  const parts = [
    performanceTrend(oldestFirst, newest.performance.metric, axis),
    driftTrends(oldestFirst, axis),
    serviceTrend(oldestFirst, axis),
  ];
  return parts.filter((part) => part !== false);
}

/** The index of all looks that are kept: trends over time, then look by look with its page. */
export function historyPage(facts: HistoryPage): string {
  const { pipeline, looks, kept, damaged, latest } = facts;
  const [newest] = looks;
  if (newest === undefined) throw new RangeError('a history has a look');
  const oldest = looks.at(-1) ?? newest;
  const parts: Html[] = [
    verdict(
      tones[newest.decision],
      `${newest.decision === 'alarm' ? 'Alarm' : newest.decision === 'calm' ? 'Calm' : newest.decision} at the newest look that is kept, ${utcMinute(newest.at)}${newest.changed === null ? '' : `: ${newest.changed}`}.`,
    ),
    section(
      'Where it stands',
      keyFigures(nowFigures(looks)),
      markup`<p>${link(latest, 'The page of the newest look')}</p>`,
    ),
    ...trendSections(facts),
    section(
      'Look by look',
      looksTable(facts),
      kept,
      damaged > 0 && `${formatCount(damaged, 'record')} could not be read: \`aieng doctor\` names them.`,
    ),
  ];
  return page({
    title: `${pipeline} over time`,
    about: `${formatCount(looks.length, 'kept look')}, ${utcMinute(oldest.at)} to ${utcMinute(newest.at)}`,
    body: parts,
  });
}
