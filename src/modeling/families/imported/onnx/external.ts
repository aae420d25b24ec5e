import type { ModelFiles } from '../../../model.ts';
import { readModel } from './model.ts';
import type { OnnxModel } from './model.ts';
import { onnxRefused } from './refused.ts';
import type { OnnxTensor } from './tensor.ts';
import { elementTypes } from './value.ts';
import { bytesField, joined, varintField } from './wire.ts';

const hint = 'Keep the weights in a file beside the model, or export it with its weights in it.';

/** The tensors of a model that may lie in another file. */
function* externalTensors({ graph }: OnnxModel): Generator<OnnxTensor> {
  for (const tensor of graph.initializers) if (tensor.external !== null) yield tensor;
  for (const { attributes } of graph.nodes)
    for (const { tensor } of attributes.values())
      if (tensor !== null && tensor.external !== null)
        throw onnxRefused('a constant of it lies in another file', hint);
}

/** A path below the model’s own folder, of plain names. */
function requireOwn(location: string): void {
  const parts = location.split('/');
  const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!plain || /[\\:\0]/.test(location) || location.length > 1024)
    throw onnxRefused(
      `its weights lie in ${JSON.stringify(location)}, which is no file within its own folder`,
      hint,
    );
}

/** Files beside a model that its weights lie in, by path from its folder. @throws refused for paths that lead elsewhere */
export function externalFiles(bytes: Uint8Array): readonly string[] {
  const found = new Set<string>();
  for (const { external } of externalTensors(readModel(bytes))) {
    requireOwn(external!.location);
    found.add(external!.location);
  }
  return [...found].sort();
}

/** The bytes of a tensor in another file; null where it has its own. */
function bytesOf({ name, type, elements, external }: OnnxTensor, files: ModelFiles): Uint8Array | null {
  if (external === null) return null;
  const { location, offset, length } = external;
  requireOwn(location);
  const file = files.get(location);
  if (file === undefined)
    throw onnxRefused(`the file ${JSON.stringify(location)} with its weights is absent`, hint);
  const size = elements * elementTypes[type].bytes;
  const end = offset + (length ?? size);
  if (end > file.length || (length !== null && length !== size))
    throw onnxRefused(
      `tensor ${JSON.stringify(name)} has ${size} bytes, and would be bytes ${offset} to ${end} of ${location}, which has ${file.length}`,
      hint,
    );
  return file.subarray(offset, offset + size);
}

/** The message of a tensor with its bytes in it. */
export function ownTensor(tensor: OnnxTensor, files: ModelFiles): Uint8Array {
  const raw = bytesOf(tensor, files);
  if (raw === null) return tensor.bytes;
  return joined([
    ...tensor.dims.map((dim) => varintField(1, dim)),
    varintField(2, elementTypes[tensor.type].code),
    bytesField(8, new TextEncoder().encode(tensor.name)),
    bytesField(9, raw),
  ]);
}
