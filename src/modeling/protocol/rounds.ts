import type { Family } from '../model.ts';
import type { FoldFit, ProtocolJob } from './outOfFold.ts';
import type { Fold } from './plan.ts';

/** From so many rows on, folds are alike enough that what was best in one says where to look in another. */
export const manyRows = 10_000;
/** Encoded cells up to which a fold looks at every round: so few cost nearly nothing. */
const fewCells = 2_000_000;

/** Training rows of a refit are about half as many again as a fold's: trees need a few more rounds to learn as much. */
const growth = (all: number, fitted: number): number => Math.sqrt(all / fitted);

/**
 * Does a fold judge all rounds of the family? Where it has few rows to stop it, its own best says little. Only for numbers:
 * probabilities are calibrated on what each fold said at its own best.
 */
export const isFitToEnd = (
  { task, pool }: Pick<ProtocolJob, 'task' | 'pool'>,
  family: Family,
  { fit }: Fold,
): boolean =>
  task.kind === 'regression' &&
  family.roundsAlike === true &&
  fit.length < manyRows &&
  fit.length * pool.rows.sparse.width <= fewCells;

/**
 * Rounds of the fit on all rows. Where the folds judged every round, and these mean the same in each, those of the lowest
 * mean: where curves are uneven, a mean of the places of their lowest points is a place where none is low. Else the mean of
 * what was best in each fold.
 */
export function bestRounds(
  job: Pick<ProtocolJob, 'task' | 'pool'>,
  family: Family,
  fits: readonly Pick<FoldFit, 'fold' | 'rounds' | 'history'>[],
): number {
  const toEnd = fits.every(({ fold }) => isFitToEnd(job, family, fold));
  return (toEnd ? lowestTogether(fits) : null) ?? meanOfBest(family, fits, job.pool.rows.rows);
}

function meanOfBest(
  { roundsGrow }: Pick<Family, 'roundsGrow'>,
  fits: readonly Pick<FoldFit, 'fold' | 'rounds'>[],
  rows: number,
): number {
  const mean = fits.reduce((sum, own) => sum + own.rounds, 0) / fits.length;
  const learnt = fits.reduce((sum, { fold }) => sum + fold.fit.length, 0) / fits.length;
  const scale = roundsGrow === true ? growth(rows, learnt) : 1;
  return Math.max(1, Math.round(mean * scale));
}

/** The first of the rounds with the lowest mean over the rows that stopped; null where folds judged other rounds or could not. */
function lowestTogether(fits: readonly Pick<FoldFit, 'fold' | 'history'>[]): number | null {
  const judged = fits.filter(({ history }) => history.every(({ validation }) => Number.isFinite(validation)));
  const [first] = judged;
  if (first === undefined) return null;
  const alike = judged.every(
    ({ history }) =>
      history.length === first.history.length &&
      history.every(({ epoch }, at) => epoch === first.history[at]!.epoch),
  );
  if (!alike) return null;
  let best: { readonly epoch: number; readonly sum: number } | null = null;
  for (const [at, { epoch }] of first.history.entries()) {
    const sum = judged.reduce(
      (total, { fold, history }) => total + fold.stop.length * history[at]!.validation,
      0,
    );
    if (best === null || sum < best.sum) best = { epoch, sum };
  }
  return best?.epoch ?? null;
}
