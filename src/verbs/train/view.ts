import type { TrainResult } from './result.ts';
import type { Evaluation } from '../../evaluation/evaluation.ts';
import { overrideFlag, overrideWords } from '../../pipeline/overrides/override.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, View, Words } from '../view/blocks.ts';
import { command, facts, headline, next, paragraph, right, table, toned } from '../view/blocks.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';
import { count, counted, figure } from '../view/format.ts';
import { searchBlocks } from './searchView.ts';
import { gateList, metricsTable } from '../view/evidence.ts';

const worseShown = 5;

/** Slices where the model does worse than on the whole beyond noise. */
function worseSlices({ slices, metric }: Evaluation): Block {
  const worse = slices.filter((slice) => slice.worse).slice(0, worseShown);
  return table(
    ['slice', right('rows'), right(metricName(metric))],
    worse.map(({ slice, rows, metrics }) => [slice, count(rows), figure(metrics[metric])]),
    'noticeably worse for',
  );
}

/** How far the groups of declared columns differ. */
function fairnessTable({ fairness = [] }: Evaluation): Block {
  return table(
    ['column', 'measure', right('gap'), right('95 % interval'), right('ratio'), 'from', 'to'],
    fairness.flatMap(({ column, gaps }) =>
      gaps.map(({ measure, difference, ratio, least, most }) => [
        column,
        metricName(measure),
        difference === null ? 'groups too small' : figure(difference.value),
        difference === null ? '' : `${figure(difference.low)} to ${figure(difference.high)}`,
        ratio === null ? '' : figure(ratio),
        least ?? '',
        most ?? '',
      ]),
    ),
    'groups that are to be treated alike',
  );
}

/** What cross-fitting said, where the test part could not decide. */
function crossFittedWords({ crossFitted: fit }: Evaluation): string | null {
  if (fit === undefined) return null;
  const dealt = `${counted(fit.rows, 'row')} in ${fit.folds} folds, dealt ${counted(fit.dealings, 'time')}`;
  const against = fit.against.map(
    ({ name, improvement, p }) => `${figure(improvement)} a row over ${name} (p ${figure(p)})`,
  );
  return `${dealt}: gain in ${fit.loss} ${against.join(', ')}`;
}

const columnsShown = 5;

/** The columns that the model depends on most: what it loses without each, in the metric's own unit. */
function importantWords({ importance }: Evaluation): string | null {
  const columns = (importance?.columns ?? []).filter(({ drop }) => drop > 0).slice(0, columnsShown);
  if (columns.length === 0) return null;
  return columns.map(({ column, drop }) => `${column} (${figure(drop)})`).join(', ');
}

/** How its intervals did on the rows that judge. */
function intervalWords({ coverage }: Evaluation): string | null {
  if (coverage === undefined) return null;
  const share = (each: number): string => `${figure(100 * each)} %`;
  return `held ${share(coverage.coverage)} of the true values, made for ${share(coverage.level)}; ${figure(coverage.width)} wide in the mean`;
}

/** How an answer that is a quantile did on the rows that judge. */
const quantileWords = ({ quantile }: Evaluation): string | null =>
  quantile === undefined
    ? null
    : `${figure(100 * quantile.below)} % of the true values lie at or below the answer, of ${figure(100 * quantile.asked)} % asked for`;

/** The model that was kept, and how good it is: what a person wants to know first. */
export function modelFacts({
  family,
  because,
  metric,
  evaluation,
}: TrainResult): readonly (readonly [string, Words | null])[] {
  const interval = evaluation.intervals[metric];
  return [
    ['model', toned('strong', family)],
    ['because', because],
    [
      metricName(metric),
      interval === undefined
        ? null
        : toned(
            'strong',
            `${figure(interval.value)} (95 % interval ${figure(interval.low)} to ${figure(interval.high)})`,
          ),
    ],
    ['quantile', quantileWords(evaluation)],
    ['intervals', intervalWords(evaluation)],
    ['judged on', `${counted(evaluation.rows, 'row')} of the test part`],
    ['beware', evaluation.caveats?.join(' ') ?? null],
    ['cross-fitted', crossFittedWords(evaluation)],
    ['depends most on', importantWords(evaluation)],
    ['more rows', evaluation.learningCurve?.because ?? null],
  ];
}

/** What of the pipeline was set for this run. */
export const setFact = (set: Outcome['set']): readonly [string, string | null] => [
  'set for this run',
  set === undefined ? null : set.map(overrideWords).join(', '),
];

/** What packages this very model: without its flags a command would train by the file again. */
const nextOf = (pipeline: string | undefined, set: Outcome['set']): string =>
  set === undefined || set.length === 0
    ? command('package', pipeline)
    : command('run', pipeline, ...set.map(overrideFlag));

/** Every metric of the model, of the linear one beside it, and of the baselines. */
export const besideBaselines = ({ family, metric, evaluation }: TrainResult): Block =>
  metricsTable(
    metric,
    [{ name: family, metrics: evaluation.metrics }, ...(evaluation.beside ?? []), ...evaluation.baselines],
    'on the test part, beside the baselines',
  );

/** `train`: the model, how good it is beside the dumb baselines, and whether it may be used. */
export const trainView: View<Outcome<TrainResult>> = {
  blocks: ({ pipeline, result, reports, set }) => {
    const { tried, backend, metric, evaluation, verdict } = result;
    return [
      headline(verdict.passed ? 'good' : 'bad', verdict.sentence, pipeline),
      facts([
        ...modelFacts(result),
        setFact(set),
        ['backend', backend],
        ['report', reports?.join(', ') ?? null],
      ]),
      besideBaselines(result),
      table(
        ['family', right(`validation ${metricName(metric)}`), right('parameters'), right('rounds')],
        tried.length < 2
          ? []
          : tried.map((each) => [
              each.family,
              figure(each.validation),
              count(each.parameters),
              count(each.epochs),
            ]),
        'tried',
      ),
      ...(result.search === null ? [] : searchBlocks(result.search)),
      worseSlices(evaluation),
      fairnessTable(evaluation),
      gateList(verdict.gates),
      ...(verdict.passed
        ? [next(nextOf(pipeline, set))]
        : [
            paragraph(
              'Nothing is packaged from a model that fails its gates. Who wants this one all the same takes the gate out of `evaluation.gates`, which stays on record in the pipeline.',
              'dim',
            ),
            next(command('explain', 'gate')),
          ]),
    ];
  },
  essential: ({ result }) => [result.verdict.sentence],
};
