/** Thrown for a file that is not what its format wants; never leaves this folder. */
export class BadArrow extends Error {}

/**
 * A table of FlatBuffers, read where it lies: members by their number, each absent unless the table says where it is. What
 * points out of the bytes is a `RangeError`.
 */
export class FlatTable {
  readonly #bytes: DataView;
  readonly #at: number;
  readonly #members: number;
  readonly #membersEnd: number;

  constructor(bytes: DataView, at: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#members = at - bytes.getInt32(at, true);
    this.#membersEnd = this.#members + bytes.getUint16(this.#members, true);
  }

  /** The outermost table of some bytes. */
  static root(bytes: Buffer): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Where a member is; 0 where it is absent. */
  #place(member: number): number {
    const entry = this.#members + 4 + 2 * member;
    if (entry + 2 > this.#membersEnd) return 0;
    const offset = this.#bytes.getUint16(entry, true);
    return offset === 0 ? 0 : this.#at + offset;
  }

  byte(member: number, otherwise = 0): number {
    const at = this.#place(member);
    return at === 0 ? otherwise : this.#bytes.getUint8(at);
  }

  short(member: number, otherwise = 0): number {
    const at = this.#place(member);
    return at === 0 ? otherwise : this.#bytes.getInt16(at, true);
  }

  int(member: number, otherwise = 0): number {
    const at = this.#place(member);
    return at === 0 ? otherwise : this.#bytes.getInt32(at, true);
  }

  long(member: number): number {
    const at = this.#place(member);
    return at === 0 ? 0 : Number(this.#bytes.getBigInt64(at, true));
  }

  table(member: number): FlatTable | undefined {
    const at = this.#place(member);
    return at === 0 ? undefined : new FlatTable(this.#bytes, at + this.#bytes.getUint32(at, true));
  }

  text(member: number): string {
    const at = this.#place(member);
    if (at === 0) return '';
    const start = at + this.#bytes.getUint32(at, true);
    const length = this.#bytes.getUint32(start, true);
    if (start + 4 + length > this.#bytes.byteLength) throw new RangeError('a text out of the bytes');
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start + 4, length).toString('utf8');
  }

  /** Where the elements of a list begin, and how many there are. */
  #list(member: number, width: number): { readonly start: number; readonly length: number } {
    const at = this.#place(member);
    if (at === 0) return { start: 0, length: 0 };
    const start = at + this.#bytes.getUint32(at, true);
    const length = this.#bytes.getUint32(start, true);
    if (start + 4 + length * width > this.#bytes.byteLength) throw new RangeError('a list out of the bytes');
    return { start: start + 4, length };
  }

  tables(member: number): readonly FlatTable[] {
    const { start, length } = this.#list(member, 4);
    return Array.from({ length }, (_, index) => {
      const at = start + 4 * index;
      return new FlatTable(this.#bytes, at + this.#bytes.getUint32(at, true));
    });
  }

  /** A list of structs of 64-bit numbers (the second of a block's is 32 bits wide, and padded). */
  longs(member: number, width: number): readonly (readonly number[])[] {
    const { start, length } = this.#list(member, width * 8);
    return Array.from({ length }, (_, index) =>
      Array.from({ length: width }, (_member, at) =>
        Number(this.#bytes.getBigInt64(start + (index * width + at) * 8, true)),
      ),
    );
  }
}
