import type { Outcome } from '../project/outcome.ts';
import { noLabels } from '../traffic/account.ts';
import type { LabelAccount } from '../traffic/account.ts';
import type { Annotation } from './view/annotation.ts';
import type { Block, View } from './view/blocks.ts';

/** One outcome of a verb and what its view makes of it: what the suite over all verbs looks at. */
export interface Sample {
  readonly outcome: Outcome;
  readonly blocks: readonly Block[];
  readonly essential: readonly string[];
  readonly annotations: readonly Annotation[];
}

/** Outcomes of one verb, told by its view. Typed: a new member of a result must stand in each sample. */
export const sampled = <Result>(
  view: View<Outcome<Result>>,
  ...outcomes: readonly (Partial<Outcome<Result>> & { readonly result: Result })[]
): readonly Sample[] =>
  outcomes
    .map((given): Outcome<Result> => ({ pipeline: 'churn', exitCode: 0, warnings: [], ...given }))
    .map((outcome) => ({
      outcome,
      blocks: view.blocks(outcome),
      essential: view.essential(outcome),
      annotations: view.annotations?.(outcome) ?? [],
    }));

/** Labels of which some could not be used. */
export const sampleAccount: LabelAccount = {
  ...noLabels,
  given: 920,
  used: 900,
  superseded: 4,
  unmatched: 6,
  unusable: 10,
  respelled: 3,
  blank: 12,
  reasons: [
    {
      reason: 'no class of the model: expected one of "No", "Yes", got "maybe"',
      count: 10,
      example: { door: 'file', id: 'C-17' },
    },
  ],
  doors: [
    {
      door: 'file',
      source: 'data/labels.csv',
      given: 920,
      used: 900,
      superseded: 4,
      unmatched: 6,
      ambiguous: 0,
      outside: 0,
      expired: 0,
      unusable: 10,
      example: { given: '9000.0', logged: '9000' },
    },
  ],
};

/** A digest and an instant for samples. */
export const sampleDigest = 'a1b2'.repeat(16);
export const sampleInstant = Date.UTC(2026, 2, 1, 14, 5);
