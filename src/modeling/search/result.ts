import { Type } from '@sinclair/typebox';
import { count, figure, flag, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

const trialShape = Type.Object({
  number: count('In order of proposal; 0 is what the pipeline says.'),
  values: Type.Record(Type.String(), Type.Unknown(), { description: 'By key of the pipeline.' }),
  folds: Type.Array(figure(), {
    description: 'The metric on the rows that judge each fold that it came to.',
  }),
  mean: figure('Of these folds.'),
  against: figure('Mean difference to trial 0 on the same folds, in the metric’s own unit.'),
  stopped: flag('It was given up before the last fold, being among the worse half.'),
});

/** What a search tried and found. */
export const searchShape = Type.Object(
  {
    family: text(),
    metric: text(),
    higherIsBetter: flag(),
    asked: count('Trials at most.'),
    folds: count(
      'By which trials are judged: rows that are neither for the test nor known to what they judge.',
    ),
    trials: Type.Array(trialShape),
    best: count('Number of the trial that is trained.'),
    betterFolds: count('In how many folds it is better than trial 0.'),
    because: text('What it came to, in plain words.'),
    yaml: text('What the best trial changes, to be put into the pipeline file; empty where that is nothing.'),
  },
  { title: 'Search' },
);
export type Search = Shape<typeof searchShape>;

/** A search and what of the pipeline it says to set. */
export interface Searched {
  readonly search: Search;
  /** `model.gbdt.leaves=9` */
  readonly set: readonly string[];
}
