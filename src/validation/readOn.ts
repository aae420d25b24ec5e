import type { Column, Table } from '../data/columns.ts';
import { isMissing } from '../data/columns.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { hashText } from '../hash.ts';
import { isSurelyMissing } from './columnTally.ts';
import { longestDomain } from './inference/words.ts';
import type { InferredSchema } from './infer.ts';

/** So many values are told apart to say whether a column of ids repeats one. */
const idsCompared = 2_000_000;
/** Of so few words each decides what the column is: yes and no, a flag, a spelling. */
const fewWords = 6;
const otherBasis = 0x9747b28c;

/** What the cells of one column showed, read by the schema that its first rows have. */
class ColumnReadOn {
  readonly declared: ColumnSchema;
  readonly #isId: boolean;
  readonly #isEmpty: boolean;
  readonly #isLabel: boolean;
  readonly #ids = new Set<number>();
  readonly #known: Set<string>;
  #minimum = Infinity;
  #maximum = -Infinity;
  readonly #isConstant: boolean;
  /** It may lack a value and lacked none so far: the first that does makes the field one that may be left out. */
  readonly #isWhole: boolean;

  constructor(declared: ColumnSchema, { notes }: InferredSchema, label: string) {
    const isNoted = (about: string): boolean =>
      notes.some((note) => note.column === declared.name && note.about === about);
    this.declared = declared;
    this.#isId = isNoted('identifier');
    this.#isEmpty = isNoted('all-missing');
    this.#isConstant = isNoted('constant');
    this.#isLabel = declared.name === label;
    this.#known = new Set(declared.domain);
    this.#isWhole = declared.nullable && declared.required && !this.#isLabel;
  }

  /** Reads on, and says whether the column still is what it was taken for. */
  add(column: Column, rows: number): boolean {
    if (this.#isWhole) for (let row = 0; row < rows; row += 1) if (isMissing(column, row)) return false;
    switch (column.kind) {
      case 'number':
      case 'time':
        this.#bound(column.values);
        return !this.#isConstant || this.#minimum === this.#maximum;
      case 'category':
        return column.dictionary.every((word) => this.#takes(word));
      case 'text':
        return column.values.every((value) => value === null || this.#takesText(value));
    }
  }

  /** The column with what was seen of it. */
  extended(): ColumnSchema {
    const { domain, minimum, maximum } = this.declared;
    return {
      ...this.declared,
      ...(domain === undefined ? {} : { domain: [...this.#known].sort() }),
      ...(minimum === undefined ? {} : { minimum: Math.min(minimum, this.#minimum) }),
      ...(maximum === undefined ? {} : { maximum: Math.max(maximum, this.#maximum) }),
    };
  }

  #bound(values: Float64Array): void {
    for (let row = 0; row < values.length; row += 1) {
      const value = values[row]!;
      if (value < this.#minimum) this.#minimum = value;
      if (value > this.#maximum) this.#maximum = value;
    }
  }

  #takes(word: string): boolean {
    if (isSurelyMissing(word) && !this.#known.has(word)) return false;
    if (this.#known.has(word)) return true;
    // Of a label every class decides what the task is.
    if (this.#isConstant || this.#isLabel) return false;
    if (this.declared.domain === undefined) return true;
    if (this.#known.size <= fewWords || this.#known.size === longestDomain) return false;
    this.#known.add(word);
    return true;
  }

  #takesText(value: string): boolean {
    if (this.#isEmpty || this.#isConstant || isSurelyMissing(value)) return false;
    if (!this.#isId || this.#ids.size === idsCompared) return true;
    const before = this.#ids.size;
    // Two ids of one hash would cost a look at the whole file, and no more.
    this.#ids.add(hashText(value) * 2 ** 21 + (hashText(value, otherBasis) >>> 11));
    return this.#ids.size > before;
  }
}

/**
 * Reads a table on by the schema that its first rows have: domains and ranges grow with what comes. What would have led
 * to another schema (an id that repeats, a constant that varies, a new class of the label, a word that means "missing") is a
 * doubt: then all rows have to be looked at as texts.
 */
export class ReadOn {
  readonly #schema: RowSchema;
  readonly #columns: readonly ColumnReadOn[];
  /** Is the schema still what all rows so far would give? */
  certain = true;

  constructor(inferred: InferredSchema, label: string) {
    this.#schema = inferred.schema;
    this.#columns = inferred.schema.columns.map((declared) => new ColumnReadOn(declared, inferred, label));
  }

  /** @param table Rows that are read by the schema, none of them refused. */
  add(table: Table): void {
    this.certain &&= this.#columns.every((column) => {
      const cells = table.columns.get(column.declared.name);
      return cells === undefined || column.add(cells, table.rows);
    });
  }

  /** The schema with what was seen. */
  schema(): RowSchema {
    return { ...this.#schema, columns: this.#columns.map((column) => column.extended()) };
  }
}
