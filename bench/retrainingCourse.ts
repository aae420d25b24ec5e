// What a policy makes of a stream, day by day: everything that decides is the code of src/retraining.
import type { Comparison } from '../src/evaluation/evaluation.ts';
import { chargeOf, nestedWindows } from '../src/monitoring/looking.ts';
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
import type { Level, PastTraining, Recipe } from '../src/retraining/index.ts';
import { meanInterval } from '../src/statistics/intervals/hall.ts';
import { moments, sampleStd } from '../src/statistics/moments.ts';
import { normalCdf } from '../src/statistics/special.ts';
import { compare, dot, expectedLoss, fit, losses } from './retrainingModel.ts';
import type { Model, Rows } from './retrainingModel.ts';
import { atFirst, dayMs, days, origin, perDay, streamOf } from './retrainingWorlds.ts';
import type { World } from './retrainingWorlds.ts';

const windowRows = 3500;
const maxWorsening = 0.1;
const minLabels = 200;
const retrainKeys = { cooldown_hours: null, budget: 7, min_compare_rows: 100 };
const triggers = { drift: true, performance: true, schedule: null, new_rows: null, every_days: 7 };

/**
 * How to go on from what is known at the end of a day: `never` retrains, `before` the union on an alarm, `now` as aieng
 * does, `weighed` the same with the rows of `half-life` weighed instead of drawn.
 */
export type Policy = 'never' | 'before' | 'now' | 'weighed';

/** What became of a stream. */
export interface Course {
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

/** A stream under a policy, and what was decided so far. */
interface Standing {
  readonly rows: Rows;
  readonly draws: Float64Array;
  readonly random: Random;
  readonly isNew: boolean;
  readonly isWeighed: boolean;
  /** Rows of the source that teach, and those that never do. */
  readonly teach: readonly number[];
  readonly sourceTest: readonly number[];
  champion: Model;
  /** When it was put in charge: labels of another's answers say nothing of it. */
  lastChange: number;
  readonly norm: Norm;
  /** Levels that may be the norm, and all that were ever served. */
  levels: Level[];
  readonly everServed: Level[];
  seen: ReadonlySet<number>;
  readonly earlier: Model[];
  readonly past: PastTraining[];
  lastTrainedAt: number;
  promotions: number;
}

/** What is known at the end of a day. */
interface Evening {
  readonly now: number;
  /** Rows that were asked, and those whose labels came. */
  readonly asked: readonly number[];
  readonly known: readonly number[];
  readonly alarms: readonly {
    readonly kind: 'performance' | 'drift';
    readonly message: string;
    readonly columns: readonly string[];
  }[];
  /** What the program takes for the present population: the newest rows that alarm, else the window. */
  readonly present: readonly number[];
  /** Are there labels enough of this champion's answers? */
  readonly isKnown: boolean;
}

const levelOf = (values: Float64Array): Level => {
  const { mean: value, low, high } = meanInterval(values);
  return { value, low, high };
};
const rowsUpTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, k) => from + k);
const meanInput = (rows: Rows, which: readonly number[]): number =>
  which.reduce((sum, row) => sum + rows.x[row]![1]!, 0) / Math.max(1, which.length);

/** Whether the newest labels are worse than the norm: normal p, charged for the looks that a day is. */
function isWorseNow(rows: Rows, known: readonly number[], model: Model, norm: Level): boolean {
  const newest = known.slice(-windowRows);
  const windows = nestedWindows(newest.length, minLabels);
  const se = (norm.high - norm.low) / (2 * 1.959964);
  return windows.some((size) => {
    const m = moments(losses(rows, newest.slice(-size), model));
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

function begin(world: World, policy: Policy, random: Random): Standing {
  const rows = streamOf(world, random.fork('stream'));
  const draws = Float64Array.from(rows.x, () => random.next());
  const sourceRows = rowsUpTo(atFirst);
  const [teach, sourceTest] = [sourceRows.slice(0, 1700), sourceRows.slice(1700)];
  const champion = fit(rows, teach);
  const first = levelOf(losses(rows, sourceTest, champion));
  return {
    rows,
    draws,
    random,
    isNew: policy === 'now' || policy === 'weighed',
    isWeighed: policy === 'weighed',
    teach,
    sourceTest,
    champion,
    lastChange: origin,
    norm: { level: first, mean: meanInput(rows, teach), rows: teach.length, from: origin },
    levels: [first],
    everServed: [first],
    seen: new Set(),
    earlier: [],
    past: [],
    lastTrainedAt: origin,
    promotions: 0,
  };
}

function look({ rows, champion, lastChange, norm }: Standing, world: World, day: number): Evening {
  const now = origin + (day + 1) * dayMs;
  const asked = rowsUpTo((day + 1) * perDay, atFirst);
  const known = asked.slice(0, Math.max(0, (day + 1 - (world.delay ?? 0)) * perDay));
  const ofChampion = known.filter((row) => rows.at[row]! >= lastChange);
  const alarming = drifted(
    rows,
    asked.filter((row) => rows.at[row]! >= norm.from),
    norm,
  );
  const isKnown = ofChampion.length >= minLabels;
  const alarms = [
    ...(isKnown && isWorseNow(rows, ofChampion, champion, norm.level)
      ? [{ kind: 'performance' as const, message: 'worse', columns: [] }]
      : []),
    ...(alarming > 0 ? [{ kind: 'drift' as const, message: 'x1', columns: [] }] : []),
  ];
  const present = asked.slice(-(alarming > 0 ? alarming : windowRows));
  return { now, asked, known, alarms, present, isKnown };
}

const isAlarmed = ({ alarms }: Evening, kind: string): boolean => alarms.some((alarm) => alarm.kind === kind);

/** Is a challenger trained this evening? */
function isAsked({ isNew, past, lastTrainedAt }: Standing, evening: Evening): boolean {
  const { now, alarms, isKnown } = evening;
  const observed = { now, report: { alarms }, lastTrainedAt, newLabelledRows: 0 };
  const keys = isNew ? retrainKeys : { ...retrainKeys, cooldown_hours: 24, budget: null };
  const fired = firedTriggers(isNew ? triggers : { ...triggers, every_days: null }, observed);
  const state = !isKnown ? 'not enough labels' : isAlarmed(evening, 'performance') ? 'worse' : 'ok';
  const urgent = !isNew || isUrgent(fired, state);
  return decide(keys, { now, fired, past: pastOf(past, now), isUrgent: urgent, force: false }).retrain;
}

/** Rows that judge: the newest, or before by chance. */
function judgesOf({ isNew, rows, draws, seen }: Standing, known: readonly number[]): readonly number[] {
  const recent = known.slice(-10_000);
  const split = splitNewest({
    times: recent.map((row) => (isNew ? rows.at[row]! : draws[row]!)),
    rowIds: recent.map(String),
    instantsStay: false,
    wanted: isNew ? judgesWanted(recent.length, 0.5) : Math.round(recent.length / 2),
    seed: 1,
    isSeen: (name) => seen.has(Number(name)),
  });
  return split.compare.map((at) => recent[at]!);
}

/** The rows that a recipe teaches with, of the source and of some of the stream, and what they weigh. */
function taughtBy(
  { rows, draws, teach, isWeighed }: Standing,
  recipe: Recipe,
  known: readonly number[],
): { readonly taught: readonly number[]; readonly weights: Float64Array | null } {
  const able = [...teach, ...known];
  const teachers = {
    times: Float64Array.from(able, (row) => (row < atFirst ? Number.NaN : rows.at[row]!)),
    draws: Float64Array.from(able, (row) => draws[row]!),
  };
  if (recipe !== 'half-life' || !isWeighed)
    return { taught: [...teachersOf(recipe, teachers)].map((at) => able[at]!), weights: null };
  const [oldest, newest] = [rows.at[known[0]!]!, rows.at[known.at(-1)!]!];
  const weights = teachers.times.map(
    (at) => 0.5 ** ((newest - (Number.isNaN(at) ? oldest : at)) / (7 * dayMs)),
  );
  return { taught: able, weights };
}

/** Some model that could take the champion's place; recipe null: one of before. */
interface Candidate {
  readonly recipe: Recipe | null;
  readonly model: Model;
}

function candidatesOf(standing: Standing, learning: readonly number[]): readonly Candidate[] {
  const { rows, isNew, earlier } = standing;
  const fitted = (isNew ? recipes : (['union'] as const)).flatMap((recipe) => {
    const { taught, weights } = taughtBy(standing, recipe, learning);
    const classes = [0, 1].map(
      (label) => [String(label), taught.filter((row) => rows.y[row] === label).length] as const,
    );
    const isOut = leftOutBecause({ rows: taught.length, sameAs: null, classes }) !== null;
    return isOut ? [] : [{ recipe, model: fit(rows, taught, weights) }];
  });
  return [...fitted, ...(isNew ? earlier.slice(-5).map((model) => ({ recipe: null, model })) : [])];
}

/** Does anything speak against the best? */
function isHeld(
  { rows, champion, sourceTest, everServed, random, isNew }: Standing,
  evening: Evening,
  { model }: Candidate,
  won: Comparison,
  level: Level,
): boolean {
  const onSource = compare(rows, sourceTest, champion, model, random);
  if (!isNew) return false;
  const near = (value: number): Level => ({
    value,
    low: value - (level.value - level.low),
    high: value + (level.high - level.value),
  });
  const decayed =
    isWorse('log_loss', bestLevel('log_loss', everServed)!, near(won.champion)) ||
    isWorse('log_loss', near(won.champion), near(onSource.champion));
  const holds = findHolds({
    approve: false,
    unsigned: null,
    classes: [],
    selection: null,
    onSource,
    hasDecayed: decayed || isAlarmed(evening, 'performance'),
    labelledShare: 1,
  });
  return holds.length > 0;
}

/** Takes the present for the norm where nothing better is to be had. */
function accept(standing: Standing, evening: Evening, won: Comparison): void {
  const { rows, champion, norm, past, isNew } = standing;
  const { now, known, present } = evening;
  if (!isNew) return;
  const because = acceptBecause({
    comparison: won,
    reference: norm.level.value,
    maxWorsening,
    alarms: { drift: isAlarmed(evening, 'drift'), performance: isAlarmed(evening, 'performance') },
    failingForMs: now - (pastOf(past, now).failingSince ?? now),
  });
  if (because === null) return;
  norm.level = levelOf(losses(rows, known.slice(-windowRows), champion));
  standing.levels = [norm.level];
  norm.mean = meanInput(rows, present);
  norm.rows = present.length;
  norm.from = rows.at[present[0]!]!;
}

function promote(
  standing: Standing,
  { now, known, present }: Evening,
  { recipe, model }: Candidate,
  learning: readonly number[],
  level: Level,
): void {
  const { rows, champion, norm, levels, earlier, everServed, isNew, teach } = standing;
  standing.promotions += 1;
  earlier.push(champion);
  if (!isNew || recipe === null) {
    standing.champion = model;
    standing.seen = new Set([...teach, ...learning]);
  } else {
    const { taught, weights } = taughtBy(standing, recipe, known);
    standing.champion = fit(rows, taught, weights);
    standing.seen = new Set([...teach, ...known]);
  }
  standing.lastChange = now;
  everServed.push(level);
  const moves = !isNew || decideNorm('log_loss', bestLevel('log_loss', levels), level).moves;
  if (moves) {
    norm.level = level;
    levels.push(level);
  } else norm.level = bestLevel('log_loss', levels)!;
  norm.mean = meanInput(rows, present);
  norm.rows = present.length;
  norm.from = now;
}

/** One evening: looks, and where a challenger is asked for trains, judges and decides. */
function goOn(standing: Standing, evening: Evening): void {
  const { rows, random, champion, past } = standing;
  const { now, known } = evening;
  if (!isAsked(standing, evening) || known.length < minLabels) return;
  const judges = judgesOf(standing, known);
  if (tooFewToCompare(retrainKeys, judges.length, 0) !== null) return;
  const judging = new Set(judges);
  const learning = known.filter((row) => !judging.has(row));
  const candidates = candidatesOf(standing, learning);
  const compared = candidates.map(({ model }) => compare(rows, judges, champion, model, random));
  const at = bestOf(compared);
  const [best, won] = [candidates[at]!, compared[at]!];
  standing.lastTrainedAt = now;
  const promotion = decidePromotion(won, 0, compared.length);
  const level = levelOf(losses(rows, judges, best.model));
  const isPromoted = !isHeld(standing, evening, best, won, level) && promotion.promote;
  past.unshift({ at: now, isPromoted, isWorse: isAlarmed(evening, 'performance') });
  if (isPromoted) promote(standing, evening, best, learning, level);
  else accept(standing, evening, won);
}

/** Follows a stream from its first day to its last. */
export function follow(world: World, policy: Policy, random: Random): Course {
  const standing = begin(world, policy, random);
  const { rows } = standing;
  let [regret, last, alarmedDays] = [0, 0, 0];
  const ratio: number[] = [];
  for (let day = 0; day < days; day += 1) {
    const today = rowsUpTo(perDay, atFirst + day * perDay);
    const lost = (oddsOf: (row: number) => number): number =>
      moments(Float64Array.from(today, (row) => expectedLoss(oddsOf(row), rows.truth[row]!))).mean;
    const served = lost((row) => dot(standing.champion, rows.x[row]!));
    const best = lost((row) => rows.truth[row]!);
    regret += served - best;
    ratio.push(served / best);
    if (day >= days - 10) last += (served - best) / 10;
    if (policy === 'never') continue;
    const evening = look(standing, world, day);
    if (evening.alarms.length > 0) alarmedDays += 1;
    goOn(standing, evening);
  }
  const { past, promotions } = standing;
  return { regret, last, trainings: past.length, promotions, alarmedDays, ratio };
}
