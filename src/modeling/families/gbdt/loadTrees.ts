import type { ModelFiles, Scorer, Task } from '../../model.ts';
import { readFiles } from './files.ts';
import { treeScorer } from './scorer.ts';

/** The scorer of kept trees. */
export const loadTrees = (files: ModelFiles, task: Task): Scorer => treeScorer(task, readFiles(files, task));
