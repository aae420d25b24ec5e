import { formatPercent } from '../statistics/figures.ts';
import type { Evaluation, Verdict } from '../evaluation/evaluation.ts';
import type { Calibration, Task } from '../modeling/model.ts';
import type { GoldenRow, Manifest } from './manifest.ts';
import { figure, jsonBlock, markdownTable, plain, words } from './markdown.ts';

/** The facts of a run that its model card tells. All follow from data, pipeline and code: no time, host or version. */
export interface CardFacts {
  readonly manifest: Omit<Manifest, 'manifest_version' | 'files'>;
  readonly rows: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly unlabelled: number;
  };
  /** Width of the feature vector. */
  readonly features: number;
  readonly parameters: number;
  /** Keys of the pipeline that were set for the run that trained it, in words. */
  readonly set: readonly string[];
  /** Why this family. */
  readonly because: string;
  /** Family `auto`: by how many folds it was chosen. */
  readonly folds?: number;
  readonly calibration: Calibration;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  /** What validation warned of in the rows that it learnt from. */
  readonly warnings: readonly string[];
  /** A real row as a request would give it (a golden row's). */
  readonly example: GoldenRow['input'];
}

/** What the model is shown beside: the linear model where a net was kept, then the dumb baselines. */
const besideModel = ({ beside = [], baselines }: Evaluation): Evaluation['baselines'] => [
  ...beside,
  ...baselines,
];

function taskSentence(task: Task, label: string): string {
  const about = `**${plain(label)}**`;
  switch (task.kind) {
    case 'binary':
      return `Predicts ${about}: "${plain(task.positive)}" or not, with the probability of each.`;
    case 'multiclass':
      return `Predicts ${about}: one of ${task.classes.length} classes (${task.classes.slice(0, 20).map(plain).join(', ')}${task.classes.length > 20 ? ', …' : ''}), with the probability of each.`;
    case 'regression':
      return `Predicts the number ${about}.`;
  }
}

/** Rows that chose, stopped and calibrated the model. */
const tuningRows = ({ folds }: CardFacts): string =>
  folds === undefined ? 'validation rows' : 'rows that the fits of its folds did not know';

function purpose(facts: CardFacts): string {
  const { manifest } = facts;
  const lines = [taskSentence(manifest.task, manifest.label)];
  if (manifest.goal !== '') lines.push('', plain(manifest.goal));
  if (manifest.task.kind === 'binary' && manifest.threshold !== undefined)
    lines.push(
      '',
      `It says "${plain(manifest.task.positive)}" from a probability of ${figure(manifest.threshold)}, a threshold chosen on ${tuningRows(facts)}${manifest.task.costs === undefined ? '' : ' by what answers cost'}.`,
    );
  if (manifest.task.kind === 'multiclass' && manifest.task.costs !== undefined)
    lines.push(
      '',
      'It answers the class of least expected cost, by what the pipeline says that answers cost.',
    );
  return lines.join('\n');
}

function data({ manifest, rows, features, folds }: CardFacts): string {
  const learnt =
    folds === undefined
      ? `Trained on ${figure(rows.train)} rows, tuned on ${figure(rows.validation)}`
      : `Trained on ${figure(rows.train + rows.validation)} rows, as ${folds === 1 ? 'one fold' : `${folds} folds`} of them chose it,`;
  const unlabelled =
    rows.unlabelled === 0 ? '' : ` ${figure(rows.unlabelled)} rows without a label were left out.`;
  const columns = manifest.inputs.map((input) => [
    plain(input.name),
    input.kind,
    input.required ? 'yes' : 'no',
    input.nullable ? 'yes' : 'no',
    domainOf(input.domain, input.minimum, input.maximum),
  ]);
  return [
    `${learnt} and judged on ${figure(rows.test)} that it never saw.${unlabelled}`,
    `${manifest.inputs.length} columns become ${features} features.`,
    '',
    markdownTable(['column', 'kind', 'required', 'may be missing', 'seen'], columns),
  ].join('\n');
}

function domainOf(
  domain: readonly string[] | undefined,
  minimum: number | undefined,
  maximum: number | undefined,
): string {
  if (domain !== undefined)
    return `${domain.slice(0, 8).map(plain).join(', ')}${domain.length > 8 ? `, … (${domain.length})` : ''}`;
  if (minimum !== undefined && maximum !== undefined) return `${figure(minimum)} to ${figure(maximum)}`;
  return '';
}

function quality({ evaluation, verdict }: CardFacts): string {
  const metrics = Object.keys(evaluation.metrics).sort((left, right) =>
    left === evaluation.metric ? -1 : right === evaluation.metric ? 1 : left < right ? -1 : 1,
  );
  const rows = metrics.map((name) => {
    const interval = evaluation.intervals[name];
    return [
      name === evaluation.metric ? `**${words(name)}**` : words(name),
      figure(evaluation.metrics[name] ?? NaN),
      interval === undefined ? '' : `${figure(interval.low)} to ${figure(interval.high)}`,
      ...besideModel(evaluation).map((baseline) => figure(baseline.metrics[name] ?? NaN)),
    ];
  });
  const head = [
    'metric',
    'this model',
    '95 % interval',
    ...besideModel(evaluation).map((baseline) => plain(baseline.name)),
  ];
  const gates = verdict.gates.map((gate) => `- ${plain(gate.name)}: ${gate.state}. ${plain(gate.because)}`);
  return [
    plain(verdict.sentence),
    '',
    `On ${figure(evaluation.rows)} test rows, beside what needs no model:`,
    '',
    markdownTable(head, rows),
    ...(gates.length === 0 ? [] : ['', 'Gates:', '', ...gates]),
  ].join('\n');
}

/** How far the groups of declared columns are apart, a line a column and measure. */
function fairnessLines({ fairness = [] }: CardFacts['evaluation']): string[] {
  return fairness.flatMap(({ column, gaps }) =>
    gaps.map(({ measure, difference, most, least }) =>
      difference === null
        ? `- Fairness by ${plain(column)}, ${words(measure)}: groups are too small to say.`
        : `- Fairness by ${plain(column)}, ${words(measure)}: differs by ${figure(difference.value)} (95 % interval ${figure(difference.low)} to ${figure(difference.high)}) between ${plain(most ?? '')} and ${plain(least ?? '')}.`,
    ),
  );
}

function calibrationSentence(facts: CardFacts): string {
  const { method, slope, intercept, because } = facts.calibration;
  const why = because === undefined ? '' : ` ${plain(because)}`;
  if (method === 'mean')
    return `It learnt the label transformed; its answers were brought to the mean of the labels on rows that it did not learn from.${why}`;
  if (method === 'quantile')
    return `Its answers are a quantile of the label, and were moved to where it is on ${tuningRows(facts)}.${why}`;
  if (method === 'none') return `The probabilities are as the model gives them.${why}`;
  const how = method === 'platt' ? 'Platt scaling' : 'temperature scaling';
  const figures =
    method === 'platt' ? `slope ${figure(slope)}, intercept ${figure(intercept)}` : `slope ${figure(slope)}`;
  return `The probabilities are calibrated by ${how} on ${tuningRows(facts)} (${figures}); it is part of the weights.${why}`;
}

/** How an answer that is a quantile did. */
const belowAnswer = ({ quantile }: CardFacts['evaluation']): string[] =>
  quantile === undefined
    ? []
    : [
        `- ${formatPercent(quantile.below)} of the true values of the test rows lie at or below its answers, of ${formatPercent(quantile.asked)} that were asked for.`,
      ];

function limits(facts: CardFacts): string {
  const { evaluation, manifest, warnings } = facts;
  const worse = evaluation.slices.filter((slice) => slice.worse);
  const slices =
    worse.length === 0
      ? [
          evaluation.slices.length === 0
            ? '- No slices of the data were looked at.'
            : `- None of the ${evaluation.slices.length} slices looked at is worse than the whole beyond noise.`,
        ]
      : worse.map(
          (slice) =>
            `- Worse where ${plain(slice.slice)}: ${words(evaluation.metric)} ${figure(slice.metrics[evaluation.metric] ?? NaN)} on ${figure(slice.rows)} rows, against ${figure(evaluation.metrics[evaluation.metric] ?? NaN)} on all.`,
        );
  const { coverage } = evaluation;
  const within =
    coverage === undefined
      ? []
      : [
          `- Its intervals held ${formatPercent(coverage.coverage)} of the true values on the test rows, of ${formatPercent(coverage.level)} that they are made for; they are ${figure(coverage.width)} wide in the mean.`,
        ];
  const calibrated =
    manifest.task.kind === 'regression' && !['mean', 'quantile'].includes(facts.calibration.method)
      ? []
      : [`- ${calibrationSentence(facts)}`];
  return [
    ...slices,
    ...calibrated,
    ...fairnessLines(evaluation),
    ...within,
    ...belowAnswer(evaluation),
    ...(evaluation.caveats ?? []).map((caveat) => `- ${plain(caveat)}`),
    ...warnings.map((warning) => `- Of its data: ${plain(warning)}`),
    '- It knows what the rows above showed. On other populations it may be wrong without saying so: watch it with `aieng monitor`.',
    '- Categories that it has not seen are answered as unknown; numbers outside of what was seen are answered by extrapolation.',
  ].join('\n');
}

function use({ manifest, example }: CardFacts): string {
  const answer =
    manifest.task.kind === 'regression'
      ? manifest.interval === undefined
        ? '`prediction` is the number.'
        : `\`prediction\` is the number, \`prediction_interval\` where the true value lies for ${formatPercent(manifest.interval.level)} of the rows.`
      : '`prediction` is the class, `probabilities` the probability of each.';
  return [
    `\`POST /predict\` of the service (\`aieng serve ${manifest.name}\`) with`,
    '',
    jsonBlock({ features: example }),
    '',
    `${answer} For files: \`aieng predict ${manifest.name} rows.csv -o predictions.csv\`.`,
  ].join('\n');
}

function origin({ manifest, because, parameters, set }: CardFacts): string {
  return markdownTable(
    ['what', 'which'],
    [
      ['family', `${plain(manifest.family)} (${figure(parameters)} parameters)`],
      ['why', plain(because)],
      ...(set.length === 0 ? [] : [['set for this run', plain(set.join(', '))]]),
      ['backend', plain(`${manifest.backend.name}, ${manifest.backend.version}`)],
      ['data', plain(manifest.digests.data)],
      ['features', plain(manifest.digests.features)],
      ['code', plain(manifest.digests.code)],
    ],
  );
}

/**
 * `MODEL_CARD.md` (after Mitchell et al. 2019, "Model Cards for Model Reporting"): what the model is for, on what rows
 * it learnt, how good it is beside having no model, where it is worse, how to call it.
 */
export function writeCard(facts: CardFacts): string {
  const sections: readonly (readonly [string, string])[] = [
    ['What it is for', purpose(facts)],
    ['How good it is', quality(facts)],
    ['Limits', limits(facts)],
    ['Data', data(facts)],
    ['How to call it', use(facts)],
    ['Where it comes from', origin(facts)],
  ];
  return [`# ${plain(facts.manifest.name)}`, ...sections.map(([title, text]) => `## ${title}\n\n${text}`)]
    .join('\n\n')
    .concat('\n');
}
