import type { MonitorReport } from '../monitoring/report.ts';
import { utcMinute } from '../utc.ts';
import { drawDistribution } from './charts/distribution.ts';
import { figure, metricsInOrder, words } from './figures.ts';
import { markup, type Html } from './html.ts';
import { monitorSentence } from './monitor.ts';
import { charts, mark, page, section, table, type Tone } from './page.ts';

type Pair = readonly [earlier: MonitorReport, later: MonitorReport];

const inOrder = (one: MonitorReport, other: MonitorReport): Pair =>
  one.at <= other.at ? [one, other] : [other, one];

const maxCharts = 12;
const tones: Readonly<Record<MonitorReport['decision'], Tone>> = {
  calm: 'good',
  alarm: 'bad',
  accepted: 'good',
  'not enough data': 'wait',
};

const both = (pair: Pair, of: (report: MonitorReport) => Html | string): readonly (Html | string)[] =>
  pair.map(of);

function standing(pair: Pair): Html {
  const lines: readonly (readonly [string, (report: MonitorReport) => Html | string])[] = [
    ['it said', ({ decision }) => mark(tones[decision], decision)],
    ['in words', monitorSentence],
    ['version', ({ version }) => (version === null ? '–' : String(version))],
    ['predictions', ({ window }) => figure(window.rows)],
    ['from', ({ window }) => utcMinute(window.from)],
    ['until', ({ window }) => utcMinute(window.to)],
    ['labels', ({ performance }) => figure(performance.labelled)],
    ['columns drifted', ({ drift }) => figure(drift.filter(({ state }) => state === 'drifted').length)],
    [
      'time for an answer (99th percentile)',
      ({ health }) => (health.p99Ms === null ? '–' : `${figure(health.p99Ms)} ms`),
    ],
  ];
  return section(
    'What each said',
    table(
      [{ title: '' }, ...pair.map(({ at }) => ({ title: utcMinute(at) }))],
      lines.map(([name, of]) => [name, ...both(pair, of)]),
    ),
  );
}

function metricsSection(pair: Pair): Html | false {
  const [{ performance: earlier }, { performance: later }] = pair;
  const names = metricsInOrder(later.metric, [
    ...new Set([...Object.keys(earlier.metrics), ...Object.keys(later.metrics)]),
  ]);
  if (names.length === 0) return false;
  return section(
    'How good it was',
    table(
      [
        { title: 'metric' },
        ...pair.map(({ at }) => ({ title: utcMinute(at), numeric: true })),
        { title: 'change', numeric: true },
      ],
      names.map((name) => {
        const [then, now] = [earlier.metrics[name]?.current, later.metrics[name]?.current];
        return [
          words(name),
          figure(then),
          figure(now),
          then === undefined || now === undefined ? '–' : figure(now - then),
        ];
      }),
    ),
    'The labels of one are not those of the other: how sure a change is, the page of each says.',
  );
}

interface Column {
  readonly name: string;
  readonly then: MonitorReport['drift'][number] | undefined;
  readonly now: MonitorReport['drift'][number] | undefined;
}

/** All columns of both, those first whose state or effect is most otherwise. */
function columnsOf([earlier, later]: Pair): readonly Column[] {
  const keyOf = ({ column, of }: MonitorReport['drift'][number]): string => `${of} ${column}`;
  const keys = [...new Set([...earlier.drift, ...later.drift].map(keyOf))];
  const columns = keys.map((key) => {
    const then = earlier.drift.find((each) => keyOf(each) === key);
    const now = later.drift.find((each) => keyOf(each) === key);
    const { column = '', of = 'input' } = now ?? then ?? {};
    return { name: of === 'prediction' ? `${column} (prediction)` : column, then, now };
  });
  const apart = ({ then, now }: Column): number =>
    Number(then?.state !== now?.state) * 1000 + Math.abs((now?.effect ?? 0) - (then?.effect ?? 0));
  return columns.toSorted((left, right) => apart(right) - apart(left));
}

const stateTone = { stable: 'good', drifted: 'bad', 'not enough data': 'wait' } as const;
const stateOf = (of: Column['then']): Html | string =>
  of === undefined ? '–' : mark(stateTone[of.state], of.state);

const columnsSection = (columns: readonly Column[]): Html =>
  section(
    'Column by column',
    table(
      [
        { title: 'column' },
        { title: 'then' },
        { title: 'effect then', numeric: true },
        { title: 'now' },
        { title: 'effect now', numeric: true },
        { title: 'what changed against the reference, now' },
      ],
      columns.map(({ name, then, now }) => [
        name,
        stateOf(then),
        figure(then?.effect),
        stateOf(now),
        figure(now?.effect),
        now?.change ?? '–',
      ]),
    ),
  );

/** How the rows of the two lie, where both have the same bins. */
function distributions(columns: readonly Column[]): Html | false {
  const figures = [];
  for (const { name, then, now } of columns) {
    if (figures.length === maxCharts || then === undefined || now === undefined) continue;
    const earlier = new Map(then.bins.map(({ label, current }) => [label, current]));
    const alike = now.bins.length > 0 && now.bins.every(({ label }) => earlier.has(label));
    if (!alike || (then.state !== 'drifted' && now.state !== 'drifted')) continue;
    figures.push({
      title: name,
      chart: drawDistribution(
        now.bins.map(({ label, current }) => ({ label, reference: earlier.get(label) ?? 0, current })),
        now.distance === 'wasserstein',
        `Distribution of ${name} at the two looks`,
      ),
      caption: '',
    });
  }
  if (figures.length === 0) return false;
  return section(
    'How the rows lie',
    markup`<div class="key"><span>then</span><span class="current">now</span></div>`,
    charts(figures),
    'Drifted columns with the same groups at both looks.',
  );
}

/** What each of two looks said, how good it was, and what came or went of drift. */
export function besideSections(one: MonitorReport, other: MonitorReport): readonly Html[] {
  const pair = inOrder(one, other);
  const columns = columnsOf(pair);
  const parts: (Html | false)[] = [
    standing(pair),
    metricsSection(pair),
    columns.length > 0 && columnsSection(columns),
    distributions(columns),
  ];
  return parts.filter((part) => part !== false);
}

/** Two looks at a model side by side. */
export function besidePage(one: MonitorReport, other: MonitorReport): string {
  const [earlier, later] = inOrder(one, other);
  return page({
    title: `${later.name}: two looks side by side`,
    about: `${utcMinute(earlier.at)} and ${utcMinute(later.at)}`,
    body: besideSections(one, other),
    links: [['index.html', 'All looks, and trends']],
  });
}
