import type { BackendName, ModelFiles, Scorer, Task } from '../../model.ts';
import { isLinear, readLinear } from './files.ts';
import { linearScorer } from './model.ts';

/** The scorer of a kept model. */
export async function loadLinear(
  files: ModelFiles,
  task: Task,
  backend: 'auto' | BackendName,
): Promise<Scorer> {
  if (isLinear(files)) return linearScorer(task, readLinear(files, task));
  // A bundle of aieng 0.1: one dense layer, as a layers model of TensorFlow.js.
  return (await import('../mlp/loadMlp.ts')).loadLayer(files, task, backend);
}
