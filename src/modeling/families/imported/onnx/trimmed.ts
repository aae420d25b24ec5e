import type { ModelFiles } from '../../../model.ts';
import { ownTensor } from './external.ts';
import type { CheckedGraph } from './graph.ts';
import type { OnnxNode } from './node.ts';
import type { OnnxTensor } from './tensor.ts';
import { elementTypes } from './value.ts';
import type { OnnxValue } from './value.ts';
import { bytesField, joined, varintField } from './wire.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A value with its type, as a row at a time has it. */
function valueMessage({ name, tensor }: OnnxValue, dims: readonly number[]): Uint8Array {
  const shape = joined(dims.map((dim) => bytesField(1, varintField(1, dim))));
  const type = joined([varintField(1, elementTypes[tensor!.type].code), bytesField(2, shape)]);
  return joined([bytesField(1, encode(name)), bytesField(2, bytesField(1, type))]);
}

/** A value without its type, which the engine finds out. */
const bareValue = (name: string): Uint8Array => bytesField(1, encode(name));

/**
 * The part of a model that its answer is made by, written anew: what was read and checked, and nothing else of the file.
 *
 * @param shapes dimensions of each input of one row
 */
export function trimmedModel(
  { model, weights }: CheckedGraph,
  nodes: readonly OnnxNode[],
  inputs: readonly { readonly value: OnnxValue; readonly dims: readonly number[] }[],
  output: string,
  files: ModelFiles,
): Uint8Array {
  const used = new Set([...nodes.flatMap((node) => node.inputs), output]);
  const kept: readonly OnnxTensor[] = [...weights.values()].filter(({ name }) => used.has(name));
  const domains = new Set(['', ...nodes.map(({ domain }) => domain)]);
  const graph = joined([
    ...nodes.map(({ bytes }) => bytesField(1, bytes)),
    bytesField(2, encode('model')),
    ...kept.map((tensor) => bytesField(5, ownTensor(tensor, files))),
    ...inputs.map(({ value, dims }) => bytesField(11, valueMessage(value, dims))),
    bytesField(12, bareValue(output)),
  ]);
  return joined([
    // From 4 on weights need not be inputs, too.
    varintField(1, Math.max(4, model.irVersion)),
    bytesField(7, graph),
    ...[...domains].flatMap((domain) => {
      const version = model.opsets.get(domain);
      return version === undefined
        ? []
        : [bytesField(8, joined([bytesField(1, encode(domain)), varintField(2, version)]))];
    }),
  ]);
}
