import type { Evaluation } from '../evaluation/evaluation.ts';
import { formatPercent } from '../statistics/figures.ts';
import { drawBars } from './charts/bars.ts';
import { drawCurve } from './charts/curve.ts';
import { drawScatter } from './charts/scatter.ts';
import { figure, words } from './figures.ts';
import type { Html } from './html.ts';
import { markup } from './html.ts';
import { charts, section, table } from './page.ts';

/** A chart with its heading and one line about it. */
export interface Figure {
  readonly title: string;
  readonly chart: Html;
  readonly caption: string;
}

type Thresholds = NonNullable<Evaluation['thresholds']>;

const shownThresholds = 10;
const shownColumns = 20;

function rankingFigures(steps: Thresholds, base: number): Figure[] {
  return [
    {
      title: 'Precision and recall',
      chart: drawCurve(
        steps.map(({ recall, precision }) => ({ x: recall, y: precision })),
        { xTitle: 'recall', yTitle: 'precision', shares: true },
        'Precision against recall',
      ),
      caption: `How many of those it names are right, for how many of all it finds. Naming everybody has a precision of ${formatPercent(base)}.`,
    },
    {
      title: 'Lift',
      chart: drawCurve(
        [{ x: 0, y: 0 }, ...steps.map(({ said, recall }) => ({ x: said, y: recall }))],
        { xTitle: 'share of rows looked at', yTitle: 'found', diagonal: true },
        'Lift: share found against share of rows looked at, the likeliest first',
      ),
      caption: liftWords(steps),
    },
  ];
}

/** What a tenth of the rows finds, of those that were asked about. */
function liftWords(steps: Thresholds): string {
  const tenth = steps.findLast(({ said }) => said <= 0.1 + 1e-9);
  return tenth === undefined
    ? 'Who looks at the likeliest first finds this share; the dashed line is guessing.'
    : `The likeliest ${formatPercent(tenth.said)} of the rows hold ${formatPercent(tenth.recall)} of all, ${figure(tenth.recall / tenth.said)} times as many as guessing finds (dashed).`;
}

function costFigure(steps: Thresholds, threshold: number): Figure[] {
  const points = steps.flatMap((step) =>
    step.cost === undefined ? [] : [{ x: step.threshold, y: step.cost }],
  );
  if (points.length < 2) return [];
  return [
    {
      title: 'What answers cost',
      chart: drawCurve(
        points,
        { xTitle: 'threshold', yTitle: 'cost a row', at: threshold },
        'Mean cost of an answer by threshold',
      ),
      caption: `By the pipeline's costs. It answers at the dashed threshold, ${figure(threshold)}.`,
    },
  ];
}

/** Precision and recall, lift, and what answers cost: of two classes. */
export function thresholdFigures({ thresholds: steps = [], threshold = 0.5 }: Evaluation): Figure[] {
  if (steps.length < 2) return [];
  return [...rankingFigures(steps, steps.at(-1)!.precision), ...costFigure(steps, threshold)];
}

/** What would be at other thresholds. */
export function thresholdSection({ thresholds: steps = [], threshold, task }: Evaluation): Html | false {
  if (steps.length < 2 || task.kind !== 'binary') return false;
  const every = (steps.length - 1) / (Math.min(shownThresholds, steps.length) - 1);
  const shown = Array.from(
    { length: Math.min(shownThresholds, steps.length) },
    (_, at) => steps[Math.round(at * every)]!,
  );
  const withCost = steps[0]!.cost !== undefined;
  return section(
    'Other thresholds',
    table(
      [
        { title: `${task.positive} from`, numeric: true },
        { title: 'rows', numeric: true },
        { title: 'precision', numeric: true },
        { title: 'recall', numeric: true },
        ...(withCost ? [{ title: 'cost a row', numeric: true }] : []),
      ],
      shown.map((step) => [
        figure(step.threshold),
        formatPercent(step.said),
        formatPercent(step.precision),
        formatPercent(step.recall),
        ...(withCost ? [figure(step.cost)] : []),
      ]),
    ),
    threshold !== undefined && `It answers ${task.positive} from ${figure(threshold)}.`,
  );
}

/** Answers beside the truth, and what is left over: of numbers. */
export function residualFigures({ residuals }: Evaluation): Figure[] {
  if (residuals === undefined || residuals.points.length < 2) return [];
  const { points, tenths } = residuals;
  return [
    {
      title: 'Answers beside the truth',
      chart: drawScatter(
        points.map(({ predicted, actual }) => ({ x: predicted, y: actual })),
        { xTitle: 'answer', yTitle: 'truth', line: 'equal' },
        'Truth against answer',
      ),
      caption: `${figure(points.length)} rows of the test part. On the dashed line answer and truth are the same.`,
    },
    {
      title: 'What is left over',
      chart: drawScatter(
        points.map(({ predicted, actual }) => ({ x: predicted, y: actual - predicted })),
        {
          xTitle: 'answer',
          yTitle: 'truth less answer',
          line: 'zero',
          spans: tenths.map(({ predicted, low, high }) => ({ x: predicted, low, high })),
        },
        'Residual against answer',
      ),
      caption:
        'The bars hold eight of ten rows, by tenths of the answers. A bend, or bars that grow, is something the model does not know.',
    },
  ];
}

/** What the model depends on. */
export function importanceSection({ importance }: Evaluation): Html | false {
  if (importance === undefined || importance.columns.length === 0) return false;
  const { columns, metric, rows, repeats, left } = importance;
  const shown = columns.slice(0, shownColumns);
  const withGain = shown.some(({ gain }) => gain !== undefined);
  const top = shown.filter(({ drop }) => drop > 0).slice(0, 10);
  const hidden = columns.length - shown.length;
  return section(
    'What it depends on',
    top.length > 0 &&
      charts(
        [
          {
            title: `${words(metric)} lost without`,
            chart: drawBars(
              top.map(({ column, drop, deviation }) => ({
                name: column,
                value: drop,
                ours: true,
                low: Math.max(0, drop - deviation),
                high: drop + deviation,
              })),
              words(metric),
              `How much worse ${words(metric)} is where a column is shuffled`,
              1,
            ),
            caption: 'The line is one standard deviation over the repeats to either side.',
          },
        ],
        1,
      ),
    table(
      [
        { title: 'column' },
        { title: `${words(metric)} lost`, numeric: true },
        { title: '±', numeric: true },
        ...(withGain ? [{ title: 'share of gain', numeric: true }] : []),
      ],
      shown.map(({ column, drop, deviation, gain }) => [
        markup`${column}`,
        figure(drop),
        figure(deviation),
        ...(withGain ? [gain === undefined ? '' : formatPercent(gain)] : []),
      ]),
    ),
    `How much worse ${words(metric)} is where a column is shuffled among ${figure(rows)} test rows, the mean of ${repeats} times. Columns that say the same cover for each other.`,
    hidden > 0 && `${hidden} more columns are not shown.`,
    left > 0 && `${left} columns were not shuffled: the model uses them little or not at all.`,
  );
}
