import { takeIds } from '../data/rowId.ts';
import type { Split, SplitOptions, SplitStrategy } from '../data/splitting.ts';
import { dealFolds } from '../data/splitting.ts';
import { isClear, testGains } from '../evaluation/crossFitted.ts';
import type { CrossFitted, Gains } from '../evaluation/crossFitted.ts';
import type { FitInput, FoldLosses } from './fitting.ts';

const folds = 5;
const dealings = 5;
/** With more labelled rows the test part is large enough to say it, and 25 trainings take too long. */
const mostCrossFittedRows = 20_000;

/** Fits everything on a split of its own and says the losses on its test part. `told` = which fold this is. */
export type JudgeFold = (split: Split, told: string) => Promise<FoldLosses>;

/** How rows are dealt: a strategy over some of them, shares and seed. */
export interface Dealer extends SplitOptions {
  strategyOf(rows: Int32Array): SplitStrategy;
}

/** The loss of each baseline less that of the model, summed over dealings, by place among the labelled rows. */
class Sums {
  readonly #byBaseline = new Map<string, Gains>();
  readonly #rows: number;

  constructor(rows: number) {
    this.#rows = rows;
  }

  add(places: Int32Array, { model, baselines }: FoldLosses): void {
    for (const { name, description, losses } of baselines) {
      let own = this.#byBaseline.get(name);
      if (own === undefined) {
        own = { name, description, gains: new Float64Array(this.#rows) };
        this.#byBaseline.set(name, own);
      }
      for (let i = 0; i < places.length; i += 1) own.gains[places[i]!]! += losses[i]! - model[i]!;
    }
  }

  /** Means over so many dealings. */
  over(count: number): readonly Gains[] {
    return [...this.#byBaseline.values()].map((own) => ({
      ...own,
      gains: own.gains.map((sum) => sum / count),
    }));
  }
}

/** Whether every class can be learnt and tuned in each fold. */
function canBeFitted(split: Split, target: Float64Array, classes: number): boolean {
  const seen = (part: Int32Array): number => new Set(Array.from(part, (place) => target[place])).size;
  return (
    split.validation.length > 0 && (classes === 0 ? split.train.length > 1 : seen(split.train) === classes)
  );
}

/**
 * Judges the pipeline on all its labelled rows by repeated cross-fitting: five folds, dealt up to five times; each row
 * is answered by a model that learnt from neither it nor its twins, and the mean gain over each baseline is tested over
 * rows. Undefined where it cannot be had: rows split by time, classes too rare for folds, or more than 20,000 rows.
 *
 * It says how good what this pipeline makes is on rows like these, not this one model; it ignores that another sample
 * would have taught otherwise (Nadeau & Bengio 2003; Bates et al. 2023), and yet passes at most 3 in 100 models that
 * gain nothing.
 */
export async function crossFit(
  dealer: Dealer,
  { rows, task, split, target: targets }: Pick<FitInput, 'rows' | 'task' | 'split' | 'target'>,
  judgeFold: JudgeFold,
): Promise<CrossFitted | undefined> {
  const labelled = Int32Array.from([...split.train, ...split.validation, ...split.test]).sort();
  if (labelled.length > mostCrossFittedRows) return undefined;
  const target = Float64Array.from(labelled, (row) => targets[row]!);
  const classes = task.kind === 'regression' ? 0 : task.classes.length;
  const codes = classes === 0 ? target.map(() => 0) : target;
  const strategy = dealer.strategyOf(labelled);
  const back = (places: Int32Array): Int32Array => places.map((place) => labelled[place]!);
  const sums = new Sums(labelled.length);
  let against: CrossFitted['against'] = [];
  let dealt = 0;
  while (dealt < dealings && !(dealt > 0 && isClear(against))) {
    const parts = dealFolds(strategy, takeIds(rows.ids, labelled), codes, {
      ...dealer,
      folds,
      dealing: dealt,
    });
    if (parts?.every((fold) => canBeFitted(fold, target, classes)) !== true) return undefined;
    for (const [fold, part] of parts.entries()) {
      const told = `cross-fitting, fold ${fold + 1} of ${folds}, dealing ${dealt + 1} of at most ${dealings}: `;
      const own = { train: back(part.train), validation: back(part.validation), test: back(part.test) };
      sums.add(part.test, await judgeFold(own, told));
    }
    dealt += 1;
    against = testGains(sums.over(dealt));
  }
  const loss = task.kind === 'regression' ? 'squared error' : 'log loss';
  return { rows: labelled.length, folds, dealings: dealt, loss, against };
}
