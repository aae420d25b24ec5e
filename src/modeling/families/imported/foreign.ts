import type { Tree } from '../../trees/tree.ts';
import type { Backend } from '../../model.ts';
import { usageError } from '../../../errors.ts';
import type { AiengError } from '../../../errors.ts';
import type { ForeignFormat } from '../../foreignFormats.ts';
import type { ForeignInput } from '../../foreignInput.ts';

export type { ForeignInput } from '../../foreignInput.ts';

/** What the answers of a model are. */
export type ForeignAnswers =
  | { readonly kind: 'number' }
  /** Of the second of two classes. */
  | { readonly kind: 'probability' }
  /** The same as log odds. */
  | { readonly kind: 'log odds' }
  | { readonly kind: 'probabilities'; readonly classes: number }
  /** Nothing that a task of aieng can take, and why. */
  | { readonly kind: 'none'; readonly because: string };

/** A model that was made elsewhere, checked and ready to answer. */
export interface ForeignModel {
  readonly format: ForeignFormat;
  /** `LightGBM, objective binary`: for people. */
  readonly told: string;
  /** In the order of its cells. */
  readonly inputs: readonly ForeignInput[];
  /** Raw sums a row, and answers a row. */
  readonly outputs: number;
  readonly answers: ForeignAnswers;
  /** Its classes in the order of its answers, where the file names them. */
  readonly labels?: readonly string[];
  readonly parameters: number;
  readonly backend: Backend;
  /** What a person should know of it. */
  readonly notes: readonly string[];
  /** Raw sums of rows, `rows × outputs`. `cells`: `rows × inputs`, NaN = missing; it is left as it is. */
  readonly sums: (cells: Float64Array, rows: number) => Float64Array;
  /** The answers of these sums, in a place of their own: a number, a probability, or one a class. */
  readonly answersOf: (sums: Float64Array) => Float64Array;
  /** The trees whose sums its answers are a function of, for exact contributions; null: they are sampled. */
  readonly explained: (() => ExplainedTrees) | null;
  /** Gives back what it holds outside of this language’s memory. */
  readonly dispose?: () => void;
}

/** How raw sums become answers, by a name: other runtimes follow it. `none`: answers that no task takes. */
export type AnswerOfSums =
  | { readonly how: 'identity' | 'signed square' | 'exp' | 'softmax' | 'none' }
  | { readonly how: 'sigmoid'; readonly slope: number };

/** Trees that say why a model answers as it does: tree `i` adds to sum `i mod outputs`. */
export interface ExplainedTrees {
  readonly trees: readonly Tree[];
  /** Added to what the trees say, by output. */
  readonly base: Float64Array;
  /** The cells as these trees take them. */
  readonly cellsOf: (cells: Float64Array) => Float64Array;
  /** What becomes of their sums. */
  readonly answer: AnswerOfSums;
  /** XGBoost's trees: cells are float32, nothing about 0 is 0, and a missing category is this one. */
  readonly single: { readonly missingCategory: number } | null;
}

/** A model file that is refused: exit 2, nothing of it is used. */
export const modelRefused = (format: string, problem: string, hint?: string): AiengError =>
  usageError({
    code: 'model-refused',
    message: `The ${format} model is refused: ${problem}.`,
    hint: hint ?? 'Save the model again with the library that trained it; no part of this file is used.',
  });
