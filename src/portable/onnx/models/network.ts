import type { ModelFiles, Task } from '../../../modeling/model.ts';
import { readNetwork } from '../../../modeling/networks/artifact.ts';
import { scoresOf } from '../answers.ts';
import type { GraphFeatures } from '../features.ts';
import type { Value } from '../graph.ts';

/** A network of dense layers, in float32 as it was trained. */
export function writeNetwork(features: GraphFeatures, files: ModelFiles, task: Task): Value {
  const { graph, math } = features;
  const network = readNetwork(files, task);
  const sums = network.reduce((values, { inputs, outputs, weights, bias }, at) => {
    const product = graph.op('Gemm', [
      values,
      graph.constant({ type: 'float', dims: [inputs, outputs], numbers: weights }),
      graph.constant({ type: 'float', dims: [outputs], numbers: bias }),
    ]);
    return at < network.length - 1 ? graph.op('Relu', [product]) : product;
  }, features.dense());
  return scoresOf(features, task, math.asNumber(sums));
}
