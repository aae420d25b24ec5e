// `npm run long -- retraining [streams] [words]`: what the loop of retraining costs and gains on streams whose truth is known.
// 60 days of 500 rows, 2,000 rows to begin with; a logistic model stands in for the family, everything that decides is the
// code of src/retraining. Regret: what the served model loses above the best that is possible, summed over the days.
import type { Comparison } from '../src/evaluation/evaluation.ts';
import { chargeOf, nestedWindows } from '../src/monitoring/looking.ts';
import { createRandom } from '../src/random.ts';
import type { Random } from '../src/random.ts';
import {
  acceptBecause,
  bestLevel,
  bestOf,
  decide,
  decideNorm,
  decidePromotion,
  findHolds,
  firedTriggers,
  isUrgent,
  isWorse,
  judgesWanted,
  leftOutBecause,
  pastOf,
  recipes,
  splitNewest,
  teachersOf,
  tooFewToCompare,
} from '../src/retraining/index.ts';
import type { Level, PastTraining } from '../src/retraining/index.ts';
import { exchangeGains } from '../src/statistics/exchange.ts';
import { meanInterval } from '../src/statistics/intervals/hall.ts';
import { moments, sampleStd } from '../src/statistics/moments.ts';
import { normalCdf } from '../src/statistics/special.ts';

const streams = Number(process.argv[2] ?? 8);
const only = process.argv[3] ?? '';
const days = 60;
const perDay = 500;
const atFirst = 2000;
const width = 7;
const dayMs = 86_400_000;
const origin = Date.UTC(2026, 0, 1);
const windowRows = 3500;
const maxWorsening = 0.1;
const minLabels = 200;

const logistic = (odds: number): number => 1 / (1 + Math.exp(-odds));
const lossOf = (odds: number, label: number): number => Math.log1p(Math.exp(label === 1 ? -odds : odds));

/** Rows of a stream: inputs by row (the first is 1), labels, when, and who. */
interface Rows {
  readonly x: readonly Float64Array[];
  readonly y: readonly number[];
  readonly at: readonly number[];
  readonly truth: readonly number[];
}
type Model = Float64Array;

const dot = (w: Model, x: Float64Array): number => {
  let sum = 0;
  for (let k = 0; k < width; k += 1) sum += w[k]! * x[k]!;
  return sum;
};

/** Solves a small symmetric system by Gauss. */
function solve(a: Float64Array[], b: Float64Array): Float64Array {
  for (let k = 0; k < width; k += 1) {
    for (let row = k + 1; row < width; row += 1) {
      const factor = a[row]![k]! / a[k]![k]!;
      for (let column = k; column < width; column += 1) a[row]![column]! -= factor * a[k]![column]!;
      b[row]! -= factor * b[k]!;
    }
  }
  const w = new Float64Array(width);
  for (let k = width - 1; k >= 0; k -= 1) {
    let sum = b[k]!;
    for (let column = k + 1; column < width; column += 1) sum -= a[k]![column]! * w[column]!;
    w[k] = sum / a[k]![k]!;
  }
  return w;
}

/** Logistic regression with a whiff of ridge, by Newton's method. */
function fit(rows: Rows, which: ArrayLike<number>): Model {
  const w = new Float64Array(width);
  const inputs = Float64Array.from({ length: which.length * width }, (_, at) => {
    const row = which[Math.floor(at / width)]!;
    return rows.x[row]![at % width]!;
  });
  for (let step = 0; step < 6; step += 1) {
    const hessian = Array.from({ length: width }, () => new Float64Array(width));
    const gradient = w.map((weight) => -weight);
    for (let i = 0; i < which.length; i += 1) {
      const from = i * width;
      let odds = 0;
      for (let k = 0; k < width; k += 1) odds += w[k]! * inputs[from + k]!;
      const p = logistic(odds);
      const slack = rows.y[which[i]!]! - p;
      const curve = p * (1 - p);
      for (let k = 0; k < width; k += 1) {
        const cell = inputs[from + k]!;
        gradient[k]! += slack * cell;
        const line = hessian[k]!;
        for (let j = 0; j <= k; j += 1) line[j]! += curve * cell * inputs[from + j]!;
      }
    }
    hessian.forEach((line, k) => {
      line[k]! += 1;
      for (let j = 0; j < k; j += 1) hessian[j]![k] = line[j]!;
    });
    solve(hessian, gradient).forEach((change, k) => (w[k]! += change));
  }
  return w;
}

const losses = (rows: Rows, which: ArrayLike<number>, model: Model): Float64Array =>
  Float64Array.from(which, (row) => lossOf(dot(model, rows.x[row]!), rows.y[row]!));

function compare(
  rows: Rows,
  which: ArrayLike<number>,
  champion: Model,
  other: Model,
  random: Random,
): Comparison {
  const before = losses(rows, which, champion);
  const after = losses(rows, which, other);
  const gains = before.map((loss, at) => loss - after[at]!);
  const { low, high, mean } = meanInterval(gains);
  const { p } = exchangeGains(gains, random);
  return {
    metric: 'log_loss',
    rows: which.length,
    champion: moments(before).mean,
    challenger: moments(after).mean,
    improvement: { value: mean, low, high, p, better: low > 0 && p <= 0.025 },
  };
}

/** A world: what decides the outcome on a day, and where the inputs lie. */
interface World {
  readonly name: string;
  readonly weights: (day: number) => Float64Array;
  readonly shift?: (day: number) => number;
  readonly delay?: number;
}

const base = Float64Array.from([0.2, 0.9, -0.7, 0.5, 0.5, -0.3, 0.2]);
const turned = Float64Array.from([0.2, -0.5, -0.3, 0.9, -0.4, 0.6, 0.3]);
const between = (share: number): Float64Array =>
  base.map((weight, k) => weight + share * (turned[k]! - weight));
const flipped = base.map((weight) => -weight);
const flip = (at: number) => (day: number) => (day < at ? base : flipped);
const slow = (day: number): Float64Array => between((0.75 * day) / days);
const season = (day: number): Float64Array => between(0.43 * (1 - Math.cos((2 * Math.PI * day) / 15)));

const worlds: readonly World[] = [
  { name: 'flip on day 10', weights: flip(10) },
  { name: 'flip on day 10, labels 3 days late', weights: flip(10), delay: 3 },
  { name: 'flip on day 10, labels 10 days late', weights: flip(10), delay: 10 },
  { name: 'flip on day 5', weights: flip(5) },
  { name: 'slow', weights: slow },
  { name: 'slow, labels 3 days late', weights: slow, delay: 3 },
  { name: 'slow, labels 10 days late', weights: slow, delay: 10 },
  { name: 'seasons of 15 days', weights: season },
  { name: 'no shift', weights: () => base },
  { name: 'inputs shift, harmless', weights: () => base, shift: (day) => (day < 10 ? 0 : 0.8) },
];

function streamOf(world: World, random: Random): { readonly source: Rows; readonly stream: Rows } {
  const make = (count: number, dayOf: (row: number) => number): Rows => {
    const x: Float64Array[] = [];
    const y: number[] = [];
    const at: number[] = [];
    const truth: number[] = [];
    for (let row = 0; row < count; row += 1) {
      const day = dayOf(row);
      const shift = world.shift?.(Math.floor(day)) ?? 0;
      const cells = Float64Array.from({ length: width }, (_, k) => (k === 0 ? 1 : random.normal()));
      cells[1]! += shift;
      const odds = dot(world.weights(Math.floor(day)), cells);
      x.push(cells);
      truth.push(odds);
      y.push(random.next() < logistic(odds) ? 1 : 0);
      at.push(origin + day * dayMs);
    }
    return { x, y, at, truth };
  };
  return {
    source: make(atFirst, () => -1),
    stream: make(days * perDay, (row) => row / perDay),
  };
}

/** What became of a stream. */
interface Course {
  readonly regret: number;
  /** Mean of the last ten days, a day. */
  readonly last: number;
  readonly trainings: number;
  readonly promotions: number;
  readonly alarmedDays: number;
  /** By day: what the served model lost ÷ the best that is possible. */
  readonly ratio: readonly number[];
}

interface Norm {
  level: Level;
  /** Mean and rows of the input that drifts. */
  mean: number;
  rows: number;
  /** Rows of before it are not judged. */
  from: number;
}

const retrainKeys = { cooldown_hours: null, budget: 7, min_compare_rows: 100 };
const triggers = { drift: true, performance: true, schedule: null, new_rows: null, every_days: 7 };

/** Whether the newest labels are worse than the norm: normal p, charged for the looks that a day is. */
function isWorseNow(rows: Rows, known: readonly number[], model: Model, norm: Level): boolean {
  const newest = known.slice(-windowRows);
  const windows = nestedWindows(newest.length, minLabels);
  const se = (norm.high - norm.low) / (2 * 1.959964);
  return windows.some((size) => {
    const own = losses(rows, newest.slice(-size), model);
    const m = moments(own);
    const gap = m.mean - norm.value;
    const p = 1 - normalCdf(gap / Math.hypot(se, sampleStd(m) / Math.sqrt(size)));
    const charge = chargeOf({ rowsInLast24h: perDay, windowRows: size, minRows: minLabels, oneOff: false });
    return gap > maxWorsening * norm.value && p * charge * windows.length <= 0.01;
  });
}

/** How many of the newest rows show that the inputs lie elsewhere than those of the norm: of nested windows the surest; 0: none does. */
function drifted(rows: Rows, seen: readonly number[], norm: Norm): number {
  const recent = seen.slice(-windowRows);
  let [surest, found] = [4.5, 0];
  for (const size of nestedWindows(recent.length, minLabels)) {
    const away = Math.abs(meanInput(rows, recent.slice(-size)) - norm.mean);
    const z = away / Math.sqrt(1 / size + 1 / norm.rows);
    if (away > 0.1 && z > surest) [surest, found] = [z, size];
  }
  return found;
}

/** How a policy goes on from what is known at the end of a day. */
type Policy = 'never' | 'before' | 'now';

const meanInput = (rows: Rows, which: readonly number[]): number =>
  which.reduce((sum, row) => sum + rows.x[row]![1]!, 0) / Math.max(1, which.length);

function follow(world: World, policy: Policy, random: Random): Course {
  const { source, stream } = streamOf(world, random.fork('stream'));
  const rows: Rows = {
    x: [...source.x, ...stream.x],
    y: [...source.y, ...stream.y],
    at: [...source.at, ...stream.at],
    truth: [...source.truth, ...stream.truth],
  };
  const draws = Float64Array.from(rows.x, () => random.next());
  const sourceRows = Array.from({ length: atFirst }, (_, row) => row);
  const sourceTest = sourceRows.slice(1700);
  const teach = sourceRows.slice(0, 1700);
  let champion = fit(rows, teach);
  const own = meanInterval(losses(rows, sourceTest, champion));
  const first: Level = { value: own.mean, low: own.low, high: own.high };
  const norm: Norm = { level: first, mean: meanInput(rows, teach), rows: teach.length, from: origin };
  let levels: Level[] = [first];
  const everServed: Level[] = [first];
  let seen = new Set<number>();
  const earlier: Model[] = [];
  const past: PastTraining[] = [];
  let lastTrainedAt = origin;
  let [regret, last, promotions, alarmedDays] = [0, 0, 0, 0];
  const ratio: number[] = [];
  for (let day = 0; day < days; day += 1) {
    const today = Array.from({ length: perDay }, (_, row) => atFirst + day * perDay + row);
    const served = moments(
      Float64Array.from(today, (row) => expectedLoss(dot(champion, rows.x[row]!), rows.truth[row]!)),
    );
    const best = moments(Float64Array.from(today, (row) => expectedLoss(rows.truth[row]!, rows.truth[row]!)));
    regret += served.mean - best.mean;
    ratio.push(served.mean / best.mean);
    if (day >= days - 10) last += (served.mean - best.mean) / 10;
    if (policy === 'never') continue;
    const now = origin + (day + 1) * dayMs;
    const asked = Array.from({ length: (day + 1) * perDay }, (_, row) => atFirst + row);
    const known = asked.slice(0, Math.max(0, (day + 1 - (world.delay ?? 0)) * perDay));
    const ofChampion = known.filter((row) => rows.at[row]! >= lastChange);
    const ofPopulation = asked.filter((row) => rows.at[row]! >= norm.from);
    const alarming = drifted(rows, ofPopulation, norm);
    // What the program takes for the present population: the newest rows that alarm, else the window.
    const present = asked.slice(-(alarming > 0 ? alarming : windowRows));
    const isKnown = ofChampion.length >= minLabels;
    const alarms = [
      ...(isKnown && isWorseNow(rows, ofChampion, champion, norm.level)
        ? [{ kind: 'performance' as const, message: 'worse', columns: [] }]
        : []),
      ...(alarming > 0 ? [{ kind: 'drift' as const, message: 'x1', columns: [] }] : []),
    ];
    if (alarms.length > 0) alarmedDays += 1;
    const observed = { now, report: { alarms }, lastTrainedAt, newLabelledRows: 0 };
    const keys = policy === 'now' ? retrainKeys : { ...retrainKeys, cooldown_hours: 24, budget: null };
    const fired = firedTriggers(policy === 'now' ? triggers : { ...triggers, every_days: null }, observed);
    const isWorseToday = alarms.some(({ kind }) => kind === 'performance');
    const urgent =
      policy === 'before' || isUrgent(fired, !isKnown ? 'not enough labels' : isWorseToday ? 'worse' : 'ok');
    if (!decide(keys, { now, fired, past: pastOf(past, now), isUrgent: urgent, force: false }).retrain)
      continue;
    if (known.length < minLabels) continue;
    const recent = known.slice(-10_000);
    const id = (row: number): string => String(row);
    const split = splitNewest({
      times: recent.map((row) => (policy === 'now' ? rows.at[row]! : draws[row]!)),
      rowIds: recent.map(id),
      instantsStay: false,
      wanted: policy === 'now' ? judgesWanted(recent.length, 0.5) : Math.round(recent.length / 2),
      seed: 1,
      isSeen: (name) => seen.has(Number(name)),
    });
    const judges = split.compare.map((at) => recent[at]!);
    if (tooFewToCompare(keys, judges.length, 0) !== null) continue;
    const judging = new Set(judges);
    const ableOf = (all: readonly number[]): { able: number[]; times: Float64Array; draws: Float64Array } => {
      const able = [...teach, ...all];
      return {
        able,
        times: Float64Array.from(able, (row) => (row < atFirst ? Number.NaN : rows.at[row]!)),
        draws: Float64Array.from(able, (row) => draws[row]!),
      };
    };
    const learning = ableOf(known.filter((row) => !judging.has(row)));
    const candidates = (policy === 'now' ? recipes : (['union'] as const)).flatMap((recipe) => {
      const taught = [...teachersOf(recipe, learning)].map((at) => learning.able[at]!);
      const classes = [0, 1].map(
        (label) => [String(label), taught.filter((row) => rows.y[row] === label).length] as const,
      );
      if (leftOutBecause({ rows: taught.length, sameAs: null, classes }) !== null) return [];
      return [{ recipe, model: fit(rows, taught) }];
    });
    const all = [
      ...candidates,
      ...(policy === 'now' ? earlier.slice(-5).map((model) => ({ recipe: null, model })) : []),
    ];
    const compared = all.map(({ model }) => compare(rows, judges, champion, model, random));
    const at = bestOf(compared);
    const won = compared[at]!;
    const isAlarmed = (kind: string): boolean => alarms.some((alarm) => alarm.kind === kind);
    lastTrainedAt = now;
    const promotion = decidePromotion(won, 0, compared.length);
    const judged = meanInterval(losses(rows, judges, all[at]!.model));
    const level: Level = { value: judged.mean, low: judged.low, high: judged.high };
    const onSource = compare(rows, sourceTest, champion, all[at]!.model, random);
    const near = (value: number): Level => ({
      value,
      low: value - (level.value - level.low),
      high: value + (level.high - level.value),
    });
    const decayed =
      isWorse('log_loss', bestLevel('log_loss', everServed)!, near(won.champion)) ||
      isWorse('log_loss', near(won.champion), near(onSource.champion));
    const holds =
      policy === 'now'
        ? findHolds({
            approve: false,
            unsigned: null,
            classes: [],
            selection: null,
            onSource,
            hasDecayed: decayed || alarms.some(({ kind }) => kind === 'performance'),
            labelledShare: 1,
          })
        : [];
    const isPromoted = promotion.promote && holds.length === 0;
    past.unshift({ at: now, isPromoted, isWorse: isAlarmed('performance') });
    if (!isPromoted) {
      const because =
        policy === 'now'
          ? acceptBecause({
              comparison: won,
              reference: norm.level.value,
              maxWorsening,
              alarms: { drift: isAlarmed('drift'), performance: isAlarmed('performance') },
              failingForMs: now - (pastOf(past, now).failingSince ?? now),
            })
          : null;
      if (because !== null) {
        const came = meanInterval(losses(rows, known.slice(-windowRows), champion));
        norm.level = { value: came.mean, low: came.low, high: came.high };
        levels = [norm.level];
        norm.mean = meanInput(rows, present);
        norm.rows = present.length;
        norm.from = rows.at[present[0]!]!;
      }
      continue;
    }
    promotions += 1;
    earlier.push(champion);
    const { recipe, model } = all[at]!;
    if (policy === 'before' || recipe === null) {
      champion = model;
      seen = new Set(learning.able);
    } else {
      const everything = ableOf(known);
      champion = fit(
        rows,
        [...teachersOf(recipe, everything)].map((place) => everything.able[place]!),
      );
      seen = new Set(everything.able);
    }
    lastChange = now;
    everServed.push(level);
    const moves = policy === 'before' || decideNorm('log_loss', bestLevel('log_loss', levels), level).moves;
    if (moves) {
      norm.level = level;
      levels.push(level);
    } else norm.level = bestLevel('log_loss', levels)!;
    norm.mean = meanInput(rows, present);
    norm.rows = present.length;
    norm.from = now;
  }
  lastChange = origin;
  return { regret, last, trainings: past.length, promotions, alarmedDays, ratio };
}

/** When the champion was put in charge: labels of another's answers say nothing of it. */
let lastChange = origin;

/** What a row costs on average, whose true log odds are known. */
function expectedLoss(odds: number, truth: number): number {
  const p = logistic(truth);
  return p * lossOf(odds, 1) + (1 - p) * lossOf(odds, 0);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const rounded = (value: number): string => value.toFixed(value < 1 ? 3 : 1);
const failures: string[] = [];

/** The greatest share of the regret of never retraining that is asked for, by world, with room for the noise of few streams. */
const asked: Readonly<Record<string, number>> = {
  'flip on day 10': 0.11,
  'flip on day 10, labels 3 days late': 0.18,
  'flip on day 10, labels 10 days late': 0.33,
  slow: 0.13,
  'slow, labels 3 days late': 0.2,
  'slow, labels 10 days late': 0.35,
  'seasons of 15 days': 0.5,
  'no shift': 1,
};

console.log('world | policy | regret | last ten days, a day | trainings | promotions | alarmed days');
let untouched = 0;
for (const world of worlds.filter(({ name }) => name.includes(only)))
  for (const policy of ['never', 'before', 'now'] as const) {
    const courses = Array.from({ length: streams }, (_, k) =>
      follow(world, policy, createRandom(`retraining/${world.name}/${k}`)),
    );
    const of = (pick: (course: Course) => number): number => mean(courses.map(pick));
    const regret = of((course) => course.regret);
    console.log(
      [
        world.name,
        policy,
        rounded(regret),
        rounded(of((course) => course.last)),
        of((course) => course.trainings).toFixed(1),
        of((course) => course.promotions).toFixed(1),
        of((course) => course.alarmedDays).toFixed(1),
      ].join(' | '),
    );
    if (policy === 'never') untouched = regret;
    if (policy !== 'now') continue;
    const limit = (asked[world.name] ?? Infinity) * untouched;
    if (regret > limit)
      failures.push(`${world.name}: regret ${rounded(regret)}, at most ${rounded(limit)} is asked`);
    if (world.name === 'flip on day 5') {
      const day12 = of((course) => course.ratio[12]!);
      console.log(`  on day 12 it loses ${day12.toFixed(3)} × the best that is possible`);
      if (day12 > 1.1) failures.push(`flip on day 5: ${day12.toFixed(3)} × the best on day 12`);
    }
    const weekly = of((course) => course.trainings) / (days / 7);
    if (world.name.includes('harmless') && weekly > 1)
      failures.push(`harmless shift: ${weekly.toFixed(2)} trainings a week`);
  }
for (const failure of failures) console.log(`✖ ${failure}`);
console.log(
  failures.length === 0
    ? `the loop keeps to what is asked in all worlds, ${streams} streams each`
    : `${failures.length} of the worlds are worse than asked`,
);
if (failures.length > 0) process.exitCode = 1;
