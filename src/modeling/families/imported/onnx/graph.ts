import { checkEnsemble, widestSplit } from './ensembles.ts';
import { checkLengths } from './lengths.ts';
import type { OnnxModel } from './model.ts';
import type { OnnxNode } from './node.ts';
import { knownDomains } from './operators.ts';
import { exportHints, onnxRefused } from './refused.ts';
import { checkSizes } from './sizes.ts';
import type { OnnxTensor } from './tensor.ts';
import type { OnnxValue } from './value.ts';

/** A graph that was checked: every operator known, every value made once and before it is used. */
export interface CheckedGraph {
  readonly model: OnnxModel;
  /** What a row brings: inputs that are no weights. */
  readonly inputs: readonly OnnxValue[];
  /** By name of a value the operator that makes it. */
  readonly makers: ReadonlyMap<string, OnnxNode>;
  readonly weights: ReadonlyMap<string, OnnxTensor>;
}

const leastIr = 3;
const latestIr = 13;
/** `ai.onnx.ml:Scaler`. */
export const nameOf = ({ domain, operator }: OnnxNode): string => `${domain || 'ai.onnx'}:${operator}`;

function checkOperator(node: OnnxNode, { opsets }: OnnxModel): void {
  const known = knownDomains.get(node.domain);
  if (known === undefined || !known.operators.has(node.operator))
    throw onnxRefused(`it has the operator ${nameOf(node)}, which is not taken`, exportHints.operators);
  const version = opsets.get(node.domain);
  if (version === undefined)
    throw onnxRefused(`it has the operator ${nameOf(node)}, and does not say of which opset`);
  if (!(version >= known.least && version <= known.latest))
    throw onnxRefused(
      `its operators are of opset ${version} of ${node.domain || 'ai.onnx'}, expected ${known.least} to ${known.latest}`,
      exportHints.operators,
    );
}

/** Values by name, each made once, before it is used. */
function checkOrder({ graph }: OnnxModel): CheckedGraph['makers'] {
  const made = new Set([...graph.initializers, ...graph.inputs].map(({ name }) => name));
  const makers = new Map<string, OnnxNode>();
  for (const node of graph.nodes) {
    const early = node.inputs.find((name) => name !== '' && !made.has(name));
    if (early !== undefined)
      throw onnxRefused(
        `${nameOf(node)} takes ${JSON.stringify(early)}, which nothing before it makes (a circle, or a part that is missing)`,
      );
    for (const name of node.outputs.filter((each) => each !== '')) {
      if (made.has(name)) throw onnxRefused(`${JSON.stringify(name)} is made twice`);
      made.add(name);
      makers.set(name, node);
    }
  }
  const loose = graph.outputs.find(({ name }) => !made.has(name));
  if (loose !== undefined) throw onnxRefused(`nothing makes its output ${JSON.stringify(loose.name)}`);
  return makers;
}

function checkNames({ graph: { inputs, initializers, outputs } }: OnnxModel): void {
  for (const [kind, list] of Object.entries({ inputs, 'tensors of weights': initializers, outputs })) {
    const names = list.map(({ name }) => name);
    if (new Set(names).size !== names.length || names.includes(''))
      throw onnxRefused(`two of its ${kind} have one name, or one has none`);
  }
}

/** How many inputs a row of this value has, where its shape says it. */
const lastDim = (value: OnnxValue | undefined): number | null => {
  const dims = value?.tensor?.dims;
  return dims?.length === 2 ? (dims[1] ?? null) : null;
};

/**
 * The whole graph, checked before any engine sees it.
 *
 * @throws refused with what is wrong in it
 */
export function checkGraph(model: OnnxModel): CheckedGraph {
  const { irVersion, graph } = model;
  if (!(irVersion >= leastIr && irVersion <= latestIr))
    throw onnxRefused(
      `its form is version ${irVersion}, expected ${leastIr} to ${latestIr}`,
      exportHints.operators,
    );
  checkNames(model);
  for (const node of graph.nodes) checkOperator(node, model);
  const makers = checkOrder(model);
  checkSizes(model);
  const weights = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const inputs = graph.inputs.filter(({ name }) => !weights.has(name));
  if (inputs.length === 0) throw onnxRefused('it has no input');
  const byName = new Map(inputs.map((value) => [value.name, value]));
  for (const node of graph.nodes) {
    checkLengths(node);
    if (/^TreeEnsemble/.test(node.operator)) checkEnsemble(node, lastDim(byName.get(node.inputs[0] ?? '')));
  }
  return { model, inputs, makers, weights };
}

/** How many inputs a row of this value needs, by the operator that takes it; null where none says it. */
export function widthWanted({ model: { graph }, weights }: CheckedGraph, name: string): number | null {
  const widths = graph.nodes.flatMap((node): number[] => {
    if (node.inputs[0] !== name) return [];
    const length = (attribute: string): number => node.attributes.get(attribute)?.floats.length ?? 0;
    switch (node.operator) {
      case 'MatMul':
      case 'Gemm': {
        const dims = weights.get(node.inputs[1] ?? '')?.dims ?? [];
        const turned = (node.attributes.get('transB')?.whole ?? 0) !== 0;
        return dims.length === 2 ? [dims[turned ? 1 : 0]!] : [];
      }
      case 'Scaler':
        return [length('offset')];
      case 'Imputer':
        return [length('imputed_value_floats')];
      case 'LinearRegressor':
        return [length('coefficients') / (node.attributes.get('targets')?.whole ?? 1)];
      case 'LinearClassifier':
        return [length('coefficients') / Math.max(1, length('intercepts'))];
      case 'TreeEnsembleClassifier':
      case 'TreeEnsembleRegressor':
        return [widestSplit(node) + 1];
      default:
        return [];
    }
  });
  const width = Math.max(0, ...widths.filter((each) => Number.isInteger(each)));
  return width > 0 ? width : null;
}
