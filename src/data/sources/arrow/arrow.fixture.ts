/** A member of a table of FlatBuffers: absent, a number of so many bytes, or something that stands elsewhere. */
type Member = undefined | { readonly bytes: 1 | 2 | 4 | 8; readonly value: number } | Node;
type Node =
  | { readonly table: readonly Member[] }
  | { readonly text: string }
  | { readonly tables: readonly Node[] }
  /** Structs of 64-bit numbers. */
  | { readonly longs: readonly (readonly number[])[] };

const byte = (value: number): Member => ({ bytes: 1, value });
const short = (value: number): Member => ({ bytes: 2, value });
const long = (value: number): Member => ({ bytes: 8, value });

/** Writes FlatBuffers front to back: what a table names stands behind it. */
class FlatWriter {
  #bytes = Buffer.alloc(1 << 12);
  #end = 4;

  #room(length: number, align: number): number {
    const at = Math.ceil(this.#end / align) * align;
    this.#end = at + length;
    if (this.#end > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length + length)]);
    return at;
  }

  #put(node: Node): number {
    if ('table' in node) return this.#table(node.table);
    if ('text' in node) {
      const text = Buffer.from(node.text);
      const at = this.#room(5 + text.length, 4);
      this.#bytes.writeUInt32LE(text.length, at);
      text.copy(this.#bytes, at + 4);
      return at;
    }
    if ('tables' in node) {
      const at = this.#room(4 + 4 * node.tables.length, 4);
      this.#bytes.writeUInt32LE(node.tables.length, at);
      node.tables.forEach((child, index) => this.#refer(at + 4 + 4 * index, child));
      return at;
    }
    const numbers = node.longs.flat();
    // The numbers are aligned to eight, their count stands before them.
    const at = this.#room(8 + 8 * numbers.length, 8) + 4;
    this.#bytes.writeUInt32LE(node.longs.length, at);
    numbers.forEach((value, index) => this.#bytes.writeBigInt64LE(BigInt(value), at + 4 + 8 * index));
    return at;
  }

  #refer(at: number, node: Node): void {
    this.#bytes.writeUInt32LE(this.#put(node) - at, at);
  }

  #table(members: readonly Member[]): number {
    const places = this.#room(4 + 2 * members.length, 8);
    const at = this.#room(8 + 8 * members.length, 8);
    this.#bytes.writeUInt16LE(4 + 2 * members.length, places);
    this.#bytes.writeUInt16LE(8 + 8 * members.length, places + 2);
    this.#bytes.writeInt32LE(at - places, at);
    members.forEach((member, index) => {
      if (member === undefined) return;
      const own = 8 + 8 * index;
      this.#bytes.writeUInt16LE(own, places + 4 + 2 * index);
      if (!('bytes' in member)) this.#refer(at + own, member);
      else if (member.bytes === 8) this.#bytes.writeBigInt64LE(BigInt(member.value), at + own);
      else this.#bytes.writeIntLE(member.value, at + own, member.bytes);
    });
    return at;
  }

  write(root: Node): Buffer {
    this.#refer(0, root);
    return this.#bytes.subarray(0, Math.ceil(this.#end / 8) * 8);
  }
}

const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(Math.ceil(bytes.length / 8) * 8 - bytes.length)]);

function message(kind: number, header: Node, body: Buffer): Buffer {
  const description = new FlatWriter().write({ table: [short(4), byte(kind), header, long(body.length)] });
  const start = Buffer.alloc(8);
  start.writeInt32LE(-1, 0);
  start.writeInt32LE(description.length, 4);
  return Buffer.concat([start, description, body]);
}

/** The buffers of a column of texts: which are there, where each begins, and the texts. */
function textBuffers(cells: readonly (string | null)[]): readonly Buffer[] {
  const bits = Buffer.alloc(Math.ceil(cells.length / 8));
  const offsets = Buffer.alloc(4 * (cells.length + 1));
  const texts = cells.map((cell) => Buffer.from(cell ?? ''));
  let end = 0;
  cells.forEach((cell, row) => {
    if (cell !== null) bits[row >>> 3]! |= 1 << (row & 7);
    end += texts[row]!.length;
    offsets.writeInt32LE(end, 4 * (row + 1));
  });
  return [bits, offsets, Buffer.concat(texts)];
}

/** An Arrow stream of columns of texts, in batches of so many rows. */
export function arrowOf(
  columns: Readonly<Record<string, readonly (string | null)[]>>,
  batchRows = 64,
): Buffer {
  const names = Object.keys(columns);
  const rows = columns[names[0]!]?.length ?? 0;
  const fields = names.map((name): Node => ({
    table: [{ text: name }, byte(1), byte(5), { table: [] }, undefined, { tables: [] }],
  }));
  const parts = [message(1, { table: [short(0), { tables: fields }] }, Buffer.alloc(0))];
  for (let from = 0; from < rows; from += batchRows) {
    const count = Math.min(batchRows, rows - from);
    const body: Buffer[] = [];
    const places: number[][] = [];
    let at = 0;
    for (const name of names)
      for (const buffer of textBuffers(columns[name]!.slice(from, from + count))) {
        places.push([at, buffer.length]);
        body.push(padded(buffer));
        at += body.at(-1)!.length;
      }
    const nodes = names.map((name) => [
      count,
      columns[name]!.slice(from, from + count).filter((cell) => cell === null).length,
    ]);
    parts.push(
      message(3, { table: [long(count), { longs: nodes }, { longs: places }] }, Buffer.concat(body)),
    );
  }
  return Buffer.concat([...parts, Buffer.from('ffffffff00000000', 'hex')]);
}
