import { usageError } from '../../errors.ts';
import type { EncodedRows } from '../../features/encode.ts';
import type { Work } from '../../work.ts';
import { DensePass } from './densePass.ts';
import type { Sizes } from './densePass.ts';
import { mendSums } from './finiteSums.ts';
import type { Learner } from './loop.ts';
import { copyNetwork } from './network.ts';
import type { Network } from './network.ts';

/** Rows that are judged at once, where batches are smaller. */
const judgedRows = 256;

/**
 * A pass for learning batches of so many rows.
 *
 * @throws a usage error where it does not fit into memory
 */
export function learningPass(sizes: Sizes, batchRows: number, networks = 1): DensePass {
  try {
    return new DensePass(sizes, Math.max(batchRows, judgedRows), true, networks);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw usageError({
      code: 'net-too-large',
      message: `A net of ${sizes.join(' → ')} units does not fit into memory with ${batchRows} rows in a step (${cause.message}).`,
      hint: 'Lower `batch_size` or `hidden` of its family under `model:` in the pipeline.',
      cause,
    });
  }
}

/** Sums of all rows, as many at once as the pass holds. */
export function* sumsOfRows(
  pass: Pick<DensePass, 'inputs' | 'rows'>,
  blocks: EncodedRows,
  units: number,
  sums: (rows: number) => Float32Array,
): Work<Float32Array> {
  const { rows } = blocks;
  const width = blocks.names.length;
  const all = new Float32Array(rows * units);
  for (let from = 0; from < rows; from += pass.rows) {
    const to = Math.min(from + pass.rows, rows);
    const dense = pass.inputs.subarray(0, (to - from) * width);
    blocks.range(from, to, dense);
    const own = all.subarray(from * units, to * units);
    own.set(sums(to - from));
    mendSums(own, units, dense, width, (row) => {
      pass.inputs.set(row);
      return sums(1);
    });
    yield to - from;
  }
  return all;
}

/** How dense networks of these sizes learn. */
export function denseLearner(sizes: Sizes, batchRows: number): Learner<Network> {
  const pass = learningPass(sizes, batchRows);
  const units = sizes.at(-1)!;
  return {
    inputs: pass.inputs,
    parameters: (network) =>
      network.flatMap(({ weights, bias }) => [
        { values: weights, decays: true },
        { values: bias, decays: false },
      ]),
    copy: copyNetwork,
    learn: (network, ...batch) => {
      pass.load(network);
      const { loss, gradients } = pass.learn(...batch);
      return { loss, gradients: gradients.flatMap(({ weights, bias }) => [weights, bias]) };
    },
    *sums(network, blocks) {
      pass.load(network);
      return yield* sumsOfRows(pass, blocks, units, (rows) => pass.sums(rows));
    },
  };
}
