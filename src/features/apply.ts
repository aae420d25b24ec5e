import type { Table } from '../data/columns.ts';
import { encode } from './encode.ts';
import { prepare } from './prepare.ts';
import { programOf } from './program.ts';
import type { FeatureMatrix, FittedFeatures } from './spec.ts';

/**
 * Both steps at once: columns → features, `rows × outputs` row-major, float32, all finite. For a request, a batch of a
 * few thousand rows, a golden row; the service and a browser use it. Each row's features depend on that row only. Throws
 * a data error where an input is absent or of another kind, a `damaged` error where the fitted features are not what
 * `fit` makes.
 */
export function apply(fitted: FittedFeatures, table: Table): FeatureMatrix {
  const { names } = programOf(fitted);
  const { rows } = table;
  const dense = new Float32Array(rows * names.length);
  encode(fitted, prepare(fitted, table), 0, rows, dense);
  return { rows, names, dense };
}

/** Names of the outputs, in the order of a feature row's cells. */
export function outputNames(fitted: FittedFeatures): readonly string[] {
  return fitted.encoded.flatMap((encoding) => encoding.outputs);
}
