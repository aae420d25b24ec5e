// `npm run long -- performance [runs] [words]`: how often performance on labels is called worse where nothing changed, at one
// look and over days of looks, and how surely it is where it got worse. Chance alone is measured: `max_worsening` is 0. Seeds
// are fixed. A false rate stands with its upper bound (95 %); a line fails where it is worse than what is asked by more than
// three standard errors of the simulation.
import { isWorse, judgingAll, watchedMetrics } from '../src/monitoring/dealtLabels.ts';
import { chargeOf } from '../src/monitoring/looking.ts';
import { createRandom } from '../src/random.ts';
import type { Random } from '../src/random.ts';
import { metricByName, scoredRows } from '../src/statistics/metrics/index.ts';
import type { ScoredRows } from '../src/statistics/metrics/index.ts';
import { upperBound } from './bounds.ts';
import { finish } from '../src/work.ts';

const runs = Number(process.argv[2] ?? 4000);
/** Only what has these words in its name. */
const only = process.argv[3] ?? '';
const policy = { max_worsening: 0, min_labels: 100, confidence: 0.99 };
const two = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' } as const;
const numbers = { kind: 'regression' } as const;
const labelsADay = 500;

/** One labelled row: the answer, and what came true. */
type Draw = (random: Random) => readonly [answer: number, outcome: number];

const logistic = (odds: number): number => 1 / (1 + Math.exp(-odds));
/** Calibrated answers about an odds; `worthless` = the share of them that knows nothing, `flipped` = the opposite comes true. */
function classes(odds: number, { worthless = 0, flipped = false } = {}): Draw {
  return (random) => {
    const p = logistic(odds + 1.5 * random.normal());
    const own = random.next() < worthless ? logistic(odds + 1.5 * random.normal()) : p;
    const yes = random.next() < own;
    return [p, yes === flipped ? 0 : 1];
  };
}
/** Answers that are off by an error whose scale is lognormal. */
const errors =
  (scale: number, spread = 0.6): Draw =>
  (random) => [0, scale * Math.exp(spread * random.normal()) * random.normal()];

function draw(kind: 'classes' | 'numbers', rows: number, of: Draw, random: Random): ScoredRows {
  const pairs = Array.from({ length: rows }, () => of(random));
  const target = Float64Array.from(pairs, ([, outcome]) => outcome);
  return kind === 'numbers'
    ? scoredRows(
        numbers,
        Float64Array.from(pairs, ([answer]) => answer),
        target,
      )
    : scoredRows(two, Float64Array.from(pairs.flatMap(([p]) => [1 - p, p])), target, 0.3);
}

interface Plan {
  readonly name: string;
  readonly metric: string;
  readonly kind: 'classes' | 'numbers';
  readonly testRows: number;
  readonly before: Draw;
}

/** Is it worse on these labels? */
function alarms(
  plan: Plan,
  reference: ScoredRows,
  known: ScoredRows,
  looks: number,
  random: Random,
): boolean {
  const { metric, kind } = plan;
  const task = kind === 'numbers' ? numbers : two;
  const look = { task, known, reference, alike: null, looks, policy, random };
  const watched =
    metric === 'watched' ? watchedMetrics('log_loss', reference, null) : [metricByName(metric)!];
  const { judged } = finish(judgingAll(look, watched));
  return judged.some((each) => isWorse(each, policy));
}

/** One look at so many labels. */
function oneLook(plan: Plan, labels: number, now: Draw, random: Random): boolean {
  const reference = draw(plan.kind, plan.testRows, plan.before, random);
  return alarms(plan, reference, draw(plan.kind, labels, now, random), 1, random.fork('deals'));
}

const part = (scored: ScoredRows, from: number, to: number): ScoredRows => ({
  ...scored,
  scores: scored.scores.subarray(from * scored.outputs, to * scored.outputs),
  target: scored.target.subarray(from, to),
});

/** Labels until it is called worse, looked at after every fifth of a day's labels, in a window of at most so many; Infinity: never. */
function untilAlarm(plan: Plan, window: number, old: number, now: Draw, random: Random): number {
  const reference = draw(plan.kind, plan.testRows, plan.before, random);
  const before = draw(plan.kind, Math.max(1, old), plan.before, random);
  const later = draw(plan.kind, labelsADay, now, random);
  const join = (left: Float64Array, right: Float64Array): Float64Array =>
    Float64Array.from([...left, ...right]);
  const all: ScoredRows =
    old === 0
      ? later
      : { ...later, scores: join(before.scores, later.scores), target: join(before.target, later.target) };
  for (let came = 5; came <= labelsADay; came += 5) {
    const end = old + came;
    const known = part(all, Math.max(0, end - window), end);
    const windowRows = known.target.length;
    if (windowRows < policy.min_labels) continue;
    const rowsInLast24h = old === 0 ? came : labelsADay;
    const looks = chargeOf({ rowsInLast24h, windowRows, minRows: policy.min_labels, oneOff: false });
    if (alarms(plan, reference, known, looks, random.fork(`deals ${came}`))) return came;
  }
  return Infinity;
}

const even = classes(0);
/** 7 % positives. */
const rare = classes(-3.35);
const balanced: Plan = { name: 'log loss', metric: 'log_loss', kind: 'classes', testRows: 750, before: even };
const rmse: Plan = { name: 'RMSE', metric: 'rmse', kind: 'numbers', testRows: 750, before: errors(1) };
/** Errors of one scale. */
const normal: Plan = { ...rmse, before: errors(1, 0) };
const few = { testRows: 75 } as const;
const of = (metric: string, name: string): Plan => ({ ...balanced, metric, name, before: rare });

interface Line {
  readonly name: string;
  /** In percent: false alarms at most, or found at least. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Costs so many times a single look. */
  readonly cost: number;
  readonly one: (random: Random) => boolean;
}
const still = (plan: Plan, labels: number): Line => ({
  name: `one look, ${plan.name}, ${plan.testRows} test rows, ${labels} labels`,
  atMost: 1,
  cost: 1,
  one: (random) => oneLook(plan, labels, plan.before, random),
});
const day = (plan: Plan, what: string, window: number, old: number): Line => ({
  name: `day of 100 looks, ${what}, ${plan.name}`,
  atMost: 1,
  cost: 20,
  one: (random) => untilAlarm(plan, window, old, plan.before, random) < Infinity,
});
const found = (plan: Plan, what: string, labels: number, now: Draw, atLeast: number): Line => ({
  name: `found, ${what}, ${labels} labels`,
  atLeast,
  cost: 10,
  one: (random) => oneLook(plan, labels, now, random),
});
const flipped = classes(0, { flipped: true });
const worthless = classes(-3.35, { worthless: 0.5 });

const lines: readonly Line[] = [
  still({ ...balanced, ...few }, 200),
  still(balanced, 200),
  still({ ...rmse, ...few, before: errors(1, 1.2) }, 200),
  still({ ...rmse, before: errors(1, 1.2) }, 200),
  still(of('roc_auc', '7 % positives, AUC'), 200),
  still(of('f1', '7 % positives, F1'), 200),
  still(of('watched', '7 % positives, log loss and AUC'), 200),
  day(balanced, 'accumulating', Infinity, 0),
  day(balanced, 'sliding window of 200', 200, 200),
  day(rmse, 'accumulating', Infinity, 0),
  day(of('roc_auc', '7 % positives, AUC'), 'accumulating', Infinity, 0),
  day(of('watched', '7 % positives, log loss and AUC'), 'accumulating', Infinity, 0),
  found(normal, 'RMSE + 25 %', 200, errors(1.25, 0), 90),
  found(normal, 'RMSE + 25 %', 1000, errors(1.25, 0), 99),
  found(balanced, 'half the answers worthless, log loss', 200, classes(0, { worthless: 0.5 }), 90),
  found(of('roc_auc', ''), '7 % positives, half the answers worthless, AUC', 1000, worthless, 75),
  found(of('log_loss', ''), '7 % positives, half the answers worthless, log loss', 1000, worthless, 0),
  {
    name: 'found, a concept that flips, within 500 labels after 4,000 old ones, looked at after every 5',
    atLeast: 99,
    cost: 100,
    one: (random) => untilAlarm(balanced, 10_000, 4000, flipped, random) < Infinity,
  },
];

let broken = 0;
for (const { name, atMost, atLeast, cost, one } of lines.filter((line) => line.name.includes(only))) {
  const n = Math.max(20, Math.ceil(runs / (atMost === undefined ? cost : 1)));
  let hits = 0;
  for (let run = 0; run < n; run += 1) if (one(createRandom(`${name}/${run}`))) hits += 1;
  const rate = (100 * hits) / n;
  const asked = atMost ?? atLeast ?? 0;
  const slack = 3 * Math.sqrt((asked * (100 - asked)) / n);
  const fits = atMost === undefined ? rate >= asked - slack : rate <= asked + slack;
  if (!fits) broken += 1;
  const bound = atMost === undefined ? '' : `, at most ${(100 * upperBound(hits, n)).toFixed(2)} %`;
  console.log(`${fits ? '✔' : '✖'} ${name}: ${rate.toFixed(2)} % of ${n}${bound}`);
}
console.log(broken === 0 ? 'performance on labels: as promised' : `${broken} lines are worse than promised`);
process.exitCode = broken === 0 ? 0 : 1;
