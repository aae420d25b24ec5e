import { isUtf8 } from 'node:buffer';
import type { TypedValue } from '../../cells/cell.ts';
import { decimalWord } from '../../cells/numbers.ts';
import { BadArrow } from './flatTable.ts';
import type { ArrowField, ArrowType, TimeUnit } from './schema.ts';

/** The values of one column of a batch. */
export type Values = (row: number) => TypedValue;

/** A column that is a cell, with its values; the name is the way to it. */
export interface NamedValues {
  readonly name: string;
  readonly values: Values;
}

const nothing: Values = () => null;
const view = (buffer: Buffer): DataView => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);

/** What is left of a batch while its columns are taken from it, depth first. */
export class BatchParts {
  readonly #nodes: readonly (readonly number[])[];
  readonly #buffers: readonly Buffer[];
  readonly #viewCounts: readonly number[];
  readonly #dictionaries: ReadonlyMap<number, Values>;
  #node = 0;
  #buffer = 0;
  #view = 0;

  constructor(
    nodes: readonly (readonly number[])[],
    buffers: readonly Buffer[],
    viewCounts: readonly number[],
    dictionaries: ReadonlyMap<number, Values>,
  ) {
    this.#nodes = nodes;
    this.#buffers = buffers;
    this.#viewCounts = viewCounts;
    this.#dictionaries = dictionaries;
  }

  #next(): Buffer {
    const buffer = this.#buffers[this.#buffer];
    this.#buffer += 1;
    if (buffer === undefined) throw new BadArrow('a batch lacks buffers');
    return buffer;
  }

  #views(): readonly Buffer[] {
    const count = this.#viewCounts[this.#view] ?? 0;
    this.#view += 1;
    return Array.from({ length: count }, () => this.#next());
  }

  /** The columns of a field: itself, or the members of a struct. */
  take(
    field: ArrowField,
    prefix = '',
    isThere: (row: number) => boolean = () => true,
  ): readonly NamedValues[] {
    const node = this.#nodes[this.#node];
    this.#node += 1;
    if (node === undefined) throw new BadArrow('a batch lacks columns');
    const name = prefix + field.name;
    const type = field.dictionary?.index ?? field.type;
    if (type.kind === 'other') {
      for (let i = 0; i < type.buffers; i += 1) this.#next();
      if (type.views) this.#views();
      for (const child of field.children) this.take(child);
      return [];
    }
    if (type.kind === 'null') return [{ name, values: nothing }];
    const present = validity(this.#next(), node[1] ?? 0);
    const own = (row: number): boolean => isThere(row) && present(row);
    if (type.kind === 'struct') return field.children.flatMap((child) => this.take(child, `${name}.`, own));
    const values = this.#valuesOf(type, node[0] ?? 0);
    const dictionary = field.dictionary === null ? undefined : this.#dictionaries.get(field.dictionary.id);
    if (field.dictionary !== null && field.type.kind === 'other') return [];
    if (field.dictionary !== null && dictionary === undefined)
      throw new BadArrow('a dictionary is not there');
    const read: Values = dictionary === undefined ? values : (row) => dictionary(Number(values(row)));
    return [{ name, values: (row) => (own(row) ? read(row) : null) }];
  }

  #valuesOf(type: ArrowType, rows: number): Values {
    if (type.kind !== 'text') return fixedValues(type, this.#next());
    if (type.layout === 'views') return viewedTexts(this.#next(), this.#views());
    return texts(this.#next(), this.#next(), type.layout === 'large', rows);
  }
}

/** Which rows are there, by their bits; all of them where there are no bits. */
function validity(bits: Buffer, nulls: number): (row: number) => boolean {
  if (nulls === 0 || bits.length === 0) return () => true;
  return (row) => {
    const byte = bits[row >>> 3];
    if (byte === undefined) throw new BadArrow('a column is too short');
    return ((byte >>> (row & 7)) & 1) === 1;
  };
}

function requireUtf8(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw new BadArrow('one of its texts is not UTF-8');
}

function texts(offsets: Buffer, bytes: Buffer, large: boolean, rows: number): Values {
  const places = view(offsets);
  const placeOf = (row: number): number =>
    large ? Number(places.getBigInt64(row * 8, true)) : places.getInt32(row * 4, true);
  // What stands behind the last text is padding, and may be half of another one. Of no rows there may be no offsets.
  if (rows > 0) requireUtf8(bytes.subarray(placeOf(0), placeOf(rows)));
  return (row) => {
    const [start, end] = [placeOf(row), placeOf(row + 1)];
    if (!(start >= 0 && end >= start && end <= bytes.length)) throw new BadArrow('a text out of its buffer');
    return bytes.toString('utf8', start, end);
  };
}

/** Texts of up to twelve bytes stand in their views; longer ones in other buffers. */
function viewedTexts(views: Buffer, buffers: readonly Buffer[]): Values {
  return (row) => {
    const at = row * 16;
    const length = views.readInt32LE(at);
    const inline = length <= 12;
    const source = inline ? views : buffers[views.readInt32LE(at + 8)];
    const start = inline ? at + 4 : views.readInt32LE(at + 12);
    if (source === undefined || length < 0 || start < 0 || start + length > source.length)
      throw new BadArrow('a text out of its buffer');
    const bytes = source.subarray(start, start + length);
    requireUtf8(bytes);
    return bytes.toString('utf8');
  };
}

/** Half of a float: 5 bits of exponent, 10 of fraction. */
function halfFloat(bits: number): number {
  const [exponent, fraction] = [(bits >>> 10) & 31, bits & 1023];
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : Number.NaN
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >>> 15 === 1 ? -size : size;
}

const plainBigint = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;

function decimalOf(bytes: Buffer, scale: number): TypedValue {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at]!);
  value = BigInt.asIntN(bytes.length * 8, value);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const split = digits.length - Math.max(0, scale);
  const whole = digits.slice(0, split) + (scale < 0 ? '0'.repeat(-scale) : '');
  const text = decimalWord(`${value < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(split)}` : ''}`);
  // Up to fifteen digits come back from a double as they were.
  return digits.length <= 15 ? Number(text) : text;
}

const unitsOfSecond = [1n, 1_000n, 1_000_000n, 1_000_000_000n] as const;

function instant(value: bigint, unit: TimeUnit): Date {
  if (unit <= 1) return new Date(Number(value) * (unit === 0 ? 1000 : 1));
  const of = unitsOfSecond[unit] / 1000n;
  // Down, also before 1970.
  const ms = value / of - (value < 0n && value % of !== 0n ? 1n : 0n);
  return new Date(Number(ms));
}

function clock(value: bigint, unit: TimeUnit): string {
  const of = unitsOfSecond[unit];
  const two = (part: bigint): string => part.toString().padStart(2, '0');
  const [seconds, rest] = [value / of, value % of];
  const time = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  const fraction =
    rest === 0n
      ? ''
      : `.${rest
          .toString()
          .padStart(3 * unit, '0')
          .replace(/0+$/, '')}`;
  return time + fraction;
}

function wholeValues(bits: 8 | 16 | 32 | 64, signed: boolean, bytes: DataView): Values {
  if (bits === 8) return (row) => (signed ? bytes.getInt8(row) : bytes.getUint8(row));
  if (bits === 16) return (row) => (signed ? bytes.getInt16(row * 2, true) : bytes.getUint16(row * 2, true));
  if (bits === 32) return (row) => (signed ? bytes.getInt32(row * 4, true) : bytes.getUint32(row * 4, true));
  return (row) => plainBigint(signed ? bytes.getBigInt64(row * 8, true) : bytes.getBigUint64(row * 8, true));
}

/** Values that each have as many bits as the others. */
function fixedValues(type: ArrowType, buffer: Buffer): Values {
  const bytes = view(buffer);
  switch (type.kind) {
    case 'int':
      return wholeValues(type.bits, type.signed, bytes);
    case 'float':
      if (type.bits === 16) return (row) => halfFloat(bytes.getUint16(row * 2, true));
      return type.bits === 32
        ? (row) => bytes.getFloat32(row * 4, true)
        : (row) => bytes.getFloat64(row * 8, true);
    case 'bool':
      return (row) => ((bytes.getUint8(row >>> 3) >>> (row & 7)) & 1) === 1;
    case 'decimal':
      return (row) => {
        const at = row * type.bytes;
        if (at + type.bytes > buffer.length) throw new BadArrow('a column is too short');
        return decimalOf(buffer.subarray(at, at + type.bytes), type.scale);
      };
    case 'date':
      return type.unit === 'days'
        ? (row) => new Date(bytes.getInt32(row * 4, true) * 86_400_000)
        : (row) => new Date(Number(bytes.getBigInt64(row * 8, true)));
    case 'clock':
      return type.bits === 32
        ? (row) => clock(BigInt(bytes.getInt32(row * 4, true)), type.unit)
        : (row) => clock(bytes.getBigInt64(row * 8, true), type.unit);
    case 'instant':
      return (row) => instant(bytes.getBigInt64(row * 8, true), type.unit);
    default:
      throw new BadArrow(`a column of ${type.kind}`);
  }
}
