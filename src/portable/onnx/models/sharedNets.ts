import { readShared } from '../../../modeling/families/tabm/files.ts';
import type { SharedNets } from '../../../modeling/families/tabm/sharing.ts';
import type { ModelFiles, Task } from '../../../modeling/model.ts';
import { scoresOf } from '../answers.ts';
import type { GraphFeatures } from '../features.ts';
import type { Value } from '../graph.ts';

/** No mean probability is taken for less: `families/tabm/margin.ts`. */
const least = 1e-38;

/** Last-layer sums of all members, `members × rows × units`, float32: their weights stay shared. */
function memberSums({ graph, dense }: GraphFeatures, { members, hidden, last }: SharedNets): Value {
  const tensor = (dims: readonly number[], numbers: Float32Array): Value =>
    graph.constant({ type: 'float', dims, numbers });
  let values = graph.op('Unsqueeze', [dense(), graph.wholes([0])]);
  for (const { inputs, outputs, weights, left, right, bias } of hidden) {
    const seen = graph.op('Mul', [values, tensor([members, 1, inputs], left)]);
    const product = graph.op('MatMul', [seen, tensor([inputs, outputs], weights)]);
    const own = graph.op('Mul', [product, tensor([members, 1, outputs], right)]);
    values = graph.op('Relu', [graph.op('Add', [own, tensor([members, 1, outputs], bias)])]);
  }
  const { inputs, outputs, weights, bias } = last;
  const sums = graph.op('MatMul', [values, tensor([members, inputs, outputs], weights)]);
  return graph.op('Add', [sums, tensor([members, 1, outputs], bias)]);
}

/** The family tabm: the sums that answer the mean of what members answer. */
export function writeSharedNets(features: GraphFeatures, files: ModelFiles, task: Task): Value {
  const { graph, math } = features;
  const nets = readShared(files, task);
  const sums = math.asNumber(memberSums(features, nets));
  const mean = (value: Value): Value =>
    math.divide(graph.op('ReduceSum', [value, graph.wholes([0])], { keepdims: 0 }), nets.members);
  const logarithm = (value: Value): Value => {
    const shares = mean(value);
    return math.apply('Log', math.where(math.less(shares, least), least, shares));
  };
  const margin = (): Value => {
    if (task.kind === 'regression') return mean(sums);
    if (task.kind === 'multiclass') return logarithm(graph.op('Softmax', [sums], { axis: 2 }));
    const likely = logarithm(graph.op('Sigmoid', [sums]));
    const other = logarithm(graph.op('Sigmoid', [math.multiply(sums, -1)]));
    return math.subtract(likely, other);
  };
  const calibrated = math.add(math.multiply(margin(), nets.scale), graph.numbers(nets.shift));
  return scoresOf(features, task, calibrated);
}
