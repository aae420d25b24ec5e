import type { Task } from '../data/task.ts';

/** Number of scores a row gets: one per class, or 1. */
function outputsOf(task: Task): number {
  return task.kind === 'regression' ? 1 : task.classes.length;
}

/**
 * What one would say of these rows without looking at them: class shares (each class counted once more, so that
 * none is impossible) or the mean.
 */
export function priorOf(task: Task, target: Float64Array): Float64Array {
  const prior = new Float64Array(outputsOf(task));
  let rows = 0;
  if (task.kind !== 'regression') {
    prior.fill(1);
    rows = prior.length;
  }
  for (const value of target) {
    if (Number.isNaN(value)) continue;
    rows += 1;
    if (task.kind === 'regression') prior[0]! += value;
    else prior[value]! += 1;
  }
  return rows === 0 ? prior : prior.map((sum) => sum / rows);
}
