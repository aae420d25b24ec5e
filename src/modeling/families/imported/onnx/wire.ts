import { onnxRefused } from './refused.ts';

/** How a field of a protobuf message is written. */
export const wires = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** One field of a message, where it stands: of bytes their content, of numbers the number’s own bytes. */
export interface Field {
  readonly number: number;
  readonly wire: number;
  /** With its tag, so that it can be handed on as it is. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

const endsEarly = (): Error => onnxRefused('it ends in the middle of a message (protobuf)');

/** Where the varint from `at` on ends. */
function endOfVarint(bytes: Uint8Array, at: number, end: number): number {
  for (let place = at; place < end && place < at + 10; place += 1) if (bytes[place]! < 0x80) return place + 1;
  throw at + 10 <= end ? onnxRefused('a number of it is longer than 64 bits (protobuf)') : endsEarly();
}

/** A varint as a signed 64-bit number; beyond 2^53 it is rounded, which the largest and the least lengths survive. */
export function varintAt(bytes: Uint8Array, from: number, to: number): number {
  if (to - from <= 4) {
    let small = 0;
    for (let at = to - 1; at >= from; at -= 1) small = (small << 7) | (bytes[at]! & 0x7f);
    return small;
  }
  let value = 0n;
  for (let at = to - 1; at >= from; at -= 1) value = (value << 7n) | BigInt(bytes[at]! & 0x7f);
  return Number(BigInt.asIntN(64, value));
}

/** The little-endian float32 at this place. */
export const floatAt = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(at, true);

/** The little-endian float64 at this place. */
export const doubleAt = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(at, true);

/** Hands each field of a message on, in the order of the file. @throws refused where lengths lead out of it */
export function eachField(bytes: Uint8Array, take: (field: Field) => void): void {
  const end = bytes.length;
  for (let at = 0; at < end;) {
    const start = at;
    const tagEnd = endOfVarint(bytes, at, end);
    const tag = varintAt(bytes, at, tagEnd);
    const number = Math.floor(tag / 8);
    const wire = tag >= 0 ? tag % 8 : -1;
    if (number < 1 || number > 536_870_911) throw onnxRefused('it is no protobuf message');
    let from = tagEnd;
    let to: number;
    if (wire === wires.varint) to = endOfVarint(bytes, from, end);
    else if (wire === wires.fixed64) to = from + 8;
    else if (wire === wires.fixed32) to = from + 4;
    else if (wire === wires.bytes) {
      from = endOfVarint(bytes, tagEnd, end);
      const length = varintAt(bytes, tagEnd, from);
      if (length < 0) throw onnxRefused('a length in it is negative (protobuf)');
      to = from + length;
    } else throw onnxRefused('it is no protobuf message');
    if (to > end) throw endsEarly();
    take({ number, wire, start, from, to });
    at = to;
  }
}

/** A varint’s bytes. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** A field of bytes: of a message, a text, packed numbers. */
export function bytesField(number: number, content: Uint8Array): Uint8Array {
  const head = [...varint(number * 8 + wires.bytes), ...varint(content.length)];
  const field = new Uint8Array(head.length + content.length);
  field.set(head);
  field.set(content, head.length);
  return field;
}

/** A field of one whole number from 0 on. */
export const varintField = (number: number, value: number): Uint8Array =>
  Uint8Array.from([...varint(number * 8), ...varint(value)]);

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
