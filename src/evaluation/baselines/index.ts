import { majority } from './majority.ts';
import { mean } from './mean.ts';
import { oneRule } from './oneRule.ts';
import type { Table } from '../../data/columns.ts';
import type { Task } from '../../modeling/model.ts';
import type { Baseline, BaselineKind, BaselineRows } from './baseline.ts';
import { finish } from '../../work.ts';
import type { Work } from '../../work.ts';

export type { Baseline, BaselineKind, BaselineRows } from './baseline.ts';

/** Every kind of baseline, simplest first. */
export const baselineKinds: readonly BaselineKind[] = [majority, mean, oneRule];

/**
 * Fits every baseline that the task allows. `columns` are the inputs that a model may see (never the label or an
 * id); `validation` chooses between one-rule's candidates.
 */
export function fitBaselines(
  task: Task,
  train: BaselineRows,
  validation: BaselineRows,
  columns: readonly string[],
): readonly Baseline[] {
  return finish(fittingBaselines(task, train, validation, columns));
}

/** `fitBaselines` in pieces. */
export function* fittingBaselines(
  task: Task,
  train: BaselineRows,
  validation: BaselineRows,
  columns: readonly string[],
): Work<readonly Baseline[]> {
  const fitted: Baseline[] = [];
  for (const kind of baselineKinds) {
    if (!kind.tasks.includes(task.kind)) continue;
    const baseline =
      kind.fitting === undefined
        ? kind.fit(task, train, validation, columns)
        : yield* kind.fitting(task, train, validation, columns);
    if (baseline !== undefined) fitted.push(baseline);
    yield train.target.length;
  }
  return fitted;
}

/** A baseline's answers on the rows that a model is judged on. */
export interface ScoredBaseline {
  readonly name: string;
  readonly description: string;
  readonly threshold: number;
  readonly scores: Float64Array;
}

/** Answers of every baseline on a table, to be handed to `evaluate`. */
export function scoreBaselines(baselines: readonly Baseline[], table: Table): readonly ScoredBaseline[] {
  return baselines.map((baseline) => ({
    name: baseline.name,
    description: baseline.description,
    threshold: baseline.threshold,
    scores: baseline.predict(table),
  }));
}
