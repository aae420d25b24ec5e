import type { ModelFiles, Scorer, Task } from '../../model.ts';
import { readBound } from './files.ts';
import { foreignScorer } from './scorer.ts';

/** The scorer of a model that was made elsewhere. */
export const loadForeign = async (files: ModelFiles, task: Task): Promise<Scorer> =>
  foreignScorer(task, await readBound(files, task));
