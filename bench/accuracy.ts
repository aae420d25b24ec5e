import { familyDefaults } from '../src/modeling/families/parameters.fixture.ts';
import { selectColumns, takeRows } from '../src/data/columns.ts';
import { featureRows, fit } from '../src/features/index.ts';
import type { FittedFeatures } from '../src/features/spec.ts';
import { load, train } from '../src/modeling/index.ts';
import type { FamilyOptions, LabelledRows, Score, TrainingResult } from '../src/modeling/index.ts';
import { computeMetric, metricByName, scoredRows } from '../src/statistics/metrics/index.ts';
import { dealFolds } from '../src/data/splitting.ts';
import type { Split } from '../src/data/splitting.ts';
import { foldsPlanned } from '../src/modeling/protocol/plan.ts';
import type { AutoPlan } from '../src/modeling/train.ts';
import { finish } from '../src/work.ts';
import { peerValues } from './accuracyPeers.ts';
import { adult, attrition, bikes, california, churn, lending } from './datasets.ts';
import type { Dataset } from './datasets.ts';
import { moments, sampleStd } from '../src/statistics/moments.ts';

// How accurate the defaults are: `auto` features, default options, three seeds, on the reference data; beside scikit-learn's
// linear models and LightGBM on the same rows where AIENG_PYTHON names a Python that has them.
//   npx tsx bench/accuracy.ts [--family auto|linear|gbdt|mlp] [--only Adult] [--seeds 1,2,3]

const defaults: FamilyOptions = {
  class_weights: 'none',
  calibration: 'auto',
  target: 'auto',
  metric: 'any',
  ...familyDefaults,
  backend: 'auto',
};
const seeds = (flag('--seeds') ?? '1,2,3').split(',').map(Number);

/** What is asked of each data set: a metric of the test part. */
const goals = {
  Adult: { metric: 'roc_auc', atLeast: 0.927 },
  California: { metric: 'rmse', atMost: 0.435 },
  churn: { metric: 'roc_auc', atLeast: 0.85 },
  bike: { metric: 'rmse', atMost: 40 },
  // Not below a logistic regression on the same rows.
  attrition: { metric: 'roc_auc', atLeast: 'linear' },
  lending: { metric: 'roc_auc', atLeast: 'linear' },
} as const;

interface Run {
  readonly value: number;
  readonly family: string;
  readonly features: number;
  /** Of CPU time, which a busy machine does not change much. */
  readonly seconds: number;
  /** Training rows seen in all epochs of all families. */
  readonly rowsSeen: number;
}

function metric(name: string, { task }: Dataset): Score {
  const found = metricByName(name);
  if (found === undefined) throw new RangeError(`no metric ${name}`);
  return (scores, target) => computeMetric(found, scoredRows(task, scores, target));
}

function part(data: Dataset, fitted: FittedFeatures, rows: Int32Array): LabelledRows {
  const target = Float64Array.from(rows, (row) => data.target[row]!);
  return { rows: featureRows(fitted, takeRows(data.table, rows)), target };
}

async function run(data: Dataset, name: string, family: string, seed: number): Promise<Run> {
  const split = data.split(seed);
  const inputs = selectColumns(
    data.table,
    [...data.table.columns.keys()].filter((column) => column !== data.label),
  );
  const fitted = fit({ auto: true, drop: [], features: [] }, takeRows(inputs, split.train), []);
  const training = part(data, fitted, split.train);
  const watched = metric(data.task.kind === 'regression' ? 'rmse' : 'log_loss', data);
  const started = cpuSeconds();
  const options = { ...defaults, family, metric: data.task.kind === 'regression' ? 'rmse' : 'log_loss' };
  const result = await train(
    data.task,
    training,
    part(data, fitted, split.validation),
    options,
    seed,
    watched,
    {},
    { folds: folds(data, split, fitted, seed) },
  );
  const seconds = cpuSeconds() - started;
  const value = await testValue(data, result, part(data, fitted, split.test), name);
  const epochs = result.tried.reduce((sum, tried) => sum + tried.epochs, 0);
  const { rows, names } = training.rows.blocks;
  console.error(
    `  ${data.name}, seed ${seed}: ${name} ${value.toFixed(4)} in ${seconds.toFixed(1)} CPU s. ${result.because}`,
  );
  return { value, family: result.model.family, features: names.length, seconds, rowsSeen: epochs * rows };
}

/** The folds by which `auto` chooses, as the cascade deals them. */
function folds(data: Dataset, split: Split, fitted: FittedFeatures, seed: number): AutoPlan['folds'] {
  const pool = [...split.train, ...split.validation];
  const classes = pool.map((row) => (data.task.kind === 'regression' ? 0 : data.target[row]!));
  const fractions = { train: 0.7, validation: 0.15, test: 0.15 };
  const ids = pool.map(String);
  const dealt = dealFolds({ strategy: 'hash' }, ids, classes, { fractions, seed, folds: 5, dealing: 'auto' });
  return (dealt ?? [])
    .map((part) => ({ fit: part.train, stop: part.validation, judge: part.test }))
    .slice(0, foldsPlanned(pool.length, fitted.prepared.length));
}

async function testValue(
  data: Dataset,
  { model }: TrainingResult,
  { rows, target }: LabelledRows,
  name: string,
): Promise<number> {
  const scorer = await load(model);
  const scores = finish(scorer.predict(rows));
  scorer.dispose();
  return metric(name, data)(scores, target);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function flag(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
}

/** What a value is held to; NaN where that is a peer's and no peer ran. */
function boundOf(goal: (typeof goals)[keyof typeof goals], linear: readonly number[]): number {
  if ('atMost' in goal) return goal.atMost;
  if (goal.atLeast !== 'linear') return goal.atLeast;
  return linear.length === 0 ? Number.NaN : moments(linear).mean;
}

/** Runs one data set over the seeds and prints its line; says whether the goal is met. */
async function report(name: keyof typeof goals, data: Dataset | undefined, family: string): Promise<boolean> {
  if (data === undefined) {
    console.log(`${name.padEnd(11)} skipped: its files are not beside the repository`);
    return true;
  }
  const goal = goals[name];
  const runs: Run[] = [];
  const peers: (readonly [number, number] | null)[] = [];
  for (const seed of seeds) {
    runs.push(await run(data, goal.metric, family, seed));
    peers.push(peerValues(data, data.split(seed), goal.metric, seed));
  }
  const values = runs.map((one) => one.value);
  const linear = peers.flatMap((both) => (both === null ? [] : [both[0]]));
  const bound = boundOf(goal, linear);
  const sign = 'atLeast' in goal ? 1 : -1;
  const met = sign * moments(values).mean >= sign * bound;
  const asked = `${sign === 1 ? '≥' : '≤'} ${Number.isNaN(bound) ? 'linear' : Number(bound.toFixed(4))}`;
  const seconds = moments(runs.map((one) => one.seconds)).mean;
  const rate = moments(runs.map((one) => one.rowsSeen / one.seconds)).mean;
  const places = peers.flatMap((both, at) =>
    both === null ? [] : [1 + both.filter((value) => sign * value > sign * runs[at]!.value).length],
  );
  allPlaces.push(...places);
  const meanOf = (which: 0 | 1): string => {
    const known = peers.flatMap((both) => (both === null ? [] : [both[which]]));
    return known.length === 0 ? '–' : moments(known).mean.toFixed(4);
  };
  const cells = [
    name.padEnd(11),
    goal.metric.padEnd(8),
    moments(values).mean.toFixed(4),
    `sd ${sampleStd(moments(values)).toFixed(4)}`,
    `goal ${asked}`.padEnd(13),
    Number.isNaN(bound) ? 'no peer' : met ? 'met    ' : 'MISSED ',
    `scikit-learn ${meanOf(0)}, LightGBM ${meanOf(1)}, places ${places.join(' ') || '–'}`,
    [...new Set(runs.map((one) => one.family))].join('/').padEnd(10),
    `${runs[0]!.features} features`,
    `${seconds.toFixed(1)} CPU s a seed`,
    `${Math.round(rate / 1000)}k rows/s`,
  ];
  console.log(cells.join('  '));
  return met || Number.isNaN(bound);
}

const family = flag('--family') ?? 'auto';
const only = flag('--only');
const sets = { Adult: adult, California: california, churn, bike: bikes, attrition, lending };
let allMet = true;
/** 1 to 3, by data set and seed. */
const allPlaces: number[] = [];
for (const name of ['Adult', 'California', 'churn', 'bike', 'attrition', 'lending'] as const)
  if (only === undefined || only === name) allMet = (await report(name, sets[name](), family)) && allMet;
if (allPlaces.length > 0)
  console.log(`average place of 3: ${moments(allPlaces).mean.toFixed(2)} over ${allPlaces.length} runs`);
process.exitCode = allMet ? 0 : 1;
