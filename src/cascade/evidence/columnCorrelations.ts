import { correlations } from '../../evaluation/correlations.ts';
import type { Correlations } from '../../evaluation/correlations.ts';
import type { FitInput } from '../fitting.ts';

/** Rows and columns that are looked at: some hundredths of a second. */
const [mostRows, mostColumns] = [5000, 60];

/** Rank correlations over the training part. Undefined where there is no column of numbers. */
export function columnCorrelations({
  rows: { table },
  inputs,
  target,
  task,
  split: { train },
}: Pick<FitInput, 'inputs' | 'target' | 'task' | 'split'> & {
  readonly rows: Pick<FitInput['rows'], 'table'>;
}): Correlations | undefined {
  const most = Math.min(train.length, mostRows);
  const chosen = Int32Array.from({ length: most }, (_, at) => train[Math.floor((at * train.length) / most)]!);
  const numbers = inputs.flatMap((name) => {
    const column = table.columns.get(name);
    return column?.kind === 'number' ? [{ name, column }] : [];
  });
  if (numbers.length === 0) return undefined;
  const looked = numbers.slice(0, mostColumns).map(({ name, column }) => ({
    name,
    values: Float64Array.from(chosen, (row) => column.values[row]!),
  }));
  const positive = task.kind === 'binary' ? task.classes.indexOf(task.positive) : null;
  const label = Float64Array.from(chosen, (row) =>
    positive === null ? target[row]! : Number(target[row] === positive),
  );
  return correlations(looked, task.kind === 'multiclass' ? null : label, numbers.length - looked.length);
}
