import { isOnnx, readBoundTrees } from '../../../modeling/families/imported/files.ts';
import type { BoundForeign } from '../../../modeling/families/imported/files.ts';
import type { AnswerOfSums } from '../../../modeling/families/imported/foreign.ts';
import type { ModelFiles, Task } from '../../../modeling/model.ts';
import { positiveIndex } from '../../../modeling/outputs.ts';
import { scoresOf } from '../answers.ts';
import { beside } from '../arithmetic.ts';
import { Inexpressible } from '../columns.ts';
import type { GraphFeatures } from '../features.ts';
import type { Value } from '../graph.ts';
import { treeSums } from './trees.ts';

const ownFile = 'hand on the file that it was imported from (model/given/ of the bundle)';

function answersOf({ graph, math }: GraphFeatures, answer: AnswerOfSums, sums: Value): Value {
  switch (answer.how) {
    case 'identity':
      return sums;
    case 'signed square':
      return math.multiply(sums, math.apply('Abs', sums));
    case 'exp':
      return math.apply('Exp', sums);
    case 'sigmoid':
      return graph.op('Sigmoid', [math.multiply(sums, answer.slope)]);
    case 'softmax':
      return graph.op('Softmax', [sums], { axis: 1 });
    case 'none':
      throw new Inexpressible('its answers are none that a task takes', ownFile);
  }
}

/** Columns in another order: what stands at `from[place]` comes to `place`. */
const ordered = ({ graph }: GraphFeatures, value: Value, from: readonly number[]): Value =>
  graph.op('Gather', [value, graph.wholes(from)], { axis: 1 });

/** A model's own answers as those of the task: probabilities in the order of its classes, which add up to 1. */
function taskAnswers(features: GraphFeatures, task: Task, bound: BoundForeign, own: Value): Value {
  if (task.kind === 'regression') return own;
  const { graph, math } = features;
  const { model, binding } = bound;
  const from = task.classes.map((name) => binding.classes.indexOf(name));
  if (model.outputs === 1) {
    const second = model.answers.kind === 'log odds' ? graph.op('Sigmoid', [own]) : own;
    return ordered(features, beside(graph, [math.subtract(1, second), second]), from);
  }
  const total = math.sumOfRow(own);
  const shared = math.where(math.greater(total, 0), math.divide(own, total), 1 / model.outputs);
  return ordered(features, shared, from);
}

const furthest = 40;

/** The same after a calibration of their log odds. */
function calibrated(features: GraphFeatures, task: Task, bound: BoundForeign, scores: Value): Value {
  const { calibration } = bound.binding;
  if (calibration === null) return scores;
  const { graph, math } = features;
  const log = (value: Value): Value => math.apply('Log', value);
  const margins =
    task.kind === 'regression'
      ? scores
      : task.kind === 'multiclass'
        ? math.between(log(scores), -furthest, furthest)
        : math.between(
            math.subtract(
              log(ordered(features, scores, [positiveIndex(task)])),
              log(ordered(features, scores, [1 - positiveIndex(task)])),
            ),
            -furthest,
            furthest,
          );
  const moved = math.add(math.multiply(margins, calibration.slope), graph.numbers(calibration.shift));
  return scoresOf(features, task, moved);
}

/** Trees that LightGBM or XGBoost made, bound to the columns of the bundle. */
export function writeImported(features: GraphFeatures, files: ModelFiles, task: Task): Value {
  if (isOnnx(files, task)) throw new Inexpressible('it is an ONNX model already', ownFile);
  const bound = readBoundTrees(files, task);
  const { model, binding } = bound;
  if (model.explained === null) throw new Inexpressible('its file holds no trees', ownFile);
  const { trees, base, answer, single } = model.explained();
  const columns = binding.inputs.map(({ column }) => column);
  const cells = { single: single !== null, missingCategory: single?.missingCategory ?? null };
  const sums = treeSums(features, columns, trees, model.outputs, cells);
  const answers = answersOf(features, answer, features.math.add(sums, features.graph.numbers([...base])));
  return calibrated(features, task, bound, taskAnswers(features, task, bound, answers));
}
