import type { ModelFiles, Scorer, Task } from '../../model.ts';
import { readRule } from './files.ts';
import { ruleScorer } from './model.ts';

/** The scorer of a kept rule. */
export const loadRule = (files: ModelFiles, task: Task): Scorer => ruleScorer(task, readRule(files, task));
