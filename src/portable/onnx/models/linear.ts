import { isLinear, readLinear } from '../../../modeling/families/linear/files.ts';
import type { ModelFiles, Task } from '../../../modeling/model.ts';
import { scoresOf } from '../answers.ts';
import type { GraphFeatures } from '../features.ts';
import type { Value } from '../graph.ts';
import { writeNetwork } from './network.ts';

/** The family linear: float64 sums of float32 cells. Those of aieng 0.1 are networks of one layer. */
export function writeLinear(features: GraphFeatures, files: ModelFiles, task: Task): Value {
  if (!isLinear(files)) return writeNetwork(features, files, task);
  const { width, units, weights, intercepts } = readLinear(files, task);
  const { graph, math } = features;
  const tensor = graph.constant({ type: 'double', dims: [width, units], numbers: weights });
  const sums = graph.op('MatMul', [math.asNumber(features.dense()), tensor]);
  return scoresOf(features, task, math.add(sums, graph.numbers(intercepts)));
}
