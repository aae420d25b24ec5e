import { exportHints, onnxRefused } from './refused.ts';
import type { OnnxModel } from './model.ts';

/** Operators that make a tensor as large as an input says, and which of their inputs that is. */
const sizers: Readonly<Record<string, number>> = { ConstantOfShape: 0, Expand: 1 };
/** What these say of a value does not depend on what stands in it. */
const ofShapes = new Set(['Shape', 'Size']);

/**
 * No tensor is as large as the cells of a row say: else one request could ask for all memory.
 *
 * @throws refused where one is
 */
export function checkSizes({ graph }: OnnxModel): void {
  const weights = new Set(graph.initializers.map(({ name }) => name));
  const ofCells = new Set(graph.inputs.map(({ name }) => name).filter((name) => !weights.has(name)));
  for (const { operator, domain, inputs, outputs } of graph.nodes) {
    const sizer = domain === '' ? sizers[operator] : undefined;
    if (sizer !== undefined && ofCells.has(inputs[sizer] ?? ''))
      throw onnxRefused(
        `its ${operator} makes a tensor as large as the cells of a row say`,
        exportHints.again,
      );
    if (ofShapes.has(operator) || !inputs.some((name) => ofCells.has(name))) continue;
    for (const name of outputs) ofCells.add(name);
  }
}
