import { joinFeatureRows, takeFeatureRows } from '../../features/selectedRows.ts';
import type {
  Family,
  FamilyOptions,
  FitJob,
  FittedModel,
  FoldedCalibration,
  LabelledRows,
  TrainedModel,
  TrainHooks,
} from '../model.ts';
import { outputUnits } from '../outputs.ts';
import { inTurns, turnRows } from '../turns.ts';
import { uncalibrated } from './calibration.ts';
import { rowLosses, lossFor } from './choose.ts';
import type { Judged } from './choose.ts';
import { calibratedSums, calibrationFor } from './holdout.ts';
import type { Fold } from './plan.ts';

/** A family with its options: what may become the model. */
export interface Candidate {
  /** As people read it: the family, and what is special about its options. */
  readonly name: string;
  readonly family: Family;
  /** How it learns labels (`log`, …); empty = as they are. */
  readonly target: string;
  readonly options: FamilyOptions;
  /** Options of the fit on all rows: in the folds a net may be shown fewer. */
  readonly refit: FamilyOptions;
}

/** What every fit of a training by folds is given. */
export type ProtocolJob = Omit<FitJob, 'stopping' | 'rounds' | 'training'> & {
  /** All rows that are not for the test. */
  readonly pool: LabelledRows;
};

/** What one fit says of the rows that it neither learnt from nor was stopped by. */
export interface FoldFit {
  readonly fold: Fold;
  /** Raw sums, by row to be judged. */
  readonly sums: Float64Array;
  /** Sums as it would answer them. */
  readonly answers: FittedModel['answers'];
  readonly rounds: number;
  readonly history: TrainedModel['history'];
  readonly parameters: number;
}

/** A candidate on all rows that were judged: each answered by a fit that did not know it. */
export interface OutOfFold extends Judged {
  readonly candidate: Candidate;
  /** Positions in the pool, ascending. */
  readonly rows: Int32Array;
  /** Number of the fold of each. */
  readonly foldOf: Int32Array;
  readonly calibration: FoldedCalibration;
  /** Calibrated answers. */
  readonly scores: Float64Array;
  /** What training watches, on these rows; lower is better. */
  readonly value: number;
  readonly fits: readonly FoldFit[];
}

/** Rows of the pool at these positions. */
export function takeRows({ rows, target }: LabelledRows, positions: Int32Array): LabelledRows {
  return {
    rows: takeFeatureRows(rows, positions),
    target: Float64Array.from(positions, (at) => target[at]!),
  };
}

/** One part after the other. */
export function joinRows(first: LabelledRows, second: LabelledRows): LabelledRows {
  const target = new Float64Array(first.target.length + second.target.length);
  target.set(first.target);
  target.set(second.target, first.target.length);
  return { rows: joinFeatureRows(first.rows, second.rows), target };
}

/** Hooks that say of which fit they tell. */
export const saying = (hooks: TrainHooks, words: string): TrainHooks => ({
  ...hooks,
  onRows: (report) => hooks.onRows?.({ ...report, family: `${report.family}, ${words}` }),
});

/** Fits a candidate on a fold. `told`: which one it is, for people; `known`: from other fits. */
export async function fitFold(
  job: ProtocolJob,
  { family, options }: Candidate,
  fold: Fold,
  told: string,
  known: Pick<FitJob, 'near' | 'rival' | 'toEnd'> = {},
): Promise<FoldFit> {
  const { task, pool, seed, score } = job;
  const hooks = saying(job.hooks, told);
  const fitted = await family.fit({
    task,
    training: takeRows(pool, fold.fit),
    stopping: takeRows(pool, fold.stop),
    rounds: null,
    ...known,
    options,
    seed,
    score,
    hooks,
  });
  try {
    const rows = takeFeatureRows(pool.rows, fold.judge);
    const sums = await inTurns(fitted.margins(rows), hooks.signal, undefined, turnRows);
    const { parameters } = fitted.seal(uncalibrated(outputUnits(task), ''));
    const { rounds, history } = fitted;
    return { fold, sums, answers: (own) => fitted.answers(own), rounds, history, parameters };
  } finally {
    fitted.dispose();
  }
}

/** Rows that were judged, each by one fold, in the order of the pool, with their folds and places there. */
interface Places {
  readonly rows: Int32Array;
  readonly foldOf: Int32Array;
  readonly at: Int32Array;
}

function placesOf(fits: readonly FoldFit[], pool: number): Places {
  const fold = new Int32Array(pool).fill(-1);
  const place = new Int32Array(pool);
  for (const [
    number,
    {
      fold: { judge },
    },
  ] of fits.entries())
    for (let at = 0; at < judge.length; at += 1) {
      fold[judge[at]!] = number;
      place[judge[at]!] = at;
    }
  const rows = Int32Array.from(fold.keys()).filter((row) => fold[row]! >= 0);
  return { rows, foldOf: rows.map((row) => fold[row]!), at: rows.map((row) => place[row]!) };
}

/** The fits of a candidate taken together, and calibrated on all of them. */
export async function poolFits(
  job: ProtocolJob,
  candidate: Candidate,
  fits: readonly FoldFit[],
): Promise<OutOfFold> {
  const { task, pool, score } = job;
  const { rows, foldOf, at } = placesOf(fits, pool.target.length);
  const gather = (cells: (fit: FoldFit) => Float64Array): Float64Array => {
    const parts = fits.map(cells);
    const width = parts[0]!.length / fits[0]!.fold.judge.length;
    const all = new Float64Array(rows.length * width);
    for (let i = 0; i < rows.length; i += 1) {
      const part = parts[foldOf[i]!]!;
      for (let k = 0; k < width; k += 1) all[i * width + k] = part[at[i]! * width + k]!;
    }
    return all;
  };
  const target = Float64Array.from(rows, (row) => pool.target[row]!);
  const sums = gather((fit) => fit.sums);
  const { options } = candidate;
  const calibration = await calibrationFor({ ...job, options }, sums, target, pool.target, fits[0]!.answers);
  const scores = gather((fit) => fit.answers(calibratedSums(fit.sums, calibration)));
  return {
    name: candidate.name,
    complexity: candidate.family.complexity,
    candidate,
    rows,
    foldOf,
    calibration,
    scores,
    losses: rowLosses(task, scores, target, lossFor(task, options.metric)),
    value: score(scores, target),
    fits,
  };
}
