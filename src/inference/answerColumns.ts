import type { Table } from '../data/columns.ts';
import { predictedClass } from './answer.ts';
import type { Predictor } from './predictor.ts';

/** The model's own answers as columns: what prediction drift is measured on. */
export function answerColumns(predictor: Predictor, scores: Float64Array): Table {
  const { task } = predictor.manifest;
  const rows = scores.length / predictor.outputs;
  if (task.kind === 'regression')
    return { rows, columns: new Map([['prediction', { kind: 'number', values: scores }]]) };
  const at = (row: number): Float64Array =>
    scores.subarray(row * predictor.outputs, (row + 1) * predictor.outputs);
  const codes = Int32Array.from({ length: rows }, (_, row) => predictedClass(predictor.manifest, at(row)));
  const columns: [string, Table['columns'] extends ReadonlyMap<string, infer C> ? C : never][] = [
    ['predicted class', { kind: 'category', codes, dictionary: task.classes }],
  ];
  const shown = task.kind === 'binary' ? [1] : task.classes.map((_, index) => index);
  for (const output of shown)
    columns.push([
      `probability of ${task.classes[output]!}`,
      { kind: 'number', values: Float64Array.from({ length: rows }, (_, row) => at(row)[output]!) },
    ]);
  return { rows, columns: new Map(columns) };
}
