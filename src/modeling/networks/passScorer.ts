import type { Backend, Scorer, Task } from '../model.ts';
import { outputUnits, scoresOf, scoreWidth } from '../outputs.ts';
import { withoutBackground } from './background.ts';
import { sumsOfRows } from './denseLearner.ts';
import type { DensePass } from './densePass.ts';
import { mendSums } from './finiteSums.ts';
import { sampledExplainer } from './sampledExplainer.ts';

/** Nets that a pass of the kernel holds. */
export interface PassedNets {
  /** With the weights in it; so many rows are answered at once as it takes. */
  readonly pass: DensePass;
  /** Inputs of a row. */
  readonly width: number;
  /** Weights, which decide what an explanation costs. */
  readonly steps: number;
  /** The sums of the output units of the rows that lie in `pass.inputs`, rows × units. */
  readonly sums: (rows: number) => Float32Array;
  readonly backend: Backend;
}

/** A scorer by the kernel that trains nets. `background`: rows that explaining starts from; null where the bundle has none. */
export function passScorer(
  task: Task,
  { pass, width, steps, sums, backend }: PassedNets,
  background: Float32Array | null,
): Scorer {
  const units = outputUnits(task);
  const logits = (dense: Float32Array, rows: number): Float32Array => {
    const all = new Float32Array(rows * units);
    for (let from = 0; from < rows; from += pass.rows) {
      const to = Math.min(rows, from + pass.rows);
      pass.inputs.set(dense.subarray(from * width, to * width));
      all.set(sums(to - from), from * units);
    }
    mendSums(all, units, dense, width, (row) => {
      pass.inputs.set(row);
      return sums(1);
    });
    return all;
  };
  return {
    input: 'blocks',
    outputs: scoreWidth(task),
    backend,
    *predict({ blocks }) {
      return scoresOf(task, yield* sumsOfRows(pass, blocks, units, sums));
    },
    explain: (sources) => {
      if (background === null) throw withoutBackground();
      return sampledExplainer({ units, steps, logits }, background, sources);
    },
    dispose: () => undefined,
  };
}
