import { hashText } from '../../hash.ts';

/** Bits that each id gets, and how many of them it sets: one id in 15,000 that is not there is taken for one that is. */
const bitsPerId = 20;
const hashes = 14;
/** Basis of the second hash: any other than that of FNV. */
const otherBasis = 0x2c9277b5;
/** Ids that are put into a filter without letting others work in between. */
const slice = 10_000;

/** An id as filters know it: hashed once, asked of many. */
export interface IdHash {
  readonly first: number;
  readonly second: number;
}

export const hashId = (id: string): IdHash => ({
  first: hashText(id),
  second: hashText(id, otherBasis),
});

/** Which ids a segment may hold (Bloom 1970): never a false no, and a false yes once in 15,000. */
export interface IdFilter {
  mayHold(id: IdHash): boolean;
}

/** Positions of an id by double hashing (Kirsch and Mitzenmacher 2008). */
function everyBit(first: number, second: number, bits: number, visit: (bit: number) => boolean): boolean {
  let position = first;
  for (let k = 0; k < hashes; k += 1) {
    if (!visit(position % bits)) return false;
    position = (position + second) >>> 0;
  }
  return true;
}

/** Reads what `IdCollector` made. */
export function openFilter(bytes: Uint8Array): IdFilter {
  const bits = bytes.length * 8;
  const isSet = (bit: number): boolean => (bytes[bit >>> 3]! & (1 << (bit & 7))) !== 0;
  return {
    mayHold: ({ first, second }) => bits > 0 && everyBit(first, second | 1, bits, isSet),
  };
}

/** Gathers the ids of a segment while it is written; 8 bytes an id. */
export class IdCollector {
  #lanes = new Uint32Array(1024);
  #used = 0;

  add({ first, second }: IdHash): void {
    if (this.#used + 2 > this.#lanes.length) {
      const larger = new Uint32Array(2 * this.#lanes.length);
      larger.set(this.#lanes);
      this.#lanes = larger;
    }
    this.#lanes[this.#used] = first;
    this.#lanes[this.#used + 1] = second;
    this.#used += 2;
  }

  /** The filter's bytes. A service answers requests meanwhile: it is made slice by slice. */
  async filter(): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.ceil(((this.#used / 2) * bitsPerId) / 8));
    const bits = bytes.length * 8;
    const set = (bit: number): boolean => {
      bytes[bit >>> 3]! |= 1 << (bit & 7);
      return true;
    };
    for (let at = 0; at < this.#used; at += 2) {
      everyBit(this.#lanes[at]!, this.#lanes[at + 1]! | 1, bits, set);
      if (at % (2 * slice) === 0 && at > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return bytes;
  }
}
