import type { FairnessGroup } from '../evaluation/fairnessShape.ts';
import type { Evaluation, Verdict } from '../evaluation/evaluation.ts';
import type { TrainedModel } from '../modeling/model.ts';
import { drawBars } from './charts/bars.ts';
import { drawCurve } from './charts/curve.ts';
import type { Search } from '../modeling/search/result.ts';
import { searchSection } from './search.ts';
import { figure, metricsInOrder, words } from './figures.ts';
import { formatCount, formatDigits, formatPercent } from '../statistics/figures.ts';
import { markup, type Html } from './html.ts';
import { correlationsSection, moreRowsSection } from './rows.ts';
import { importanceSection, residualFigures, thresholdFigures, thresholdSection } from './quality.ts';
import type { Figure } from './quality.ts';
import { charts, keyFigures, mark, page, section, table, verdict, type PlacedPage } from './page.ts';

/** What the page of a training run tells. */
export interface TrainingPage {
  readonly name: string;
  readonly goal: string;
  readonly family: string;
  readonly tried: readonly {
    readonly family: string;
    readonly validation: number;
    readonly parameters: number;
    readonly epochs: number;
  }[];
  /** Why this family. */
  readonly because: string;
  readonly metric: string;
  /** What training watched, where that was another one. */
  readonly watched?: string;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  readonly history: TrainedModel['history'];
  readonly bestEpoch?: number;
  /** Family auto: folds by which it was chosen. The history is that of the first. */
  readonly folds?: number;
  /** Where parameters were searched. */
  readonly search?: Search | null;
}

const maxSlices = 40;
const gateTone = { passed: 'good', failed: 'bad', skipped: 'wait' } as const;

/** What the model is shown beside: the linear model where a net was kept, then the dumb baselines. */
const besideModel = ({ beside = [], baselines }: Evaluation): Evaluation['baselines'] => [
  ...beside,
  ...baselines,
];

function gatesTable({ gates }: Verdict): Html {
  return table(
    [
      { title: 'gate' },
      { title: '' },
      { title: 'value', numeric: true },
      { title: 'asked for', numeric: true },
      { title: 'because' },
    ],
    gates.map((gate) => [
      gate.name,
      mark(gateTone[gate.state], gate.state),
      figure(gate.value),
      figure(gate.threshold),
      gate.because,
    ]),
  );
}

const metricNames = ({ metric, metrics }: Evaluation): readonly string[] =>
  metricsInOrder(metric, Object.keys(metrics));

function metricsTable(evaluation: Evaluation): Html {
  return table(
    [
      { title: 'metric' },
      { title: 'this model', numeric: true },
      { title: '95 % interval', numeric: true },
      ...besideModel(evaluation).map((baseline) => ({ title: baseline.name, numeric: true })),
    ],
    metricNames(evaluation).map((name) => {
      const interval = evaluation.intervals[name];
      return [
        name === evaluation.metric ? markup`<b>${words(name)}</b>` : words(name),
        figure(evaluation.metrics[name]),
        interval === undefined ? '' : `${figure(interval.low)} to ${figure(interval.high)}`,
        ...besideModel(evaluation).map((baseline) => figure(baseline.metrics[name])),
      ];
    }),
  );
}

function baselineChart(evaluation: Evaluation): Html {
  const { metric } = evaluation;
  const interval = evaluation.intervals[metric];
  const bars = [
    {
      name: 'this model',
      value: evaluation.metrics[metric] ?? 0,
      ours: true,
      ...(interval === undefined ? {} : { low: interval.low, high: interval.high }),
    },
    ...besideModel(evaluation).map((baseline) => ({
      name: baseline.name,
      value: baseline.metrics[metric] ?? 0,
    })),
  ];
  return drawBars(bars, words(metric), `${words(metric)} of this model beside the baselines`, 1);
}

function besideNoModel(evaluation: Evaluation): Figure {
  return {
    title: `${words(evaluation.metric)} beside having no model`,
    chart: baselineChart(evaluation),
    caption: besideModel(evaluation)
      .map((baseline) => `${baseline.name}: ${baseline.description}`)
      .join('; '),
  };
}

function qualityCharts(evaluation: Evaluation): readonly Figure[] {
  const figures: Figure[] = [];
  if (evaluation.roc !== undefined)
    figures.push({
      title: 'ROC curve',
      chart: drawCurve(
        evaluation.roc.map((point) => ({ x: point.falsePositiveRate, y: point.truePositiveRate })),
        { xTitle: 'false alarms', yTitle: 'found', diagonal: true },
        'ROC curve: share found against share of false alarms',
      ),
      caption: 'How many are found for how many false alarms; the dashed line is guessing.',
    });
  if (evaluation.reliability !== undefined)
    figures.push({
      title: 'Do the probabilities hold?',
      chart: drawCurve(
        evaluation.reliability
          .filter((bin) => bin.rows > 0)
          .map((bin) => ({ x: bin.predicted, y: bin.observed })),
        { xTitle: 'predicted', yTitle: 'observed', diagonal: true, points: true },
        'Reliability: observed share against predicted probability',
      ),
      caption: 'On the dashed line, what is said to happen in 30 % of the cases does so in 30 %.',
    });
  figures.push(...thresholdFigures(evaluation));
  return figures;
}

/** How the answers lie to the truth: curves of classes, or of numbers what is left over. */
function qualitySections(evaluation: Evaluation): readonly Html[] {
  const curves = qualityCharts(evaluation);
  const residuals = residualFigures(evaluation);
  return [
    ...(curves.length === 0 ? [] : [section('What it gets right, and what it costs', charts(curves))]),
    ...(residuals.length === 0 ? [] : [section('Answers and truth', charts(residuals, 2))]),
  ];
}

function learningCharts(facts: TrainingPage): Html | false {
  const { history, bestEpoch, folds } = facts;
  const metric = facts.watched ?? facts.metric;
  if (history.length < 2) return false;
  const at = bestEpoch === undefined || folds !== undefined ? {} : { at: bestEpoch };
  const curve = (value: 'loss' | 'validation', yTitle: string): Html =>
    drawCurve(
      history
        .filter((each) => Number.isFinite(each[value]))
        .map((each) => ({ x: each.epoch, y: each[value] })),
      { xTitle: 'round', yTitle, across: 2, ...at },
      `${yTitle} by round`,
    );
  return section(
    'How it learnt',
    charts(
      [
        { title: 'Loss on the training rows', chart: curve('loss', 'loss'), caption: '' },
        {
          title: `${words(metric)} on the validation rows`,
          chart: curve('validation', words(metric)),
          caption:
            bestEpoch === undefined
              ? ''
              : folds !== undefined
                ? `In the first of ${folds} folds. The model then learnt from all their rows, for as many rounds as the folds found best: ${bestEpoch}.`
                : `The model of round ${bestEpoch} was kept (dashed). A round is a pass over the rows, or a tree.`,
        },
      ],
      2,
    ),
  );
}

function confusionTable(evaluation: Evaluation): Html | false {
  const { confusion, task } = evaluation;
  if (confusion === undefined || task.kind === 'regression' || task.classes.length > 20) return false;
  const rows = confusion.map((counts, actual) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count) => {
      const share = total === 0 ? 0 : count / total;
      return markup`<td class="n heat${Math.min(4, Math.floor(share * 5))}">
        ${figure(count)} <span class="muted">${formatPercent(share)}</span>
      </td>`;
    });
    return markup`<tr>
      <th scope="row">${task.classes[actual] ?? ''}</th>
      ${cells}
    </tr>`;
  });
  const head = task.classes.map((name) => markup`<th scope="col" class="n">said ${name}</th>`);
  return section(
    'Right and wrong',
    markup`<div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">in truth</th>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`,
    evaluation.threshold !== undefined &&
      task.kind === 'binary' &&
      `It says ${task.positive} from a probability of ${figure(evaluation.threshold)}.`,
  );
}

const coverageSentence = ({ coverage }: Evaluation): string | false =>
  coverage !== undefined &&
  `Its intervals held ${formatPercent(coverage.coverage)} of the true values, of ${formatPercent(coverage.level)} that they are made for, and are ${figure(coverage.width)} wide in the mean.`;

const quantileSentence = ({ quantile }: Evaluation): string | false =>
  quantile !== undefined &&
  `Its answer is a quantile: ${formatPercent(quantile.below)} of the true values lie at or below it, of ${formatPercent(quantile.asked)} that were asked for.`;

function slicesSection(evaluation: Evaluation): Html | false {
  const { slices, metric } = evaluation;
  if (slices.length === 0) return false;
  const sorted = [...slices].sort((left, right) => Number(right.worse) - Number(left.worse));
  const hidden = sorted.length - maxSlices;
  const worse = slices.filter((each) => each.worse).length;
  return section(
    worse === 0 ? 'Part by part: none is worse beyond noise' : 'Where it is worse',
    worse === 0
      ? false
      : markup`<p>${worse} of ${formatCount(slices.length, 'part')} ${worse === 1 ? 'is' : 'are'} worse beyond noise.</p>`,
    table(
      [
        { title: 'part' },
        ...(worse === 0 ? [] : [{ title: '' }]),
        { title: 'rows', numeric: true },
        { title: words(metric), numeric: true },
        { title: '95 % interval', numeric: true },
      ],
      sorted
        .slice(0, maxSlices)
        .map(({ slice, worse: isWorse, rows, metrics, interval }) => [
          slice,
          ...(worse === 0 ? [] : [isWorse ? mark('bad', 'worse') : '']),
          figure(rows),
          figure(metrics[metric]),
          interval === undefined ? '–' : `${figure(interval.low)} to ${figure(interval.high)}`,
        ]),
    ),
    `On all ${figure(evaluation.rows)} test rows: ${words(metric)} ${figure(evaluation.metrics[metric])}.`,
    hidden > 0 && `${hidden} more slices are not shown.`,
  );
}

const shareText = (share: FairnessGroup['selection']): string =>
  share === null
    ? ''
    : `${figure(share.value)} (${figure(share.low)} to ${figure(share.high)}; ${figure(share.rows)} rows)`;

/** How the groups of declared columns are answered, and how far they are apart. */
function fairnessSection({ fairness = [] }: Evaluation): Html | false {
  if (fairness.length === 0) return false;
  return section(
    'Are groups treated alike?',
    table(
      [
        { title: 'group' },
        { title: 'rows', numeric: true },
        { title: 'selected', numeric: true },
        { title: 'positives found', numeric: true },
        { title: 'others selected', numeric: true },
      ],
      fairness.flatMap(({ groups }) =>
        groups.map((group) => [
          group.group,
          figure(group.rows),
          shareText(group.selection),
          shareText(group.truePositiveRate),
          shareText(group.falsePositiveRate),
        ]),
      ),
    ),
    table(
      [
        { title: 'column' },
        { title: 'measure' },
        { title: 'largest gap', numeric: true },
        { title: '95 % interval', numeric: true },
        { title: 'ratio', numeric: true },
        { title: 'between' },
      ],
      fairness.flatMap(({ column, gaps }) =>
        gaps.map(({ measure, difference, ratio, least, most }) => [
          column,
          words(measure),
          difference === null ? 'groups too small' : figure(difference.value),
          difference === null ? '' : `${figure(difference.low)} to ${figure(difference.high)}`,
          ratio === null ? '' : figure(ratio),
          difference === null ? '' : `${most ?? ''} and ${least ?? ''}`,
        ]),
      ),
    ),
    'Selected: answered with the positive class. Positives found: equal opportunity asks for alike shares of them, equalised odds of the others, too. In brackets 95 % intervals; the interval of a gap is that of the two groups that differ most.',
    ...fairness.flatMap(({ minRows, gaps }) => {
      const small = [...new Set(gaps.flatMap(({ tooSmall }) => tooSmall))];
      return small.length === 0 ? [] : [`Not judged for want of ${minRows} rows: ${small.join(', ')}.`];
    }),
  );
}

function familiesSection({ tried, because, family, metric }: TrainingPage): Html {
  return section(
    'Which model, and why',
    markup`<p>${because}</p>`,
    table(
      [
        { title: 'family' },
        { title: '' },
        { title: `${words(metric)}, validation`, numeric: true },
        { title: 'parameters', numeric: true },
        { title: 'rounds', numeric: true },
      ],
      tried.map((each) => [
        each.family,
        each.family === family ? mark('good', 'kept') : '',
        // As the sentence above says it: families lie close to one another.
        Number.isFinite(each.validation) ? formatDigits(each.validation, 4) : '–',
        figure(each.parameters),
        figure(each.epochs),
      ]),
    ),
  );
}

/** Whether the model is worth having, how good it is, where it is worse, and how it learnt: the sections of the page. */
export function trainingSections(facts: TrainingPage): readonly Html[] {
  const { evaluation, verdict: judged } = facts;
  const parts: (Html | false)[] = [
    verdict(judged.passed ? 'good' : 'bad', judged.sentence),
    section(
      'How good it is',
      keyFigures(
        metricNames(evaluation)
          .slice(0, 6)
          .map((name) => [words(name), figure(evaluation.metrics[name])] as const),
      ),
      charts([besideNoModel(evaluation)], 1),
    ),
    ...qualitySections(evaluation),
    judged.gates.length > 0 && section('Gates', gatesTable(judged)),
    section(
      'All metrics',
      metricsTable(evaluation),
      coverageSentence(evaluation),
      quantileSentence(evaluation),
      ...(evaluation.caveats ?? []),
    ),
    confusionTable(evaluation),
    thresholdSection(evaluation),
    importanceSection(evaluation),
    correlationsSection(evaluation),
    moreRowsSection(evaluation),
    slicesSection(evaluation),
    fairnessSection(evaluation),
    familiesSection(facts),
    facts.search !== undefined && facts.search !== null && searchSection(facts.search),
    learningCharts(facts),
  ];
  return parts.filter((part) => part !== false);
}

/** The same as a page. */
export function trainingPage(facts: TrainingPage): PlacedPage {
  const told = {
    title: `Training ${facts.name}`,
    about: facts.goal === '' ? `${figure(facts.evaluation.rows)} test rows` : facts.goal,
    body: trainingSections(facts),
  };
  return (links) => page({ ...told, links });
}
