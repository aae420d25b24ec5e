/** One element of DER: its tag, and where its content lies. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The elements that lie one after the other in these bytes. @throws RangeError where they are no DER. */
function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
    const longer = first < 0x80 ? 0 : first & 0x7f;
    if ((tag & 0x1f) === 0x1f || longer > 4 || first === 0x80) throw new RangeError('no DER');
    let length = longer === 0 ? first : 0;
    for (let each = 0; each < longer; each += 1) length = length * 256 + (bytes[at + 2 + each] ?? 0);
    const start = at + 2 + longer;
    if (start + length > bytes.length) throw new RangeError('cut off');
    found.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

const onlyOne = (bytes: Uint8Array): Uint8Array => {
  const [element] = elements(bytes);
  if (element === undefined) throw new RangeError('empty');
  return element.content;
};

const tags = { boolean: 0x01, octets: 0x04, extensions: 0xa3 } as const;

/** An extension of a certificate: what Node's `X509Certificate` does not tell. */
export interface Extension {
  /** Content of the object identifier, in hex: `551d0f`. */
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Extensions of a certificate (RFC 5280, section 4.1). @throws RangeError where it is none. */
export function extensionsOf(certificate: Uint8Array): readonly Extension[] {
  const [body] = elements(onlyOne(certificate));
  const held = elements(body?.content ?? new Uint8Array()).find(({ tag }) => tag === tags.extensions);
  if (held === undefined) return [];
  return elements(onlyOne(held.content)).map(({ content }) => {
    const [name, ...rest] = elements(content);
    const flag = rest.find(({ tag }) => tag === tags.boolean);
    const value = rest.find(({ tag }) => tag === tags.octets);
    if (name === undefined || value === undefined) throw new RangeError('no extension');
    return {
      oid: Buffer.from(name.content).toString('hex'),
      critical: flag?.content[0] === 0xff,
      value: value.content,
    };
  });
}

/** First byte of a key usage: digitalSignature is the highest bit, keyCertSign the sixth (RFC 5280, section 4.2.1.3). */
export const usageBits = (value: Uint8Array): number => onlyOne(value)[1] ?? 0;

/** How many authorities may stand below one; null where nothing bounds it (RFC 5280, section 4.2.1.9). */
export function pathLength(value: Uint8Array): number | null {
  const [, length] = elements(onlyOne(value));
  return length === undefined
    ? null
    : Buffer.from(length.content).readUIntBE(0, Math.min(6, length.content.length));
}
