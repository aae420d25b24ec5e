import type { Table } from '../data/columns.ts';
import { predictedClass } from './answer.ts';
import type { Predictor } from './predictor.ts';

/** The model's own answers as columns: what prediction drift is measured on. */
export function answerColumns(predictor: Predictor, scores: Float64Array): Table {
  const { task } = predictor.manifest;
  const rows = scores.length / predictor.outputs;
  if (task.kind === 'regression')
    return { rows, columns: new Map([['prediction', { kind: 'number', values: scores }]]) };
  const { outputs } = predictor;
  const codes = new Int32Array(rows);
  const own = new Float64Array(outputs);
  for (let row = 0; row < rows; row += 1) {
    for (let output = 0; output < outputs; output += 1) own[output] = scores[row * outputs + output]!;
    codes[row] = predictedClass(predictor.manifest, own);
  }
  const columns: [string, Table['columns'] extends ReadonlyMap<string, infer C> ? C : never][] = [
    ['predicted class', { kind: 'category', codes, dictionary: task.classes }],
  ];
  const shown = task.kind === 'binary' ? [1] : task.classes.map((_, index) => index);
  for (const output of shown) {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) values[row] = scores[row * outputs + output]!;
    columns.push([`probability of ${task.classes[output]!}`, { kind: 'number', values }]);
  }
  return { rows, columns: new Map(columns) };
}
