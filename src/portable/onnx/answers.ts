import { readTransform } from '../../modeling/target/file.ts';
import type { ModelFiles, Task } from '../../modeling/model.ts';
import { positiveIndex } from '../../modeling/outputs.ts';
import type { Manifest } from '../../packaging/manifest.ts';
import type { Arithmetic } from './arithmetic.ts';
import { beside, entryAt } from './arithmetic.ts';
import type { GraphFeatures } from './features.ts';
import type { Graph, Value } from './graph.ts';
import { countUpTo, interpolated } from './numbers.ts';

/** Raw sums (`rows × units`, float64) as answers: probabilities by class, or the number. */
export function scoresOf({ graph, math }: GraphFeatures, task: Task, sums: Value): Value {
  if (task.kind === 'regression') return sums;
  if (task.kind === 'multiclass') return graph.op('Softmax', [sums], { axis: 1 });
  const likely = graph.op('Sigmoid', [sums]);
  const other = graph.op('Sigmoid', [math.multiply(sums, -1)]);
  return beside(graph, positiveIndex(task) === 1 ? [other, likely] : [likely, other]);
}

/** What a model answers, back in the label’s own unit. */
export function inLabelUnits(
  { graph, math }: GraphFeatures,
  files: ModelFiles,
  task: Task,
  answers: Value,
): Value {
  const transform = task.kind === 'regression' ? readTransform(files) : null;
  if (transform === null) return answers;
  if (transform.kind === 'quantile')
    return interpolated(graph, math, transform.normal, transform.values, answers);
  const { shift, low, high } = transform;
  const label = math.subtract(math.apply('Exp', math.between(answers, low, high)), shift);
  return math.where(math.less(label, 0), 0, label);
}

/** The place of the answered class, as `predictedClass` chooses it; int64, one column. */
export function classPlace(
  { graph, math }: Pick<GraphFeatures, 'graph' | 'math'>,
  { task, threshold }: Pick<Manifest, 'task' | 'threshold'>,
  scores: Value,
): Value {
  const first = { axis: 1, keepdims: 1, select_last_index: 0 };
  if (task.kind === 'binary') {
    const second = graph.op('Gather', [scores, graph.wholes([1])], { axis: 1 });
    return math.asWhole(math.atLeast(second, threshold ?? 0.5));
  }
  if (task.kind === 'multiclass' && task.costs !== undefined) {
    const classes = task.classes.length;
    const costs = graph.constant({
      type: 'double',
      dims: [classes, classes],
      numbers: task.costs.flat(),
    });
    return graph.op('ArgMin', [graph.op('MatMul', [scores, costs])], first);
  }
  return graph.op('ArgMax', [scores], first);
}

/** The ends of an answer’s interval. */
export function intervalOf(
  graph: Graph,
  math: Arithmetic,
  { upTo, below, above, floor }: NonNullable<Manifest['interval']>,
  answer: Value,
): { readonly low: Value; readonly high: Value } {
  const part = math.asWhole(countUpTo(graph, math, upTo, answer, true));
  const end = math.subtract(answer, entryAt(graph, below, part));
  const floored = floor === undefined ? end : math.where(math.less(end, floor), floor, end);
  return {
    low: math.where(math.less(answer, floored), answer, floored),
    high: math.add(answer, entryAt(graph, above, part)),
  };
}
