import type { Family, FittedModel, TrainedModel, TrainingResult, TriedFamily } from '../model.ts';
import { sealEnsemble } from '../ensemble/files.ts';
import { honestBlend } from './blend.ts';
import type { HonestBlend } from './blend.ts';
import { because } from './because.ts';
import { bestByMean, chooseSimplest, constantLoss, isBetter, lossFor } from './choose.ts';
import { firstRound } from './firstRound.ts';
import type { Entrants } from './firstRound.ts';
import { bestRounds, isFitToEnd, manyRows } from './rounds.ts';
import { sealedModel } from './holdout.ts';
import { fitFold, poolFits, saying } from './outOfFold.ts';
import type { FoldFit, OutOfFold, ProtocolJob } from './outOfFold.ts';
import type { Fold } from './plan.ts';

/** What `auto` works on. */
export interface AutoJob extends ProtocolJob {
  readonly families: readonly Family[];
  readonly folds: readonly Fold[];
}

/**
 * Chooses among candidates by what they answer for rows that they do not know, and fits what is chosen on all rows that
 * are not for the test.
 *
 * 1. A cheap first round says which nets could win.
 * 2. Each candidate is fitted in each fold: learns from one part, is stopped by another, answers a third.
 * 3. On these answers the simplest that is as good as the best is kept; a blend, where it is better beyond noise.
 * 4. Calibration and rounds come from the folds; the model learns from all rows.
 *
 * @throws the interrupted error where `hooks.signal` aborts
 */
export async function trainAuto(job: AutoJob): Promise<TrainingResult> {
  const entrants = await firstRound(job, job.families, job.folds[0]!);
  const { results, folds } = await fitAll(job, entrants);
  const loss = lossFor(job.task, results[0]!.candidate.options.metric);
  const best = bestByMean(results);
  // Sums of members that learnt labels alike can be added up, and so can what columns add to them. A rule stands alone.
  const alike = results.filter(
    ({ candidate, complexity }) => candidate.target === best.candidate.target && complexity > 0,
  );
  const blend = blendOf(job, alike);
  const wins = blend !== null && isBetter(best.losses, blend.losses);
  const kept = chooseSimplest(results, loss, constantLoss(job.task, targetOf(job, best), loss));
  const members = wins ? alike.filter((_, at) => blend.weights[at]! > 0) : [kept];
  const models = [];
  for (const member of members) models.push(await refit(job, member));
  const others = await linearBeside(job, results, members);
  const weights = wins ? blend.weights.filter((weight) => weight > 0) : [1];
  const told = { task: job.task, metric: kept.candidate.options.metric, loss, results, alike, folds };
  const value = wins ? job.score(blend.scores, targetOf(job, best)) : kept.value;
  return {
    model: wins
      ? sealEnsemble(
          job.task,
          models.map((model, at) => ({ model, target: members[at]!.candidate.target, weight: weights[at]! })),
          value,
        )
      : models[0]!,
    others,
    tried: results.map(summary),
    because: because({
      ...told,
      ...{ kept, best, blend: wins ? { ...blend, value } : null, left: entrants.left },
      rule: models[0]!.rule ?? null,
    }),
    outOfFold: { rows: kept.rows, scores: wins ? blend.scores : kept.scores, folds },
  };
}

const targetOf = ({ pool }: AutoJob, { rows }: OutOfFold): Float64Array =>
  Float64Array.from(rows, (row) => pool.target[row]!);

/** Every candidate in every fold, fold by fold, until the time is over. */
async function fitAll(
  job: AutoJob,
  { candidates, known }: Entrants,
): Promise<{ readonly results: readonly OutOfFold[]; readonly folds: number }> {
  const { folds, hooks } = job;
  const fits = candidates.map((): FoldFit[] => []);
  let done = 0;
  for (const [number, fold] of folds.entries()) {
    if (number > 0 && hooks.enough?.() === true) break;
    done += 1;
    for (const [at, candidate] of candidates.entries()) {
      const told = folds.length === 1 ? 'fitted to choose' : `fold ${number + 1} of ${folds.length}`;
      const ready = number === 0 ? known.get(candidate) : undefined;
      const near = fold.fit.length >= manyRows ? fits[at]![0]?.rounds : undefined;
      const toEnd = isFitToEnd(job, candidate.family, fold);
      fits[at]!.push(ready ?? (await fitFold(job, candidate, fold, told, { near, toEnd })));
    }
  }
  const results = [];
  for (const [at, candidate] of candidates.entries()) results.push(await poolFits(job, candidate, fits[at]!));
  return { results, folds: done };
}

/** The blend of these; null where it would be one of them. */
function blendOf(job: AutoJob, results: readonly OutOfFold[]): HonestBlend | null {
  const [first] = results;
  if (first === undefined || results.length < 2) return null;
  const { foldOf, candidate } = first;
  const several = new Set(foldOf).size > 1;
  const blend = honestBlend(
    {
      task: job.task,
      loss: lossFor(job.task, candidate.options.metric),
      target: targetOf(job, first),
      scores: results.map(({ scores }) => scores),
    },
    several ? foldOf : foldOf.map((_, at) => at % 2),
  );
  return blend.weights.filter((weight) => weight > 0).length > 1 ? blend : null;
}

/** The same candidate on all rows, for as long as the folds found best, with the calibration that they found. */
async function refit(
  job: AutoJob,
  { candidate, fits, calibration, value }: OutOfFold,
): Promise<TrainedModel> {
  const { task, pool, seed, score } = job;
  const { family } = candidate;
  const rounds = bestRounds(job, family, fits);
  const hooks = saying(job.hooks, 'on all rows');
  const fitted: FittedModel = await family.fit({
    task,
    training: pool,
    stopping: null,
    rounds,
    options: candidate.refit,
    seed,
    score,
    hooks,
  });
  try {
    const model = sealedModel(family.name, task, fitted, calibration, value);
    // Nothing judged the rounds of this fit: those of the first fold are what there is to see.
    return { ...model, history: fits[0]!.history };
  } finally {
    fitted.dispose();
  }
}

/** The linear model on all rows, where another was kept: what its complexity buys. */
async function linearBeside(
  job: AutoJob,
  results: readonly OutOfFold[],
  members: readonly OutOfFold[],
): Promise<readonly TrainedModel[]> {
  const linear = results.find(({ candidate }) => candidate.name === 'linear');
  if (linear === undefined || (members.length === 1 && members[0] === linear)) return [];
  return [await refit(job, linear)];
}

function summary({ name, fits, value }: OutOfFold): TriedFamily {
  const [first] = fits;
  const rounds = fits.reduce((sum, fit) => sum + fit.rounds, 0) / fits.length;
  return {
    family: name,
    validation: value,
    parameters: first!.parameters,
    epochs: Math.max(...fits.map(({ history }) => history.length)),
    bestEpoch: Math.round(rounds),
  };
}
