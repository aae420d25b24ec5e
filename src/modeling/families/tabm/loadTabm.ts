import type { ModelFiles, Scorer, Task } from '../../model.ts';
import { readBackground } from '../../networks/background.ts';
import { readShared } from './files.ts';
import { sharedScorer } from './scorer.ts';

/** The scorer of kept nets. */
export function loadTabm(files: ModelFiles, task: Task): Scorer {
  const nets = readShared(files, task);
  const width = (nets.hidden[0] ?? nets.last).inputs;
  return sharedScorer(task, nets, readBackground(files, width));
}
