import type { FitJob, TrainedModel } from '../../model.ts';
import { prepareTarget } from '../../objective.ts';
import type { PreparedTarget } from '../../objective.ts';
import { scoresOf } from '../../outputs.ts';
import { inTurns, lookAround, turnRows } from '../../turns.ts';
import type { Work } from '../../../work.ts';
import { compressChosen } from './chosenRows.ts';
import type { ColumnMoments, CompressedRows } from './compressedRows.ts';
import { curvatureAt } from './curvature.ts';
import { descend, marginsOf, startAt } from './descend.ts';
import type { Coefficients } from './descend.ts';
import { marginLoss } from './marginLoss.ts';
import type { LinearModel } from './model.ts';
import type { LinearProblem } from './problem.ts';

/**
 * How many rows' worth of belief each weight has in being 0, from much to nearly none: the penalty on the mean loss is half
 * of that, by the rows, on the square of the weight. Counted in rows it means the same to a fold and to all rows.
 */
export const beliefs: readonly number[] = [3000, 1000, 300, 100, 30, 10, 3, 1, 0.3, 0.1, 0.03];

/** So many in a row that are not better end the path. */
const patience = 2;
/** What may be left to be gained of the mean loss where a fit ends; far less than anyone can see. */
const exactness = { gain: 1e-9, steps: 200 };
/** And at a place of the path, which says no more than where to end. */
const onTheWay = { gain: 1e-7, steps: 200 };
/** Steps to a place of the path from which on it is worth it to take the curvature anew. */
const manySteps = 6;
/** The path looks at about so many rows; the belief that it chose is then fitted on all. */
const pathRows = 100_000;

/** A fit along the path, and how the stopping rows judged each place. */
interface PathFit {
  readonly model: LinearModel;
  readonly history: TrainedModel['history'];
  /** The place that was chosen, from 1. */
  readonly best: number;
}

/**
 * Fits the family's model with the belief that the stopping rows choose, or with the one at place `rounds`.
 *
 * @throws the interrupted error where `hooks.signal` aborts
 */
export async function fitPath(job: FitJob): Promise<PathFit> {
  const { task, training, stopping, rounds, options, hooks } = job;
  const prepared = prepareTarget(task, training.target, options.class_weights);
  const told = new Told(job);
  const drive = <Result>(work: Work<Result>): Promise<Result> =>
    inTurns(work, hooks.signal, (rows) => told.rows(rows), turnRows);
  const { compressed, moments } = await drive(compressChosen(training.rows.sparse));
  const whole = problemOf(job, prepared, prepared.values, compressed, moments);
  if (stopping === null) {
    const best = Math.min(Math.max(rounds ?? 1, 1), beliefs.length);
    const coefficients = startAt(whole, prepared.prior);
    const curvature = await drive(curvatureAt(whole, coefficients.margins));
    await drive(descend(whole, curvature, penaltyOf(whole, best), coefficients, exactness));
    return { model: modelOf(whole, coefficients.values, prepared), history: [], best };
  }
  const judged = (await drive(compressChosen(stopping.rows.sparse, compressed))).compressed;
  const some = someRows(job, prepared, whole, moments);
  const walked = await walk(job, some, judged, prepared, told, drive);
  if (some === whole) return walked;
  // The path saw some of the rows: all of them say what the weights are.
  const margins = new Float64Array(compressed.rows * whole.loss.units);
  await drive(marginsOf(whole, walked.values, margins));
  const there = { values: walked.values, margins };
  const curvature = await drive(curvatureAt(whole, margins));
  await drive(descend(whole, curvature, penaltyOf(whole, walked.best), there, exactness));
  return { ...walked, model: modelOf(whole, walked.values, prepared) };
}

/** A path that knows where another one ended begins so many places before that. */
const before = 2;

/** Weights for one belief after the other, each from where the one before ended. */
async function walk(
  job: FitJob,
  problem: LinearProblem,
  judged: CompressedRows,
  prepared: PreparedTarget,
  told: Told,
  drive: <Result>(work: Work<Result>) => Promise<Result>,
): Promise<PathFit & { readonly values: Float64Array }> {
  const { task, stopping, score, hooks, near, toEnd } = job;
  const first = Math.max(1, (near ?? 1) - before);
  const coefficients: Coefficients = startAt(problem, prepared.prior);
  const margins = new Float64Array(judged.rows * problem.loss.units);
  const history: PathFit['history'][number][] = [];
  let best = { place: 0, value: Infinity, values: coefficients.values };
  let ended = false;
  let curvature = await drive(curvatureAt(problem, coefficients.margins));
  for (let place = first; place <= beliefs.length; place += 1) {
    told.place(place);
    await lookAround(hooks.signal);
    const penalty = penaltyOf(problem, place);
    const { loss, steps } = await drive(descend(problem, curvature, penalty, coefficients, onTheWay));
    // Margins have gone so far that the curvature of before does not say the way any more.
    if (steps > manySteps) curvature = await drive(curvatureAt(problem, coefficients.margins));
    await drive(marginsOf({ ...problem, rows: judged }, coefficients.values, margins));
    const sums = margins.map((margin) => prepared.mean + prepared.deviation * margin);
    const value = worstUnlessFinite(score(scoresOf(task, sums), stopping?.target ?? new Float64Array(0)));
    history.push({ epoch: place, loss, validation: value });
    // A path that goes on for other fits chooses as one that ends.
    if (!ended && (value < best.value || best.place === 0))
      best = { place, value, values: coefficients.values.slice() };
    const epochs = beliefs.length;
    hooks.onEpoch?.({ epoch: place, epochs, loss, validation: value, best: best.value });
    ended ||= place - best.place >= patience;
    if (ended && toEnd !== true) break;
  }
  // It may have been better still before the place where this one began.
  if (first > 1 && best.place === first)
    return walk({ ...job, near: undefined }, problem, judged, prepared, told, drive);
  const { place, values } = best;
  await drive(marginsOf(problem, values, coefficients.margins));
  const there = { values, margins: coefficients.margins };
  await drive(descend(problem, curvature, penaltyOf(problem, place), there, exactness));
  return { model: modelOf(problem, values, prepared), history, best: place, values };
}

function problemOf(
  { task }: FitJob,
  { classWeights }: PreparedTarget,
  target: Float64Array,
  rows: CompressedRows,
  { means, deviations, largest }: ColumnMoments,
): LinearProblem {
  // Encoders keep to ±1, where a weight means the same for a rare cell as for a frequent one. What lies beyond has a unit of
  // its own: it is measured in deviations.
  const scales = largest.map((size, place) =>
    size <= 1 || deviations[place] === 0 ? Math.max(1, size) : deviations[place]!,
  );
  return { rows, loss: marginLoss(task, target, classWeights), means, deviations, scales };
}

/** The problem by every so-and-so-many-th chunk of its rows, where these are more than the path needs. */
function someRows(
  job: FitJob,
  prepared: PreparedTarget,
  whole: LinearProblem,
  moments: ColumnMoments,
): LinearProblem {
  const { rows } = whole;
  const every = Math.floor(rows.rows / pathRows);
  if (every < 2) return whole;
  let first = 0;
  const kept = rows.chunks.flatMap((chunk, at) => {
    const target = prepared.values.subarray(first, (first += chunk.rows));
    return at % every === 0 ? [{ chunk, target }] : [];
  });
  const count = kept.reduce((sum, { chunk }) => sum + chunk.rows, 0);
  const target = new Float64Array(count);
  let at = 0;
  for (const part of kept) {
    target.set(part.target, at);
    at += part.target.length;
  }
  const some = { ...rows, rows: count, chunks: kept.map(({ chunk }) => chunk) };
  return problemOf(job, prepared, target, some, moments);
}

function penaltyOf({ rows, scales }: LinearProblem, place: number): Float64Array {
  const belief = beliefs[place - 1]! / Math.max(1, rows.rows);
  return scales.map((scale) => belief * scale * scale);
}

/** Coefficients of centred columns and of standardised labels → weights of the cells, in the label's unit. */
function modelOf(
  { rows: { width }, means, loss: { units } }: LinearProblem,
  values: Float64Array,
  { mean, deviation }: PreparedTarget,
): LinearModel {
  const weights = values.slice(0, width * units).map((weight) => deviation * weight);
  const intercepts = values.slice(width * units).map((intercept) => mean + deviation * intercept);
  for (let place = 0; place < width; place += 1)
    for (let unit = 0; unit < units; unit += 1)
      intercepts[unit]! -= means[place]! * weights[place * units + unit]!;
  return { width, units, weights, intercepts, means };
}

/** A metric that cannot be computed is worse than any that can. */
const worstUnlessFinite = (value: number): number => (Number.isNaN(value) ? Infinity : value);

/** Says how far the fit is. Nobody knows how many steps a place of the path takes: its rows count once. */
class Told {
  readonly #job: FitJob;
  readonly #of: number;
  #epoch = 1;
  #done = 0;

  constructor(job: FitJob) {
    this.#job = job;
    this.#of = job.training.rows.rows + (job.stopping?.rows.rows ?? 0);
  }

  place(epoch: number): void {
    this.#epoch = epoch;
    this.#done = 0;
  }

  rows(rows: number): void {
    this.#done = Math.min(this.#of, this.#done + rows);
    const epochs = this.#job.stopping === null ? 1 : beliefs.length;
    this.#job.hooks.onRows?.({
      family: 'linear',
      doing: 'fitting',
      epoch: this.#epoch,
      epochs,
      rows,
      done: this.#done,
      of: this.#of,
    });
  }
}
