import { createRandom } from '../../random.ts';
import type { Family } from '../model.ts';
import { chosenVariant } from '../target/choice.ts';
import { targetVariants } from '../target/variants.ts';
import { bestByMean, isBetter } from './choose.ts';
import { fitFold, poolFits } from './outOfFold.ts';
import type { Candidate, FoldFit, OutOfFold, ProtocolJob } from './outOfFold.ts';
import type { Fold } from './plan.ts';
import { isFitToEnd } from './rounds.ts';

/** Rows of the cheap first round at most. */
const most = { fit: 8000, stop: 2000, judge: 4000 } as const;
/** Rows that a costly candidate is shown in it, all passes together; and in a fold, where it takes part. */
const rowVisits = { firstRound: 120_000, fold: 300_000 } as const;
/** Up to so many training rows a net costs little: it takes part where it is not worse beyond noise. */
const fewRows = 1000;

/** Who takes part, and fits that are already those of the first fold. */
export interface Entrants {
  readonly candidates: readonly Candidate[];
  readonly known: ReadonlyMap<Candidate, FoldFit>;
  /** Names of those that do not. */
  readonly left: readonly string[];
}

/** A part of the fold's rows, drawn by the seed; the fold itself where it is small. */
function sampleOf(fold: Fold, seed: number): Fold {
  const random = createRandom(`${seed}/first round`);
  const some = (rows: Int32Array, count: number): Int32Array =>
    rows.length <= count ? rows : random.choose(rows.length, count).map((at) => rows[at]!);
  return {
    fit: some(fold.fit, most.fit),
    stop: some(fold.stop, most.stop),
    judge: some(fold.judge, most.judge),
  };
}

/** The ways in which a family may learn these labels, the plainest first. */
function variantsOf({ task, pool, options }: ProtocolJob, family: Family): [Candidate, ...Candidate[]] {
  const [plain, ...others] = targetVariants(family.name, task, pool.target, options);
  const candidate = ({ name, options: own }: typeof plain): Candidate => ({
    name: name === '' ? family.name : `${family.name} (${name})`,
    family,
    target: name,
    options: own,
    refit: own,
  });
  return [candidate(plain), ...others.map(candidate)];
}

/** The same, shown so many rows at most. */
function shownAtMost(candidate: Candidate, visits: number): Candidate {
  const { family, options } = candidate;
  return { ...candidate, options: family.shownAtMost?.(options, visits) ?? options };
}

/** The best that those who learn labels alike reached on the rows that stopped them. */
function rivalOf(judged: readonly OutOfFold[], { target }: Candidate): number | undefined {
  const reached = judged
    .filter(({ candidate }) => candidate.target === target)
    .flatMap(({ fits }) => fits.flatMap(({ history }) => history.map(({ validation }) => validation)));
  return reached.length === 0 ? undefined : Math.min(...reached);
}

/**
 * The cheap first round, on one fold and at most 8,000 training rows. Of each family it takes the plain way to learn
 * numbers, and another one that is better. Costly families (nets) take part where they could win: those that are better
 * than the best of the others, and of few rows those that are not worse beyond noise. What they could gain elsewhere is not
 * worth their time.
 */
export async function firstRound(
  job: ProtocolJob,
  families: readonly Family[],
  fold: Fold,
): Promise<Entrants> {
  const sample = sampleOf(fold, job.seed);
  const isWhole = (['fit', 'stop', 'judge'] as const).every((part) => sample[part] === fold[part]);
  const isSmall = sample.fit.length <= fewRows;
  const known = new Map<Candidate, FoldFit>();
  const judge = async (candidate: Candidate, rival?: number): Promise<OutOfFold> =>
    poolFits(job, candidate, [
      await fitFold(job, candidate, sample, 'first round', {
        rival,
        toEnd: isWhole && isFitToEnd(job, candidate.family, fold),
      }),
    ]);
  const cheap = families.filter(({ costly }) => costly !== true);
  const costly = families.filter((family) => family.costly === true);
  const entering: Candidate[] = [];
  const left: string[] = [];
  const judged: OutOfFold[] = [];
  for (const family of cheap) {
    const variants = variantsOf(job, family);
    // Nothing to be told: no other way, and no net that has to be compared with.
    if (variants.length === 1 && costly.length === 0) {
      entering.push(variants[0]);
      continue;
    }
    const [plain, ...others] = variants;
    const first = await judge(plain);
    const rest: OutOfFold[] = [];
    for (const other of others) rest.push(await judge(other));
    const kept = chosenVariant([first, ...rest]);
    for (const own of kept === first ? [first] : [first, kept]) {
      entering.push(own.candidate);
      judged.push(own);
      if (isWhole) known.set(own.candidate, own.fits[0]!);
    }
    left.push(...rest.filter((own) => own !== kept).map(({ name }) => name));
  }
  for (const family of costly) {
    const best = judged.length === 0 ? null : bestByMean(judged);
    const variants = variantsOf(job, family);
    // A net learns labels as the best of the others does.
    const candidate = variants.find(({ target }) => target === best?.candidate.target) ?? variants[0];
    // Of few rows it may take part without being better: it is not held to a race.
    const rival = isSmall ? undefined : rivalOf(judged, candidate);
    const shown = shownAtMost(candidate, rowVisits.firstRound);
    const own = best === null ? null : await judge(shown, rival);
    const couldWin =
      best === null ||
      own === null ||
      (isSmall ? !isBetter(own.losses, best.losses) : bestByMean([best, own]) === own);
    if (couldWin) entering.push(shownAtMost(candidate, rowVisits.fold));
    else left.push(candidate.name);
  }
  return { candidates: entering, known, left };
}
