import { canonicalJson } from '../../digest.ts';
import { damagedError } from '../../errors.ts';
import type { ModelFiles, Task } from '../model.ts';
import type { Activation, DenseLayer, Network } from './network.ts';
import { outputActivation } from './network.ts';
import { outputUnits } from '../outputs.ts';

const topologyFile = 'model.json';
const weightsFile = 'weights.bin';

/**
 * A network as a stock TensorFlow.js layers model: `model.json` (canonical JSON, nothing of time or place) and
 * `weights.bin` (float32, little-endian, kernel then bias by layer). `tf.loadLayersModel` reads it anywhere.
 */
export function writeNetwork(network: Network): ModelFiles {
  const layers = network.map((layer, index) => ({
    class_name: 'Dense',
    config: {
      name: layerName(index),
      trainable: true,
      dtype: 'float32',
      ...(index === 0 ? { batch_input_shape: [null, layer.inputs] } : {}),
      units: layer.outputs,
      activation: layer.activation,
      use_bias: true,
    },
  }));
  const weights = network.flatMap((layer, index) => [
    { name: `${layerName(index)}/kernel`, shape: [layer.inputs, layer.outputs], dtype: 'float32' },
    { name: `${layerName(index)}/bias`, shape: [layer.outputs], dtype: 'float32' },
  ]);
  const document = {
    format: 'layers-model',
    generatedBy: 'aieng',
    convertedBy: null,
    modelTopology: { class_name: 'Sequential', config: { name: 'aieng', layers } },
    weightsManifest: [{ paths: [weightsFile], weights }],
  };
  return new Map([
    [topologyFile, new TextEncoder().encode(`${canonicalJson(document)}\n`)],
    [weightsFile, encodeFloats(network.flatMap((layer) => [layer.weights, layer.bias]))],
  ]);
}

function layerName(index: number): string {
  return `dense_${index + 1}`;
}

function encodeFloats(arrays: readonly Float32Array[]): Uint8Array {
  const count = arrays.reduce((sum, array) => sum + array.length, 0);
  const bytes = new Uint8Array(4 * count);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const array of arrays)
    for (const value of array) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  return bytes;
}

/**
 * Reads the two files back. They are untrusted: only dense, dropout, activation and input layers are known, every
 * size must agree with the weights and the task, and every weight must be a finite number.
 *
 * @throws a damaged error (exit 8) that names what is wrong
 */
export function readNetwork(files: ModelFiles, task: Task): Network {
  const json = files.get(topologyFile);
  const bytes = files.get(weightsFile);
  if (json === undefined) throw damaged(`${topologyFile} is missing`);
  if (bytes === undefined) throw damaged(`${weightsFile} is missing`);
  const document = parse(json);
  const shapes = readShapes(document);
  checkTask(shapes, task);
  checkManifest(document, shapes);
  return readWeights(shapes, bytes);
}

interface LayerShape {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  activation: Activation;
}

function damaged(what: string): Error {
  return damagedError({
    code: 'model-damaged',
    message: `The model cannot be read: ${what}.`,
    hint: 'Restore the bundle from where it came from, or train and package the model again.',
  });
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw damaged(`${topologyFile} is not JSON`);
  }
}

/** The own member of an untrusted object, or undefined. */
function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged(`${what} is not a list`);
  return value;
}

function readShapes(document: unknown): readonly LayerShape[] {
  const wrapped = member(document, 'modelTopology');
  const topology = member(wrapped, 'model_config') ?? wrapped;
  if (member(topology, 'class_name') !== 'Sequential') throw damaged('it is not a Sequential model');
  const config = member(topology, 'config');
  const layers = list(Array.isArray(config) ? config : member(config, 'layers'), 'the list of layers');
  const shapes: LayerShape[] = [];
  let width: number | undefined;
  for (const layer of layers) {
    const settings = member(layer, 'config');
    width ??= inputWidth(settings);
    const kind = member(layer, 'class_name');
    if (kind === 'InputLayer' || kind === 'Dropout') continue;
    if (kind === 'Activation') {
      const last = shapes.at(-1);
      if (last?.activation !== 'linear') throw damaged('an activation does not follow a linear dense layer');
      last.activation = activationOf(settings);
      continue;
    }
    if (kind !== 'Dense') throw damaged(`a layer of kind ${JSON.stringify(kind)} is not known`);
    if (width === undefined) throw damaged('the number of inputs is missing');
    const shape = denseShape(settings, width);
    shapes.push(shape);
    width = shape.outputs;
  }
  if (shapes.length === 0) throw damaged('it has no dense layer');
  for (const [index, { activation }] of shapes.entries())
    if (index < shapes.length - 1 && activation !== 'relu')
      throw damaged(`hidden layer ${index + 1} has activation ${activation}, expected relu`);
  return shapes;
}

function inputWidth(settings: unknown): number | undefined {
  const shape = member(settings, 'batch_input_shape') ?? member(settings, 'batch_shape');
  if (shape === undefined) return undefined;
  const [, width, ...more] = list(shape, 'batch_input_shape');
  if (more.length > 0) throw damaged('batch_input_shape has more than two sizes');
  return size(width, 'the number of inputs');
}

function size(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > 1e6)
    throw damaged(`${what} is ${JSON.stringify(value)}, expected a whole number from 1 to 1,000,000`);
  return value;
}

function activationOf(settings: unknown): Activation {
  const name = member(settings, 'activation') ?? 'linear';
  if (name === 'relu' || name === 'linear' || name === 'sigmoid' || name === 'softmax') return name;
  throw damaged(`activation ${JSON.stringify(name)} is not known`);
}

function denseShape(settings: unknown, inputs: number): LayerShape {
  const name = member(settings, 'name');
  if (typeof name !== 'string') throw damaged('a layer has no name');
  if (member(settings, 'use_bias') === false) throw damaged(`layer ${name} has no bias`);
  return {
    name,
    inputs,
    outputs: size(member(settings, 'units'), 'units'),
    activation: activationOf(settings),
  };
}

function checkTask(shapes: readonly LayerShape[], task: Task): void {
  const last = shapes.at(-1)!;
  const units = outputUnits(task);
  const activation = outputActivation(task);
  if (last.outputs !== units || last.activation !== activation)
    throw damaged(
      `its last layer is ${last.outputs} × ${last.activation}, expected ${units} × ${activation} (${task.kind})`,
    );
}

/** The manifest must name this one file and exactly the arrays that the layers have, in their order. */
function checkManifest(document: unknown, shapes: readonly LayerShape[]): void {
  const groups = list(member(document, 'weightsManifest'), 'weightsManifest');
  if (groups.length !== 1) throw damaged('weightsManifest has more than one group');
  const paths = list(member(groups[0], 'paths'), 'paths');
  if (paths.length !== 1 || paths[0] !== weightsFile) throw damaged(`its weights are not in ${weightsFile}`);
  const found = list(member(groups[0], 'weights'), 'weights').map((spec) => ({
    name: member(spec, 'name'),
    shape: member(spec, 'shape'),
    dtype: member(spec, 'dtype'),
    quantization: member(spec, 'quantization'),
  }));
  const expected = shapes.flatMap(({ name, inputs, outputs }) => [
    { name: `${name}/kernel`, shape: [inputs, outputs], dtype: 'float32', quantization: undefined },
    { name: `${name}/bias`, shape: [outputs], dtype: 'float32', quantization: undefined },
  ]);
  if (canonicalJson(found) !== canonicalJson(expected))
    throw damaged('the arrays of weightsManifest are not those of its layers');
}

function readWeights(shapes: readonly LayerShape[], bytes: Uint8Array): Network {
  const count = shapes.reduce((sum, { inputs, outputs }) => sum + inputs * outputs + outputs, 0);
  if (bytes.length !== 4 * count)
    throw damaged(`${weightsFile} has ${bytes.length} bytes, expected ${4 * count}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): Float32Array => {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i += 1, at += 4) {
      values[i] = view.getFloat32(at, true);
      if (!Number.isFinite(values[i]))
        throw damaged(`${weightsFile} holds a weight that is not a finite number`);
    }
    return values;
  };
  return shapes.map(({ inputs, outputs, activation }): DenseLayer => {
    const weights = take(inputs * outputs);
    return { inputs, outputs, weights, bias: take(outputs), activation };
  });
}
