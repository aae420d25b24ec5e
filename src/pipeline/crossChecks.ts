import { checkAlerts } from './alerts/checks.ts';
import { checkTokens } from './access/tokens.ts';
import type { CheckedPipeline, WrittenGate } from './build.ts';
import { crossCheckExpectations } from './expectations/crossCheck.ts';
import { checkHistory } from './history/section.ts';
import type { Problem } from './problems.ts';
import { pointerOf, problem } from './problems.ts';
import type { MetricWord } from './schema/index.ts';
import { checkPath } from './source/projectPath.ts';
import { checkSource } from './source/sourceChecks.ts';

/** What the schema alone cannot say: keys that must fit each other. Pointers are of the long form. */
export interface CrossCheckInput {
  readonly checked: CheckedPipeline;
  /** Pointer → the text as it is written, for every value that came from the environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly metrics: readonly MetricWord[];
  /** Name by the file name. */
  readonly fileName: string;
  /** Does the file stand in `pipelines/`, where names are file names? */
  readonly inPipelines: boolean;
  /** Is this a cron expression? */
  readonly isCron: (expression: string) => boolean;
  /** What is wrong with a regular expression in RE2 syntax; undefined where nothing is. */
  readonly patternProblem: (pattern: string) => string | undefined;
}

function checkPaths({ checked }: CrossCheckInput): Problem[] {
  return [
    ...(checked.schema === undefined ? [] : checkPath('/schema', checked.schema, false)),
    ...checked.features.transforms.flatMap((path, index) =>
      checkPath(`/features/transforms/${index}`, path, false),
    ),
    ...checked.checks.flatMap(({ code }, index) =>
      code === undefined ? [] : checkPath(`/checks/${index}/code`, code, false),
    ),
    ...(checked.monitor.labels === null ? [] : checkPath('/monitor/labels', checked.monitor.labels, true)),
  ];
}

/** Who signs is one of two, and whoever requires signatures says whose. */
function checkTrust({ checked }: CrossCheckInput): Problem[] {
  const { keys, sign_with: by } = checked.trust;
  const problems: Problem[] = [];
  if (by.key !== null && by.command !== null)
    problems.push(
      problem(
        '/trust/sign_with/command',
        'a key and a command are both given',
        'Take one of the two lines out.',
      ),
    );
  if (by.command !== null && by.public_key === null && by.certificate === null)
    problems.push(
      problem(
        '/trust/sign_with/command',
        'nothing says whose signatures the command makes',
        'Add public_key: with the file of its public key, or certificate:.',
      ),
    );
  if (checked.deploy.require_signature && Object.keys(keys).length === 0)
    problems.push(
      problem(
        '/deploy/require_signature',
        'a signature is required, and nobody is trusted',
        'Add trust: { keys: { release: keys/release.pub.pem } }.',
      ),
    );
  return problems;
}

/** A gateway has one process behind it. */
function checkProcesses({ checked }: CrossCheckInput): Problem[] {
  const { workers, gateway } = checked.deploy;
  if (!gateway || workers === 1) return [];
  return [
    problem(
      '/deploy/workers',
      `deploy.gateway: true serves by one process, and ${workers === 0 ? 'one for each core' : workers} are asked for`,
      'Take one of the two lines out.',
    ),
  ];
}

/** A certificate without its key is good for nothing, and a socket of the file system has no use for one. */
function checkDoor({ checked }: CrossCheckInput): Problem[] {
  const { socket, tls, host } = checked.deploy;
  const { certificate, key } = tls;
  const problems: Problem[] = [];
  if ((certificate === null) !== (key === null))
    problems.push(
      problem(
        certificate === null ? '/deploy/tls/key' : '/deploy/tls/certificate',
        `deploy.tls needs both files, and ${certificate === null ? 'certificate' : 'key'} is missing`,
        'Name both, or none.',
      ),
    );
  if (socket !== null && certificate !== null)
    problems.push(
      problem(
        '/deploy/socket',
        'nobody listens to a socket of this machine, so it speaks no TLS',
        'Take one of the two out: deploy.socket or deploy.tls.',
      ),
    );
  if (socket !== null && host !== '127.0.0.1')
    problems.push(
      problem('/deploy/socket', 'stands in place of deploy.host', 'Take one of the two lines out.'),
    );
  return problems;
}

function checkName({ checked, fileName, inPipelines }: CrossCheckInput): Problem[] {
  const { name } = checked;
  if (name !== undefined && inPipelines && name !== fileName)
    return [
      problem(
        '/name',
        `"${name}" is not the file's name "${fileName}": in pipelines/ both are one`,
        `Take the line out, or rename the file to ${name}.yaml.`,
      ),
    ];
  if (name === undefined && !/^[a-z0-9][a-z0-9_-]{0,62}$/.test(fileName))
    return [
      {
        pointer: '',
        on: 'key',
        message: `the file's name "${fileName}" cannot name a pipeline: expected lower-case letters, digits, "-" and "_", at most 63`,
        hint: 'Rename the file, for example: churn-eu.yaml.',
      },
    ];
  return [];
}

function checkSplit({ checked }: CrossCheckInput): Problem[] {
  const { split, time } = checked;
  const problems: Problem[] = [];
  const sum = split.train + split.validation + split.test;
  if (Math.abs(sum - 1) > 1e-6)
    problems.push(
      problem(
        '/split',
        `train + validation + test must add up to 1, got ${Number(sum.toFixed(6))}`,
        'Write for example train: 0.7, validation: 0.15, test: 0.15.',
      ),
    );
  if (split.strategy === 'time' && time === null)
    problems.push(
      problem('/split/strategy', 'a time split needs the key "time"', 'Add "time: <time column>".'),
    );
  if (split.strategy === 'group' && split.group === null)
    problems.push(
      problem('/split/strategy', 'a group split needs the key "group"', 'Add "group: <column>" under split.'),
    );
  if (split.strategy !== 'group' && split.group !== null)
    problems.push(
      problem(
        '/split/group',
        `the strategy is ${split.strategy}, so no group is used`,
        'Write "strategy: group".',
      ),
    );
  return problems;
}

function checkFeatures({ checked }: CrossCheckInput): Problem[] {
  const { features, label, row_id: rowId } = checked;
  const problems: Problem[] = [];
  const reserved = (column: string): string | undefined =>
    column === label.column ? 'the label, which is never a feature' : undefined;
  features.drop.forEach((column, index) => {
    const why = reserved(column);
    if (why !== undefined)
      problems.push(problem(`/features/drop/${index}`, `"${column}" is ${why}`, 'Take it out of the list.'));
    if (Object.hasOwn(features.columns, column))
      problems.push(
        problem(
          `/features/drop/${index}`,
          `"${column}" is dropped and has transforms`,
          'Keep one of the two.',
        ),
      );
  });
  for (const column of Object.keys(features.columns)) {
    const why = reserved(column);
    if (why !== undefined)
      problems.push(
        problem(pointerOf('/features/columns', column), `"${column}" is ${why}`, 'Take it out.', 'key'),
      );
  }
  features.interactions.forEach((pair, index) => {
    for (const column of pair) {
      const why = features.drop.includes(column) ? 'dropped' : reserved(column);
      if (why !== undefined)
        problems.push(
          problem(
            `/features/interactions/${index}`,
            `"${column}" is ${why}`,
            'Take the pair out of the list.',
          ),
        );
    }
  });
  if (rowId.includes(label.column))
    problems.push(
      problem('/row_id', `"${label.column}" is the label and cannot identify a row`, 'Take it out.'),
    );
  const named = [...Object.keys(features.columns), ...features.interactions, ...features.transforms];
  if (!features.auto && named.length === 0)
    problems.push(
      problem(
        '/features',
        'auto is false and no column has transforms: no features',
        'Name columns, or auto: true.',
      ),
    );
  return problems;
}

/** A gate on the gaps between groups. */
function checkFairnessGate(gate: WrittenGate, pointer: string, { checked }: CrossCheckInput): Problem[] {
  const { columns } = checked.evaluation.fairness;
  const problems: Problem[] = [];
  if (gate.at_most === undefined)
    problems.push(
      problem(pointer, 'a fairness gate needs at_most', 'Say how far groups may differ: at_most: 0.1.'),
    );
  if (columns.length === 0)
    problems.push(
      problem(
        `${pointer}/fairness`,
        'no column is declared whose groups could be compared',
        'Name them: evaluation: { fairness: { columns: [some_column] } }.',
      ),
    );
  if (gate.column !== undefined && columns.length > 0 && !columns.includes(gate.column))
    problems.push(
      problem(
        `${pointer}/column`,
        `"${gate.column}" is not declared in evaluation.fairness.columns`,
        `Write one of: ${columns.join(', ')}.`,
      ),
    );
  const odd = (['at_least', 'better_than', 'margin'] as const).filter((name) => gate[name] !== undefined);
  for (const name of odd)
    problems.push(
      problem(`${pointer}/${name}`, `${name} does not go with fairness`, 'Write at_most alone.', 'key'),
    );
  return problems;
}

function checkGate(gate: WrittenGate, pointer: string, input: CrossCheckInput): Problem[] {
  if (gate.fairness !== undefined) return checkFairnessGate(gate, pointer, input);
  for (const name of ['column', 'undecided'] as const)
    if (gate[name] !== undefined)
      return [problem(`${pointer}/${name}`, `${name} goes with fairness only`, `Take "${name}" out.`, 'key')];
  const stated = (['at_least', 'at_most', 'better_than'] as const).filter((name) => gate[name] !== undefined);
  if (stated.length !== 1)
    return [
      problem(
        pointer,
        `expected exactly one of at_least, at_most and better_than, got ${stated.length === 0 ? 'none' : stated.join(' and ')}`,
        'Write one gate for each condition.',
      ),
    ];
  if (gate.better_than !== undefined) return [];
  if (gate.margin !== undefined)
    return [
      problem(`${pointer}/margin`, 'a margin goes with better_than only', 'Put it into the threshold.'),
    ];
  const name = gate.metric === 'auto' ? input.checked.evaluation.metric : gate.metric;
  if (name === null)
    return [
      problem(pointer, 'a threshold needs a metric', 'Add "metric: roc_auc" (or another) to the gate.'),
    ];
  const metric = input.metrics.find((candidate) => candidate.name === name);
  if (metric === undefined || metric.higherIsBetter === (gate.at_least !== undefined)) return [];
  const [wrong, right] = metric.higherIsBetter ? ['at_most', 'at_least'] : ['at_least', 'at_most'];
  return [
    problem(
      `${pointer}/${wrong}`,
      `${name} is better when it is ${metric.higherIsBetter ? 'higher' : 'lower'}`,
      `Write "${right}" instead of "${wrong}".`,
      'key',
    ),
  ];
}

/** A metric that means nothing without the costs that it is a mean of. */
function checkCosts({ checked: { evaluation } }: CrossCheckInput): Problem[] {
  if (evaluation.costs !== null) return [];
  const says = 'the metric cost needs evaluation.costs';
  const hint = 'Say what wrong answers cost, for example "costs: {false_positive: 1, false_negative: 5}".';
  return [
    ...(evaluation.metric === 'cost' ? [problem('/evaluation/metric', says, hint)] : []),
    ...evaluation.gates.flatMap((gate, index) =>
      gate.metric === 'cost' ? [problem(`/evaluation/gates/${index}/metric`, says, hint)] : [],
    ),
  ];
}

function checkEvaluation(input: CrossCheckInput): Problem[] {
  const { evaluation, label } = input.checked;
  const problems = evaluation.gates.flatMap((gate, index) =>
    checkGate(gate, `/evaluation/gates/${index}`, input),
  );
  const at = evaluation.slices.indexOf(label.column);
  if (at >= 0)
    problems.push(
      problem(`/evaluation/slices/${at}`, 'the label cannot be sliced by', 'Take it out of the list.'),
    );
  return problems;
}

function checkCron(pointer: string, expression: string | null, { isCron }: CrossCheckInput): Problem[] {
  if (expression === null || isCron(expression)) return [];
  return [
    problem(
      pointer,
      `expected a cron expression, got ${JSON.stringify(expression.slice(0, 80))}`,
      'Write five fields: minute hour day month weekday, e.g. "0 3 * * 1" for Mondays at 3:00 UTC.',
    ),
  ];
}

/** The cron expressions of a pipeline, with their places. */
export const cronsOf = ({
  retrain,
  deploy,
}: CheckedPipeline): readonly (readonly [pointer: string, expression: string | null])[] => [
  ['/retrain/triggers/schedule', retrain.triggers.schedule],
  ['/deploy/kubernetes/schedule/monitor', deploy.kubernetes.schedule.monitor],
  ['/deploy/kubernetes/schedule/retrain', deploy.kubernetes.schedule.retrain],
];

const checkSchedules = (input: CrossCheckInput): Problem[] =>
  cronsOf(input.checked).flatMap(([pointer, expression]) => checkCron(pointer, expression, input));

function checkReplicas({ checked }: CrossCheckInput): Problem[] {
  const { min_replicas: fewest, max_replicas: most } = checked.deploy.kubernetes;
  return fewest <= most
    ? []
    : [
        problem(
          '/deploy/kubernetes/max_replicas',
          `expected at least min_replicas (${fewest}), got ${most}`,
          'Raise max_replicas or lower min_replicas.',
        ),
      ];
}

const checkExpectations = ({ checked, patternProblem }: CrossCheckInput): Problem[] =>
  crossCheckExpectations(checked.checks, checked.time, patternProblem);

const crossChecks = [
  checkName,
  checkProcesses,
  checkDoor,
  checkSource,
  checkPaths,
  checkExpectations,
  checkSplit,
  checkFeatures,
  ({ checked }: CrossCheckInput) => checkHistory(checked.features.history, checked.time),
  checkEvaluation,
  checkCosts,
  checkSchedules,
  checkReplicas,
  checkTrust,
  ({ checked }: CrossCheckInput) => checkAlerts(checked.alerts),
  ({ checked, variables }: CrossCheckInput) => checkTokens(checked.deploy.auth, variables),
] as const;

/** Everything that does not fit together in a pipeline whose keys are each in order. */
export function crossCheck(input: CrossCheckInput): Problem[] {
  return crossChecks.flatMap((check) => check(input));
}
