import type { ColumnDrift, MonitorReport } from '../report.ts';

/** How much the model depends on a column: what its metric loses where the column is shuffled. */
export interface ColumnImportance {
  readonly column: string;
  readonly drop: number;
}

/**
 * Which inputs explain a change of the answers: importance × drift. A column that drifted far and that the model does
 * not heed changes nothing, nor does an important one that stayed. Undefined where nothing drifted, or no drifted column
 * has a known importance.
 */
export function explainChange(
  drift: readonly ColumnDrift[],
  importances: readonly ColumnImportance[],
): NonNullable<MonitorReport['explained']> | undefined {
  const known = new Map(importances.map(({ column, drop }) => [column, Math.max(0, drop)]));
  const drifted = drift.filter(({ of, state }) => of === 'input' && state === 'drifted');
  const weighed = drifted.map(({ column, effect }) => {
    const importance = known.get(column);
    return { column, effect, importance: importance ?? null, weight: effect * (importance ?? 0) };
  });
  const all = weighed.reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0) return undefined;
  return weighed
    .sort((left, right) => right.weight - left.weight || right.effect - left.effect)
    .map(({ weight, ...column }) => ({ ...column, share: weight / all }));
}
