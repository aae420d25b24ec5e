import type { BackendName, ModelFiles, Scorer, Task } from '../../model.ts';
import { readNetwork } from '../../networks/artifact.ts';
import { loadBackend } from '../../networks/backend.ts';
import { readBackground } from '../../networks/background.ts';
import { networkScorer } from '../../networks/scorer.ts';

/** The scorer of a kept perceptron. */
export async function loadMlp(files: ModelFiles, task: Task, backend: 'auto' | BackendName): Promise<Scorer> {
  const network = readNetwork(files, task);
  const background = readBackground(files, network[0]!.inputs);
  return networkScorer(await loadBackend(backend), task, network, background);
}

/** One of a single layer that came without rows to explain by: what linear models were in aieng 0.1. */
export async function loadLayer(
  files: ModelFiles,
  task: Task,
  backend: 'auto' | BackendName,
): Promise<Scorer> {
  const network = readNetwork(files, task);
  return networkScorer(await loadBackend(backend), task, network, null);
}
