import { gbdtDefaults } from '../src/modeling/families/gbdt/parameters.fixture.ts';
import { selectColumns, takeRows } from '../src/data/columns.ts';
import { featureRows, fit } from '../src/features/index.ts';
import type { FittedFeatures } from '../src/features/spec.ts';
import { load, train } from '../src/modeling/index.ts';
import type { FamilyOptions, LabelledRows, Score, TrainingResult } from '../src/modeling/index.ts';
import { computeMetric, metricByName, scoredRows } from '../src/statistics/metrics/index.ts';
import { finish } from '../src/work.ts';
import { adult, california, churn } from './datasets.ts';
import type { Dataset } from './datasets.ts';
import { moments, sampleStd } from '../src/statistics/moments.ts';

// How accurate the defaults are: `auto` features, default options, three seeds, on the reference data.
//   npx tsx bench/accuracy.ts [--family auto|linear|mlp] [--only Adult]

const defaults: FamilyOptions = {
  epochs: 200,
  batch_size: 256,
  learning_rate: 0.001,
  weight_decay: 0.1,
  patience: 10,
  hidden: [128, 128],
  dropout: 0.1,
  class_weights: 'none',
  calibration: 'auto',
  target: 'auto',
  max_row_visits: 3_000_000,
  metric: 'any',
  gbdt: gbdtDefaults,
  backend: 'auto',
};
const seeds = [1, 2, 3];

/** What is asked of each data set: a metric of the test part. */
const goals = {
  Adult: { metric: 'roc_auc', atLeast: 0.92 },
  California: { metric: 'rmse', atMost: 0.485 },
  churn: { metric: 'roc_auc', atLeast: 0.85 },
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
  const options = { ...defaults, family };
  const result = await train(
    data.task,
    training,
    part(data, fitted, split.validation),
    options,
    seed,
    watched,
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

/** Runs one data set over the seeds and prints its line; says whether the goal is met. */
async function report(name: keyof typeof goals, data: Dataset | undefined, family: string): Promise<boolean> {
  if (data === undefined) {
    console.log(`${name.padEnd(11)} skipped: its files are not beside the repository`);
    return true;
  }
  const goal = goals[name];
  const runs: Run[] = [];
  for (const seed of seeds) runs.push(await run(data, goal.metric, family, seed));
  const values = runs.map((one) => one.value);
  const met = 'atLeast' in goal ? moments(values).mean >= goal.atLeast : moments(values).mean <= goal.atMost;
  const asked = 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
  const seconds = moments(runs.map((one) => one.seconds)).mean;
  const rate = moments(runs.map((one) => one.rowsSeen / one.seconds)).mean;
  const cells = [
    name.padEnd(11),
    goal.metric.padEnd(8),
    moments(values).mean.toFixed(4),
    `sd ${sampleStd(moments(values)).toFixed(4)}`,
    `goal ${asked}`.padEnd(13),
    met ? 'met   ' : 'MISSED',
    [...new Set(runs.map((one) => one.family))].join('/').padEnd(10),
    `${runs[0]!.features} features`,
    `${seconds.toFixed(1)} CPU s a seed`,
    `${Math.round(rate / 1000)}k rows/s`,
  ];
  console.log(cells.join('  '));
  return met;
}

const family = flag('--family') ?? 'auto';
const only = flag('--only');
const sets = { Adult: adult, California: california, churn };
let allMet = true;
for (const name of ['Adult', 'California', 'churn'] as const)
  if (only === undefined || only === name) allMet = (await report(name, sets[name](), family)) && allMet;
process.exitCode = allMet ? 0 : 1;
