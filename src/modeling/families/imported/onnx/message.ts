import { exportHints, onnxRefused } from './refused.ts';
import { eachField, doubleAt, floatAt, varintAt, wires } from './wire.ts';
import type { Field } from './wire.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });
const longestName = 4096;

/** What a message’s fields are read by, by their numbers; a number that is not named is refused. */
export type Readers = Readonly<Record<number, (field: Field) => void>>;

/** A message of that kind, whose fields are all known. */
export function readMessage(kind: string, bytes: Uint8Array, readers: Readers): void {
  eachField(bytes, (field) => {
    const read = readers[field.number];
    if (read === undefined)
      throw onnxRefused(`its ${kind} has a field ${field.number}, which no version of ONNX up to 1.21 knows`);
    read(field);
  });
}

/** Fields that say nothing of what is computed. */
export const ignored = (): void => undefined;

/** A field that must not be there. */
export const refusedField =
  (what: string, hint: string = exportHints.plain) =>
  (): void => {
    throw onnxRefused(`it has ${what}, which ${what.endsWith('s') ? 'are' : 'is'} not taken`, hint);
  };

const wrongWire = (kind: string): Error =>
  onnxRefused(`a field of its ${kind} has the wrong type (protobuf)`);

/** Reading the fields of one message. */
export function fieldReader(kind: string, bytes: Uint8Array) {
  const seen = new Set<number>();
  const content = ({ wire, from, to }: Field): Uint8Array => {
    if (wire !== wires.bytes) throw wrongWire(kind);
    return bytes.subarray(from, to);
  };
  return {
    content,
    /** As `content`, of a field that stands there once. */
    once: (field: Field): Uint8Array => {
      if (seen.has(field.number)) throw onnxRefused(`its ${kind} has field ${field.number} twice`);
      seen.add(field.number);
      return content(field);
    },
    text: (field: Field): string => {
      const own = content(field);
      if (own.length > longestName) throw onnxRefused(`its ${kind} has a name of ${own.length} bytes`);
      return textOf(own);
    },
    whole: ({ wire, from, to }: Field): number => {
      if (wire !== wires.varint) throw wrongWire(kind);
      return varintAt(bytes, from, to);
    },
    /** One whole number, or many that are packed. */
    wholes: ({ wire, from, to }: Field, out: number[]): void => {
      if (wire === wires.varint) out.push(varintAt(bytes, from, to));
      else if (wire === wires.bytes)
        for (let at = from; at < to;) {
          let end = at;
          while (end < to && bytes[end]! >= 0x80) end += 1;
          if (end >= to || end - at > 9) throw wrongWire(kind);
          out.push(varintAt(bytes, at, end + 1));
          at = end + 1;
        }
      else throw wrongWire(kind);
    },
    /** One float32, or many that are packed. */
    floats: ({ wire, from, to }: Field, out: number[]): void => {
      if (wire !== wires.fixed32 && (wire !== wires.bytes || (to - from) % 4 !== 0)) throw wrongWire(kind);
      for (let at = from; at < to; at += 4) out.push(floatAt(bytes, at));
    },
    /** One float64, or many that are packed. */
    doubles: ({ wire, from, to }: Field, out: number[]): void => {
      if (wire !== wires.fixed64 && (wire !== wires.bytes || (to - from) % 8 !== 0)) throw wrongWire(kind);
      for (let at = from; at < to; at += 8) out.push(doubleAt(bytes, at));
    },
  };
}

/** Bytes as text. @throws refused where they are none */
export function textOf(bytes: Uint8Array): string {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw onnxRefused('a text in it is not UTF-8');
    throw error;
  }
  if (text.includes('\0')) throw onnxRefused('a text in it has a zero byte');
  return text;
}
