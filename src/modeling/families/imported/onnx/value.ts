import { exportHints, onnxRefused } from './refused.ts';
import { fieldReader, ignored, readMessage, refusedField } from './message.ts';

/** Types of elements, by their number in ONNX, with the bytes that one takes. */
export const elementTypes = {
  float: { code: 1, bytes: 4 },
  uint8: { code: 2, bytes: 1 },
  int8: { code: 3, bytes: 1 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  string: { code: 8, bytes: 0 },
  bool: { code: 9, bytes: 1 },
  double: { code: 11, bytes: 8 },
} as const;
export type ElementType = keyof typeof elementTypes;

const isElementType = (name: string): name is ElementType => Object.hasOwn(elementTypes, name);
const byCode = new Map(
  Object.entries(elementTypes).map(([name, { code }]): [number, string] => [code, name]),
);

/** @throws refused for half precision, complex numbers and whatever else no table has */
export function elementType(code: number, of: string): ElementType {
  const name = byCode.get(code);
  if (name !== undefined && isElementType(name)) return name;
  throw onnxRefused(`${of} has elements of type ${code}, which is not taken`, exportHints.float);
}

/** An input or an output of a graph. `dims`: null = not said. */
export interface OnnxValue {
  readonly name: string;
  /** null: no tensor (what ZipMap gives). */
  readonly tensor: { readonly type: ElementType; readonly dims: readonly (number | null)[] | null } | null;
}

function readDim(bytes: Uint8Array): number | null {
  const { whole } = fieldReader('dimension', bytes);
  let dim: number | null = null;
  readMessage('dimension', bytes, { 1: (field) => (dim = whole(field)), 2: ignored, 3: ignored });
  return dim;
}

function readShape(bytes: Uint8Array): (number | null)[] {
  const { content } = fieldReader('shape', bytes);
  const dims: (number | null)[] = [];
  readMessage('shape', bytes, { 1: (field) => dims.push(readDim(content(field))) });
  if (dims.length > 16) throw onnxRefused(`a tensor of it has ${dims.length} dimensions`);
  return dims;
}

function readTensorType(bytes: Uint8Array, of: string): OnnxValue['tensor'] {
  const { once, whole } = fieldReader('type', bytes);
  let code = 0;
  let dims: (number | null)[] | null = null;
  readMessage('type', bytes, {
    1: (field) => (code = whole(field)),
    2: (field) => (dims = readShape(once(field))),
  });
  return { type: elementType(code, of), dims };
}

/** An input or output, its name and type. */
export function readValue(bytes: Uint8Array): OnnxValue {
  const { once, text } = fieldReader('value', bytes);
  let name = '';
  let type: Uint8Array | undefined;
  readMessage('value', bytes, {
    1: (field) => (name = text(field)),
    2: (field) => (type = once(field)),
    3: ignored,
    4: ignored,
  });
  let tensor: OnnxValue['tensor'] = null;
  const own = type ?? new Uint8Array(0);
  const ofType = fieldReader('type', own);
  readMessage('type', own, {
    1: (field) => (tensor = readTensorType(ofType.once(field), JSON.stringify(name))),
    4: ignored,
    5: ignored,
    6: ignored,
    8: refusedField('sparse tensors'),
    9: refusedField('optional values'),
  });
  return { name, tensor };
}
