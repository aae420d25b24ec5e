import type { Outcome } from '../project/outcome.ts';
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

/** A digest and an instant for samples. */
export const sampleDigest = 'a1b2'.repeat(16);
export const sampleInstant = Date.UTC(2026, 2, 1, 14, 5);
