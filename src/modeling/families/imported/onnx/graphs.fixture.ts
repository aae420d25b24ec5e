import { bytesField, joined, varintField, wires } from './wire.ts';
import { tensorMessage } from './write.ts';

// Small ONNX files, written field by field, for what no exporter writes.

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (number: number, value: string): Uint8Array => bytesField(number, encode(value));

function floats(number: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => view.setFloat32(at * 4, value, true));
  return bytesField(number, bytes);
}

/** An attribute by what it is given: a word, words, whole numbers, or numbers with fractions (`{ floats }`). */
type Given = string | number | readonly string[] | readonly number[] | { readonly floats: readonly number[] };

function attribute(name: string, given: Given): Uint8Array {
  if (typeof given === 'string') return joined([text(1, name), text(4, given), varintField(20, 3)]);
  if (typeof given === 'number') return joined([text(1, name), varintField(3, given), varintField(20, 2)]);
  if ('floats' in given) return joined([text(1, name), floats(7, given.floats), varintField(20, 6)]);
  const parts = given.map((each) => (typeof each === 'string' ? text(9, each) : varintField(8, each)));
  return joined([text(1, name), ...parts, varintField(20, typeof given[0] === 'string' ? 8 : 7)]);
}

export interface NodeSketch {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Given>>;
  /** Fields of the node that are handed on as they are. */
  readonly more?: Uint8Array;
}

const node = ({ operator, inputs, outputs, domain = '', attributes = {}, more }: NodeSketch): Uint8Array =>
  joined([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, given]) => bytesField(5, attribute(name, given))),
    text(7, domain),
    ...(more === undefined ? [] : [more]),
  ]);

/** float = 1, int64 = 7, string = 8. */
export interface ValueSketch {
  readonly name: string;
  readonly type?: number;
  readonly dims?: readonly number[];
}

/** Dimension 0 is left open. */
const value = ({ name, type = 1, dims = [0, 1] }: ValueSketch): Uint8Array => {
  const shape = joined(dims.map((dim) => bytesField(1, dim === 0 ? text(2, 'n') : varintField(1, dim))));
  return joined([
    text(1, name),
    bytesField(2, bytesField(1, joined([varintField(1, type), bytesField(2, shape)]))),
  ]);
};

export const weights = (name: string, dims: readonly number[], values: readonly number[]): Uint8Array =>
  joined([...dims.map((dim) => varintField(1, dim)), varintField(2, 1), floats(4, values), text(8, name)]);

/** A tensor of whole numbers (int64) of one dimension. */
export const wholes = (name: string, values: readonly number[]): Uint8Array =>
  tensorMessage({ type: 'int64', dims: [values.length], numbers: values }, name);

export interface GraphSketch {
  readonly nodes: readonly NodeSketch[];
  readonly inputs?: readonly ValueSketch[];
  readonly outputs?: readonly ValueSketch[];
  readonly tensors?: readonly Uint8Array[];
  readonly opsets?: Readonly<Record<string, number>>;
  /** Fields of the model that are handed on as they are. */
  readonly more?: Uint8Array;
}

/** An ONNX file of these parts. */
export const onnxFile = ({
  nodes,
  inputs = [{ name: 'x' }],
  outputs = [{ name: 'y' }],
  tensors = [],
  opsets = { '': 17, 'ai.onnx.ml': 3 },
  more,
}: GraphSketch): Uint8Array =>
  joined([
    varintField(1, 8),
    bytesField(
      7,
      joined([
        ...nodes.map((each) => bytesField(1, node(each))),
        text(2, 'g'),
        ...tensors.map((tensor) => bytesField(5, tensor)),
        ...inputs.map((each) => bytesField(11, value(each))),
        ...outputs.map((each) => bytesField(12, value(each))),
      ]),
    ),
    ...Object.entries(opsets).map(([domain, version]) =>
      bytesField(8, joined([text(1, domain), varintField(2, version)])),
    ),
    ...(more === undefined ? [] : [more]),
  ]);

/** A tree of one split on the first input: below or at .5 it is the first leaf. */
export const tree = (leaves: readonly [number, number], own: NodeSketch['attributes'] = {}): NodeSketch => ({
  operator: 'TreeEnsembleRegressor',
  domain: 'ai.onnx.ml',
  inputs: ['x'],
  outputs: ['y'],
  attributes: {
    n_targets: 1,
    nodes_treeids: [0, 0, 0],
    nodes_nodeids: [0, 1, 2],
    nodes_featureids: [0, 0, 0],
    nodes_values: { floats: [0.5, 0, 0] },
    nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF'],
    nodes_truenodeids: [1, 0, 0],
    nodes_falsenodeids: [2, 0, 0],
    target_treeids: [0, 0],
    target_nodeids: [1, 2],
    target_ids: [0, 0],
    target_weights: { floats: leaves },
    ...own,
  },
});

/** A field of a message that says it is longer than the file. */
export const tooLong = Uint8Array.of(8 * 8 + wires.bytes, 0xff, 0xff, 0xff, 0x7f);
