import { usageError } from '../../../errors.ts';
import type { AiengError } from '../../../errors.ts';
import { exp, ln } from '../../../statistics/exponential.ts';
import type { Task } from '../../model.ts';
import { outputUnits, positiveIndex, scoresOf } from '../../outputs.ts';
import type { ForeignModel } from './foreign.ts';

/** No log odds lie further out. */
const furthest = 40;

/** What a model answers, in words. */
function answersTold({ answers }: ForeignModel): string {
  switch (answers.kind) {
    case 'number':
      return 'a number';
    case 'probability':
    case 'log odds':
      return 'the probability of one of two classes';
    case 'probabilities':
      return `probabilities of ${answers.classes} classes`;
    case 'none':
      return 'something else';
  }
}

const taskTold = (task: Task): string =>
  task.kind === 'regression'
    ? 'a number'
    : `one of ${task.classes.length} classes (${task.classes.join(', ')})`;

function doesNotFit(model: ForeignModel, task: Task): AiengError {
  const { answers } = model;
  return usageError({
    code: 'model-does-not-fit',
    message:
      answers.kind === 'none'
        ? `The model cannot answer the label: ${answers.because}.`
        : `The model (${model.told}) answers ${answersTold(model)}; the label is ${taskTold(task)}.`,
    hint:
      model.format === 'onnx'
        ? 'Say what the model answers by `--set model.imported.output=probability` (or logit, or value), or import one that was trained for this label.'
        : 'Import a model that was trained for this label, or name another pipeline with --pipeline.',
  });
}

/** Can the model answer this task? @throws a usage error that says what it answers */
export function requireFit(model: ForeignModel, task: Task): void {
  const { answers } = model;
  const fits =
    task.kind === 'regression'
      ? answers.kind === 'number' && model.outputs === 1
      : task.kind === 'binary'
        ? answers.kind === 'probability' ||
          answers.kind === 'log odds' ||
          (answers.kind === 'probabilities' && answers.classes === 2)
        : answers.kind === 'probabilities' && answers.classes === task.classes.length;
  if (!fits) throw doesNotFit(model, task);
}

/** By output of the model its place among the classes of the task. */
const placesOf = (classes: readonly string[], order: readonly string[]): readonly number[] =>
  order.map((name) => classes.indexOf(name));

function twoClasses(
  { answers, outputs }: ForeignModel,
  places: readonly number[],
  own: Float64Array,
): Float64Array {
  const rows = own.length / outputs;
  const scores = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row += 1) {
    const value = own[row * outputs + outputs - 1]!;
    const second = answers.kind === 'log odds' ? 1 / (1 + exp(-value)) : value;
    const first = outputs === 2 ? own[row * outputs]! : 1 - second;
    const total = first + second;
    scores[2 * row + places[0]!] = first / total;
    scores[2 * row + places[1]!] = second / total;
  }
  return scores;
}

function manyClasses(outputs: number, places: readonly number[], own: Float64Array): Float64Array {
  const scores = new Float64Array(own.length);
  for (let start = 0; start < own.length; start += outputs) {
    let total = 0;
    for (let k = 0; k < outputs; k += 1) total += own[start + k]!;
    for (let k = 0; k < outputs; k += 1)
      scores[start + places[k]!] = total > 0 ? own[start + k]! / total : 1 / outputs;
  }
  return scores;
}

/** A model's answers as those of the task: `rows × scoreWidth(task)`, probabilities in the order of its classes. */
export function taskScores(
  task: Task,
  model: ForeignModel,
  order: readonly string[],
  own: Float64Array,
): Float64Array {
  if (task.kind === 'regression') return own;
  const places = placesOf(task.classes, order);
  return task.kind === 'binary' ? twoClasses(model, places, own) : manyClasses(model.outputs, places, own);
}

const bounded = (value: number): number => Math.max(-furthest, Math.min(furthest, value));

/** Scores of a task as raw sums, which a calibration works on: log odds, logarithms of probabilities, or the number. */
export function marginsOf(task: Task, scores: Float64Array): Float64Array {
  if (task.kind === 'regression') return scores;
  if (task.kind === 'multiclass') return scores.map((score) => bounded(ln(score)));
  const positive = positiveIndex(task);
  return Float64Array.from({ length: scores.length / 2 }, (_, row) =>
    bounded(ln(scores[2 * row + positive]!) - ln(scores[2 * row + 1 - positive]!)),
  );
}

/** Scores of a task after a calibration of their raw sums. */
export function calibratedScores(
  task: Task,
  scores: Float64Array,
  { slope, shift }: { readonly slope: number; readonly shift: ArrayLike<number> },
): Float64Array {
  const units = outputUnits(task);
  return scoresOf(
    task,
    marginsOf(task, scores).map((sum, at) => slope * sum + shift[at % units]!),
  );
}
