/** What is wrong with the bytes. */
export class NotUbjson extends Error {}

/** Deeper than any model is. */
const deepest = 64;

interface Numeric {
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
}

/** Numbers by their marker: big-endian, as XGBoost writes them. */
const numeric: Readonly<Record<string, Numeric>> = {
  i: { size: 1, read: (view, at) => view.getInt8(at) },
  U: { size: 1, read: (view, at) => view.getUint8(at) },
  I: { size: 2, read: (view, at) => view.getInt16(at) },
  l: { size: 4, read: (view, at) => view.getInt32(at) },
  L: { size: 8, read: (view, at) => Number(view.getBigInt64(at)) },
  d: { size: 4, read: (view, at) => view.getFloat32(at) },
  D: { size: 8, read: (view, at) => view.getFloat64(at) },
};

/** Reads a UBJSON document: what a count claims is compared with the bytes that are left before anything is allocated. */
export function parseUbjson(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let at = 0;

  const need = (count: number): number => {
    if (!(count >= 0 && count <= bytes.length - at)) throw new NotUbjson(`it ends before byte ${at + count}`);
    at += count;
    return at - count;
  };
  const marker = (): string => String.fromCharCode(bytes[need(1)]!);
  const numberOf = (kind: string): number => {
    const own = numeric[kind];
    if (own === undefined) throw new NotUbjson(`byte ${at - 1} is no number`);
    return own.read(view, need(own.size));
  };
  const lengthOf = (kind = marker()): number => {
    const length = numberOf(kind);
    if (!Number.isSafeInteger(length) || length < 0) throw new NotUbjson(`a length is ${length}`);
    return length;
  };
  const words = (length: number): string => {
    const from = need(length);
    try {
      return decoder.decode(bytes.subarray(from, from + length));
    } catch {
      throw new NotUbjson(`a text at byte ${from} is no UTF-8`);
    }
  };
  /** What stands before the members of a list or an object: their type, and how many there are. */
  const optimised = (): { readonly kind: string | null; readonly count: number | null } => {
    let kind: string | null = null;
    if (bytes[at] === 36) {
      at += 1;
      kind = marker();
      if (bytes[at] !== 35) throw new NotUbjson('a typed list says no count');
    }
    if (bytes[at] !== 35) return { kind, count: null };
    at += 1;
    return { kind, count: lengthOf() };
  };
  const ended = (close: number): boolean => {
    if (at >= bytes.length) throw new NotUbjson('it was cut off');
    if (bytes[at] !== close) return false;
    at += 1;
    return true;
  };

  function list(depth: number): unknown[] {
    const { kind, count } = optimised();
    const own = kind === null ? undefined : numeric[kind];
    if (own !== undefined && count !== null) {
      const from = need(count * own.size);
      return Array.from({ length: count }, (_, i) => own.read(view, from + i * own.size));
    }
    const values: unknown[] = [];
    if (count === null) while (!ended(93)) values.push(value(marker(), depth));
    else {
      // Each takes a byte at least, whatever it is.
      if (count > bytes.length - at) throw new NotUbjson(`a list claims ${count} values`);
      for (let i = 0; i < count; i += 1) values.push(value(kind ?? marker(), depth));
    }
    return values;
  }

  function object(depth: number): Readonly<Record<string, unknown>> {
    const { kind, count } = optimised();
    const members = new Map<string, unknown>();
    const member = (): void => {
      const name = words(lengthOf());
      if (members.has(name)) throw new NotUbjson(`${JSON.stringify(name)} stands twice`);
      members.set(name, value(kind ?? marker(), depth));
    };
    if (count === null) while (!ended(125)) member();
    else {
      if (count > bytes.length - at) throw new NotUbjson(`an object claims ${count} members`);
      for (let i = 0; i < count; i += 1) member();
    }
    return Object.fromEntries(members);
  }

  function value(kind: string, depth: number): unknown {
    if (depth > deepest) throw new NotUbjson('it is nested too deeply');
    switch (kind) {
      case '{':
        return object(depth + 1);
      case '[':
        return list(depth + 1);
      case 'S':
        return words(lengthOf());
      case 'C':
        return String.fromCharCode(bytes[need(1)]!);
      case 'Z':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      default:
        return numberOf(kind);
    }
  }

  const document = value(marker(), 0);
  if (at !== bytes.length) throw new NotUbjson(`${bytes.length - at} bytes stand after its end`);
  return document;
}
