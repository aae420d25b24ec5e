import type { SparseColumn } from './prepared.ts';
import type { WordColumn } from './words.ts';

type Cells = readonly (readonly [place: number, value: number])[];

/** Makes a sparse column row by row. Memory follows what is not zero. */
export class SparseBuilder {
  readonly #size: number;
  #indices: Int32Array;
  #values: Float32Array;
  #filled = 0;

  /** @param room Cells that are made room for at once: more are never in the way, fewer cost copies. */
  constructor(size: number, room = 1024) {
    this.#size = size;
    this.#indices = new Int32Array(room);
    this.#values = new Float32Array(room);
  }

  /** The next cell of the row that is written. Within a row places ascend. */
  add(place: number, value: number): void {
    if (this.#filled === this.#indices.length) this.#grow();
    this.#indices[this.#filled] = place;
    this.#values[this.#filled] = value;
    this.#filled += 1;
  }

  /** Cells so far: where the next row begins. */
  get filled(): number {
    return this.#filled;
  }

  /** The column, once the rows' beginnings and the end are known. */
  finish(starts: Int32Array): SparseColumn {
    return {
      kind: 'sparse',
      size: this.#size,
      starts,
      indices: this.#indices.slice(0, this.#filled),
      values: this.#values.slice(0, this.#filled),
    };
  }

  /** The column of a function of each text; a word of a dictionary is asked once, a missing text gives nothing. */
  ofTexts(column: WordColumn, cellsOf: (text: string) => Cells): SparseColumn {
    const rows = column.kind === 'text' ? column.values.length : column.codes.length;
    const starts = new Int32Array(rows + 1);
    const known = new Map<number, Cells>();
    for (let row = 0; row < rows; row += 1) {
      const cells = column.kind === 'text' ? ofText(column.values[row]) : ofCode(column, column.codes[row]!);
      for (const [place, value] of cells) this.add(place, value);
      starts[row + 1] = this.#filled;
    }
    return this.finish(starts);

    function ofText(text: string | null | undefined): Cells {
      return text === null || text === undefined ? [] : cellsOf(text);
    }
    function ofCode({ dictionary }: Extract<WordColumn, { kind: 'category' }>, code: number): Cells {
      let cells = known.get(code);
      if (cells === undefined) {
        cells = ofText(dictionary[code]);
        known.set(code, cells);
      }
      return cells;
    }
  }

  #grow(): void {
    const room = Math.max(64, 2 * this.#indices.length);
    const indices = new Int32Array(room);
    const values = new Float32Array(room);
    indices.set(this.#indices);
    values.set(this.#values);
    this.#indices = indices;
    this.#values = values;
  }
}
