import { formatCount } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import { drawTrend } from './charts/trend.ts';
import { figure, words } from './figures.ts';
import { markup, type Html } from './html.ts';
import { charts, link, mark, page, section, table } from './page.ts';

/** What the index of the trainings of a pipeline says. */
export interface TrainingsPage {
  readonly pipeline: string;
  /** Newest first. */
  readonly runs: readonly {
    readonly at: number;
    readonly page: string;
    readonly command: string;
    readonly family: string;
    readonly metric: string;
    readonly value: number | null;
    readonly interval: { readonly low: number; readonly high: number } | null;
    readonly rows: number;
    readonly passed: boolean;
    /** Keys that were set for the run. */
    readonly set: readonly string[];
    /** Why its first stage ran. */
    readonly because: string | null;
  }[];
  /** Pages of which the store has the run no more. */
  readonly gone: number;
  /** So many pages are kept. */
  readonly most: number;
  readonly latest: string;
}

function trend({ runs }: TrainingsPage): Html | false {
  const metric = runs[0]?.metric;
  const points = runs
    .toReversed()
    .flatMap(({ at, metric: of, value, interval, passed }) =>
      of === metric && value !== null
        ? [{ at, value, low: interval?.low ?? null, high: interval?.high ?? null, marked: !passed }]
        : [],
    );
  if (metric === undefined || points.length < 2) return false;
  return section(
    'From training to training',
    charts(
      [
        {
          title: `${words(metric)} on test rows`,
          chart: drawTrend(
            points,
            {
              from: points[0]!.at,
              until: points.at(-1)!.at,
              moves: [],
              height: 190,
              across: 1,
              zero: false,
              named: false,
            },
            `${words(metric)} of each training`,
          ),
          caption:
            'The band is the 95 % interval; dots: a gate failed. Where the data changed between two, so did the test rows.',
        },
      ],
      1,
    ),
  );
}

/** The index of the trainings of a pipeline: the metric from one to the next, then each with its page. */
export function trainingsPage(facts: TrainingsPage): string {
  const { pipeline, runs, gone, most, latest } = facts;
  const parts: (Html | false)[] = [
    trend(facts),
    section(
      'Training by training',
      markup`<p>${link(latest, 'The page of the newest model')}</p>`,
      table(
        [
          { title: 'when' },
          { title: 'family' },
          { title: 'metric', numeric: true },
          { title: '95 % interval', numeric: true },
          { title: 'test rows', numeric: true },
          { title: 'gates' },
          { title: 'what changed' },
        ],
        runs.map(({ at, page: to, family, metric, value, interval, rows, passed, set, because }) => [
          link(to, utcMinute(at)),
          family,
          `${words(metric)} ${figure(value)}`,
          interval === null ? '–' : `${figure(interval.low)} to ${figure(interval.high)}`,
          figure(rows),
          passed ? mark('good', 'passed') : mark('bad', 'failed'),
          [...set, ...(because === null ? [] : [because])].join('; '),
        ]),
      ),
      `The pages of the newest ${most} trainings are kept. \`aieng runs ${pipeline}\` lists every run.`,
      gone > 0 && `${formatCount(gone, 'page')} is of a run that the store has no more.`,
    ),
  ];
  return page({
    title: `Trainings of ${pipeline}`,
    about: formatCount(runs.length, 'training'),
    body: parts.filter((part) => part !== false),
  });
}
