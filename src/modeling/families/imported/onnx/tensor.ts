import { onnxRefused } from './refused.ts';
import { fieldReader, ignored, readMessage, refusedField, textOf } from './message.ts';
import { elementType, elementTypes } from './value.ts';
import type { ElementType } from './value.ts';

/** Where bytes that stand in another file are. */
export interface ExternalBytes {
  readonly location: string;
  readonly offset: number;
  /** null: up to the end of the file. */
  readonly length: number | null;
}

/** A tensor of weights or of a constant, its lengths checked. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly elements: number;
  /** Little-endian bytes, where they stand as such; null: see the others. */
  readonly raw: Uint8Array | null;
  /** Of float and double. */
  readonly floats: readonly number[];
  readonly wholes: readonly number[];
  readonly strings: readonly string[];
  readonly external: ExternalBytes | null;
  /** The message as it stood in the file. */
  readonly bytes: Uint8Array;
}

/** More elements are no model that a service could hold. */
const mostElements = 2 ** 29;

function readEntry(bytes: Uint8Array): readonly [key: string, value: string] {
  const { text } = fieldReader('external data', bytes);
  let [key, value] = ['', ''];
  readMessage('external data', bytes, {
    1: (field) => (key = text(field)),
    2: (field) => (value = text(field)),
  });
  return [key, value];
}

function externalOf(entries: ReadonlyMap<string, string>, name: string): ExternalBytes {
  const number = (key: string): number | null => {
    const text = entries.get(key);
    if (text === undefined) return null;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (Number.isNaN(value))
      throw onnxRefused(`the ${key} of ${name} in another file is ${JSON.stringify(text)}`);
    return value;
  };
  return { location: entries.get('location') ?? '', offset: number('offset') ?? 0, length: number('length') };
}

function checkLength({ name, type, elements, raw, floats, wholes, strings, external }: OnnxTensor): void {
  if (external !== null) return;
  const fractions = type === 'float' || type === 'double';
  const listed = type === 'string' ? strings : fractions ? floats : wholes;
  const found = raw === null ? listed.length : raw.length / elementTypes[type].bytes;
  if (found !== elements)
    throw onnxRefused(
      `tensor ${JSON.stringify(name)} has ${found} values, and its dimensions say ${elements}`,
    );
}

/** A tensor; no memory is taken for what its dimensions only claim. */
export function readTensor(bytes: Uint8Array): OnnxTensor {
  const {
    content,
    once,
    floats: takeFloats,
    wholes: takeWholes,
    doubles: takeDoubles,
    whole,
    text,
  } = fieldReader('tensor', bytes);
  const [dims, floats, wholes]: number[][] = [[], [], []];
  const strings: string[] = [];
  const entries = new Map<string, string>();
  let [code, location, name] = [0, 0, ''];
  const raws: Uint8Array[] = [];
  readMessage('tensor', bytes, {
    1: (field) => takeWholes(field, dims!),
    2: (field) => (code = whole(field)),
    3: refusedField('tensors in segments'),
    4: (field) => takeFloats(field, floats!),
    5: (field) => takeWholes(field, wholes!),
    6: (field) => strings.push(textOf(content(field))),
    7: (field) => takeWholes(field, wholes!),
    8: (field) => (name = text(field)),
    9: (field) => raws.push(once(field)),
    10: (field) => takeDoubles(field, floats!),
    11: (field) => takeWholes(field, wholes!),
    12: ignored,
    13: (field) => {
      const [key, value] = readEntry(content(field));
      entries.set(key, value);
    },
    14: (field) => (location = whole(field)),
    16: ignored,
  });
  const [raw = null] = raws;
  const told = `tensor ${JSON.stringify(name)}`;
  if (dims!.length > 16 || dims!.some((dim) => !(dim >= 0)))
    throw onnxRefused(`${told} has the dimensions ${dims!.slice(0, 17).join(' × ')}`);
  const elements = dims!.reduce((product, dim) => product * dim, 1);
  if (elements > mostElements)
    throw onnxRefused(
      `${told} has ${elements} elements, expected up to ${mostElements}`,
      'Export a smaller model.',
    );
  const type = elementType(code, told);
  if (raw !== null && (type === 'string' || floats!.length + wholes!.length + strings.length > 0))
    throw onnxRefused(`${told} has its values twice`);
  const external = location === 1 ? externalOf(entries, told) : null;
  if (external !== null && (type === 'string' || raw !== null))
    throw onnxRefused(`${told} has its values twice`);
  const tensor = {
    name,
    type,
    dims: dims!,
    elements,
    raw,
    floats: floats!,
    wholes: wholes!,
    strings,
    external,
    bytes,
  };
  checkLength(tensor);
  return tensor;
}

/** Its numbers with fractions, as far as it has such. */
export function fractionsOf({ type, raw, floats }: OnnxTensor): readonly number[] {
  if (raw === null) return floats;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (type === 'double')
    return Array.from({ length: raw.length / 8 }, (_, at) => view.getFloat64(at * 8, true));
  return Array.from({ length: raw.length / 4 }, (_, at) => view.getFloat32(at * 4, true));
}
