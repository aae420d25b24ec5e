import { elementTypes } from './value.ts';
import type { ElementType } from './value.ts';
import { bytesField, joined, varintField } from './wire.ts';

// ONNX messages written, by the numbers that `onnx.proto` has for their fields.

const encoder = new TextEncoder();
const textField = (number: number, text: string): Uint8Array => bytesField(number, encoder.encode(text));

/** A constant: its dimensions and its numbers or words, row by row. */
export type TensorData =
  | { readonly type: 'string'; readonly dims: readonly number[]; readonly words: readonly string[] }
  | {
      readonly type: Exclude<ElementType, 'string'>;
      readonly dims: readonly number[];
      readonly numbers: ArrayLike<number>;
    };

type NumberType = Exclude<ElementType, 'string'>;

const setters: Readonly<Record<NumberType, (view: DataView, at: number, value: number) => void>> = {
  float: (view, at, value) => view.setFloat32(at, value, true),
  double: (view, at, value) => view.setFloat64(at, value, true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  int8: (view, at, value) => view.setInt8(at, value),
  uint8: (view, at, value) => view.setUint8(at, value),
  bool: (view, at, value) => view.setUint8(at, value === 0 ? 0 : 1),
};

/** Numbers as their bytes, little-endian. */
function rawNumbers(type: NumberType, numbers: ArrayLike<number>): Uint8Array {
  const { bytes } = elementTypes[type];
  const raw = new Uint8Array(numbers.length * bytes);
  const view = new DataView(raw.buffer);
  const set = setters[type];
  for (let at = 0; at < numbers.length; at += 1) set(view, at * bytes, numbers[at]!);
  return raw;
}

/** A tensor with its numbers in it; `name` is empty within an attribute. */
export function tensorMessage(tensor: TensorData, name: string): Uint8Array {
  const content =
    tensor.type === 'string'
      ? tensor.words.map((word) => textField(6, word))
      : [bytesField(9, rawNumbers(tensor.type, tensor.numbers))];
  return joined([
    ...tensor.dims.map((dim) => varintField(1, dim)),
    varintField(2, elementTypes[tensor.type].code),
    ...(tensor.type === 'string' ? content : []),
    ...(name === '' ? [] : [textField(8, name)]),
    ...(tensor.type === 'string' ? [] : content),
  ]);
}

/** What an attribute is given: a whole number, a word, whole numbers (from 0 on), words, or a tensor. */
export type AttributeData =
  number | string | readonly number[] | Int32Array | readonly string[] | { readonly tensor: TensorData };

const isWords = (data: readonly number[] | Int32Array | readonly string[]): data is readonly string[] =>
  typeof data[0] === 'string';

function attributeMessage(name: string, data: AttributeData): Uint8Array {
  const named = textField(1, name);
  if (typeof data === 'number') return joined([named, varintField(3, data), varintField(20, 2)]);
  if (typeof data === 'string') return joined([named, textField(4, data), varintField(20, 3)]);
  if ('tensor' in data)
    return joined([named, bytesField(5, tensorMessage(data.tensor, '')), varintField(20, 4)]);
  if (isWords(data)) return joined([named, ...data.map((word) => textField(9, word)), varintField(20, 8)]);
  return joined([named, ...Array.from(data, (value) => varintField(8, value)), varintField(20, 7)]);
}

/** One operator with the values that it takes and gives. */
export interface NodeData {
  readonly operator: string;
  /** Empty: of ai.onnx. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeData>>;
}

const nodeMessage = ({ operator, domain, inputs, outputs, attributes }: NodeData): Uint8Array =>
  joined([
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, data]) => bytesField(5, attributeMessage(name, data))),
    ...(domain === '' ? [] : [textField(7, domain)]),
  ]);

/** An input or an output: `rows × columns`, of any number of rows. */
export interface ValueData {
  readonly name: string;
  readonly type: ElementType;
  readonly columns: number;
}

function valueMessage({ name, type, columns }: ValueData): Uint8Array {
  const shape = joined([bytesField(1, textField(2, 'rows')), bytesField(1, varintField(1, columns))]);
  const tensor = joined([varintField(1, elementTypes[type].code), bytesField(2, shape)]);
  return joined([textField(1, name), bytesField(2, bytesField(1, tensor))]);
}

/** A whole model. */
export interface ModelData {
  readonly name: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly nodes: readonly NodeData[];
  readonly constants: ReadonlyMap<string, TensorData>;
  readonly inputs: readonly ValueData[];
  readonly outputs: readonly ValueData[];
  /** What it says of itself. */
  readonly told: Readonly<Record<string, string>>;
}

/** Version 8 of the file format (2021): the first that has the operators that are written here. */
const formatVersion = 8;

/** An ONNX file. The same model gives the same bytes. */
export function modelMessage({
  name,
  opsets,
  nodes,
  constants,
  inputs,
  outputs,
  told,
}: ModelData): Uint8Array {
  const graph = joined([
    ...nodes.map((node) => bytesField(1, nodeMessage(node))),
    textField(2, name),
    ...[...constants].map(([constant, tensor]) => bytesField(5, tensorMessage(tensor, constant))),
    ...inputs.map((value) => bytesField(11, valueMessage(value))),
    ...outputs.map((value) => bytesField(12, valueMessage(value))),
  ]);
  return joined([
    varintField(1, formatVersion),
    textField(2, 'aieng'),
    bytesField(7, graph),
    ...Object.entries(opsets).map(([domain, version]) =>
      bytesField(8, joined([textField(1, domain), varintField(2, version)])),
    ),
    ...Object.entries(told).map(([key, value]) =>
      bytesField(14, joined([textField(1, key), textField(2, value)])),
    ),
  ]);
}
