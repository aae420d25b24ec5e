import { createRandom } from '../../random.ts';
import { propose } from './proposal.ts';
import type { SearchSpace, Values } from './space.ts';
import { drawEvenly } from './space.ts';

/** Trials that are proposed at once, from what the rounds before found: no proposal knows who finishes first. */
export const roundTrials = 4;
/** The first rounds look around. */
const evenRounds = 2;
/** After so many folds only the better half of a round's trials goes on. */
const cutAfter = [1, 2];

/** A point that was tried. */
export interface Trial {
  readonly number: number;
  readonly values: Values;
  /** By fold, as far as it came; lower is better. Infinity: what was fitted gives no figure. */
  readonly losses: readonly number[];
  /** It was given up, being among the worse half. */
  readonly stopped: boolean;
  /** Mean loss less that of the first trial on the same folds: below 0 is better. */
  readonly against: number;
}

/** What a search is a function of, beside the losses. */
export interface SearchPlan {
  readonly space: SearchSpace;
  /** What the pipeline says: the first trial, which is never given up. */
  readonly start: Values;
  readonly trials: number;
  readonly folds: number;
  readonly seed: number;
}

/** One fit of a search: a trial on a fold. */
export interface Fit {
  readonly trial: number;
  readonly values: Values;
  readonly fold: number;
}

/** Fits some of a round's trials and says their losses, in the order in which they are given, however they are worked on. */
export type FitAll = (fits: readonly Fit[]) => Promise<readonly number[]>;

interface Open {
  readonly number: number;
  readonly values: Values;
  readonly losses: number[];
  stopped: boolean;
}

const meanOf = (losses: readonly number[], count = losses.length): number =>
  losses.slice(0, count).reduce((sum, loss) => sum + loss, 0) / count;

/** How much worse than the first trial on the folds that a trial came to. */
const againstFirst = ({ losses }: Pick<Open, 'losses'>, first: Pick<Open, 'losses'>): number => {
  const before = meanOf(first.losses, losses.length);
  return meanOf(losses) - (Number.isFinite(before) ? before : 0);
};

/** Best first; of equals the earlier. */
const bestFirst = (open: readonly Open[], worth: (trial: Open) => number): readonly Open[] =>
  [...open].sort((left, right) => {
    const [one, other] = [worth(left), worth(right)];
    return one < other ? -1 : one > other ? 1 : left.number - right.number;
  });

/** The points of the next round, from what all rounds before found. */
function nextRound({ space, start, trials, seed }: SearchPlan, known: readonly Open[]): readonly Open[] {
  const from = known.length;
  const ranked = bestFirst(known, (trial) => againstFirst(trial, known[0]!)).map(({ values }) => values);
  return Array.from({ length: Math.min(roundTrials, trials - from) }, (_, at) => {
    const number = from + at;
    const random = createRandom(`search/${seed}/${number}`);
    const even = number < evenRounds * roundTrials;
    const values = number === 0 ? start : even ? drawEvenly(space, random) : propose(space, ranked, random);
    return { number, values, losses: [], stopped: false };
  });
}

/** Of those that came so far, in this round and before, only the better half goes on. */
function giveUp(round: readonly Open[], known: readonly Open[], folds: number): void {
  const all = bestFirst(
    [...known, ...round].filter(({ losses }) => losses.length >= folds),
    ({ losses }) => meanOf(losses, folds),
  );
  const kept = new Set(all.slice(0, Math.ceil(all.length / 2)));
  for (const trial of round)
    if (trial.number !== 0 && !kept.has(trial) && trial.losses.length === folds) trial.stopped = true;
}

/**
 * Tries points of a space: round after round of proposals by what is known, each fitted fold by fold, the worse half
 * given up after the first and the second fold (successive halving; Jamieson & Talwalkar 2016). Its result is a function
 * of the plan and of the losses: neither time nor the order in which fits end changes it.
 *
 * @param enough asked after each round, with how many trials are done: is that enough?
 */
export async function searching(
  plan: SearchPlan,
  fitAll: FitAll,
  enough: (done: number) => boolean = () => false,
): Promise<readonly Trial[]> {
  const known: Open[] = [];
  while (known.length < plan.trials) {
    const round = nextRound(plan, known);
    for (let fold = 0; fold < plan.folds; fold += 1) {
      const left = round.filter(({ stopped }) => !stopped);
      const losses = await fitAll(left.map(({ number, values }) => ({ trial: number, values, fold })));
      for (const [at, trial] of left.entries()) {
        const loss = losses[at]!;
        trial.losses.push(Number.isNaN(loss) ? Infinity : loss);
      }
      if (cutAfter.includes(fold + 1) && fold + 1 < plan.folds) giveUp(round, known, fold + 1);
    }
    known.push(...round);
    if (enough(known.length)) break;
  }
  return known.map((trial) => ({ ...trial, against: againstFirst(trial, known[0]!) }));
}

/** The best of those that went through every fold: the first trial where no other is better. */
export function bestTrial(trials: readonly Trial[]): Trial {
  const [first, ...others] = trials.filter(({ stopped }) => !stopped);
  if (first === undefined) throw new RangeError('a search has a first trial');
  return others.reduce((best, trial) => (trial.against < best.against ? trial : best), first);
}
