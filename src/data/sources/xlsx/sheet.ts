import type { TypedValue } from '../../cells/cell.ts';
import type { Workbook } from './workbook.ts';
import { BadXml, xmlReader } from './xml.ts';

/** A row of a sheet that has something in it. */
export interface SheetRow {
  /** From 1, as the sheet numbers it. */
  readonly number: number;
  /** By column from 0; null = empty. */
  readonly cells: readonly TypedValue[];
}

/** A block of cells that are shown as one, rows and columns from 1 and 0. */
export interface Merge {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Excel has no more columns. */
const mostColumns = 16_384;
const dayMs = 86_400_000;
const first1900 = Date.UTC(1899, 11, 30);
const first1904 = Date.UTC(1904, 0, 1);

/** The column of a reference from 0: `A1` → 0, `AB12` → 27; −1 where it is none. */
function columnOf(reference: string): number {
  let column = 0;
  let at = 0;
  for (; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) & 0xdf;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return at === 0 || column > mostColumns ? -1 : column - 1;
}

/** A merge as it is written: `B2:C5`. */
export function mergeOf(reference: string): Merge | undefined {
  const found = /^\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)$/i.exec(reference);
  if (found === null) return undefined;
  const [, left = '', top, right = '', bottom] = found;
  return { left: columnOf(left), right: columnOf(right), top: Number(top), bottom: Number(bottom) };
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** A part of a day as `HH:MM:SS`. */
function clock(share: number): string {
  const seconds = Math.round(share * 86_400);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(':');
}

/** The instant of a day number. Excel has a 29 February 1900, so that days before it are one off. */
function instantOf(days: number, from1904: boolean): Date {
  const start = from1904 ? first1904 : days < 60 ? first1900 + dayMs : first1900;
  return new Date(start + Math.round(days * dayMs));
}

/** Reads the cells of a sheet, row by row, as its XML comes. */
export class SheetReader {
  readonly #book: Workbook;
  readonly #read: (chunk?: Buffer) => void;
  #rows: SheetRow[] = [];
  #number = 0;
  #cells: TypedValue[] = [];
  #column = -1;
  #type = '';
  #style = 0;
  #value = '';
  #hasValue = false;
  /** Inside of `<v>`, or of `<t>` in `<is>`. */
  #taking = false;
  #phonetic = false;

  constructor(book: Workbook) {
    this.#book = book;
    this.#read = xmlReader({
      open: (name, attributes) => this.#open(name, attributes),
      text: (text) => {
        if (this.#taking) this.#value += text;
      },
      close: (name) => this.#close(name),
    });
  }

  /** Takes a chunk, or nothing at the end; gives the rows that are complete now. */
  push(chunk?: Buffer): readonly SheetRow[] {
    this.#read(chunk);
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'row': {
        const number = Number(attributes['r'] ?? this.#number + 1);
        if (!(Number.isSafeInteger(number) && number > this.#number)) throw new BadXml('rows out of order');
        this.#number = number;
        this.#cells = [];
        this.#column = -1;
        return;
      }
      case 'c': {
        const reference = attributes['r'];
        const column = reference === undefined ? this.#column + 1 : columnOf(reference);
        if (column < 0 || column >= mostColumns) throw new BadXml('a cell out of the sheet');
        this.#column = column;
        this.#type = attributes['t'] ?? 'n';
        this.#style = Number(attributes['s'] ?? 0);
        this.#value = '';
        this.#hasValue = false;
        return;
      }
      case 'rPh':
        this.#phonetic = true;
        return;
      case 'v':
      case 't':
        this.#taking = !this.#phonetic;
        this.#hasValue = true;
        return;
      default:
    }
  }

  #close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.#taking = false;
        return;
      case 'rPh':
        this.#phonetic = false;
        return;
      case 'c': {
        const cell = this.#hasValue ? this.#cell() : null;
        if (cell === null) return;
        while (this.#cells.length < this.#column) this.#cells.push(null);
        this.#cells[this.#column] = cell;
        return;
      }
      case 'row':
        if (this.#cells.length > 0) this.#rows.push({ number: this.#number, cells: this.#cells });
        return;
      default:
    }
  }

  #cell(): TypedValue {
    const value = this.#value;
    switch (this.#type) {
      case 's': {
        const text = this.#book.texts[Number(value)];
        if (text === undefined) throw new BadXml('a text that is not there');
        return textOf(text);
      }
      case 'b':
        return value.trim() === '1';
      case 'n':
        return this.#numeric(value.trim());
      // `str` is a formula's text, `e` an error as it is shown (#N/A), `d` a date as text.
      default:
        return textOf(value);
    }
  }

  #numeric(text: string): TypedValue {
    if (text === '') return null;
    const value = Number(text);
    if (!Number.isFinite(value)) throw new BadXml('a number that is none');
    const style = this.#book.styles[this.#style] ?? 'number';
    if (style === 'clock' && value >= 0 && value < 1) return clock(value);
    if (style !== 'number') return instantOf(value, this.#book.from1904);
    // Digits that a double does not hold are left to the grammar of numbers.
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
  }
}

/** An empty text is an empty cell. */
const textOf = (text: string): string | null => (text.trim() === '' ? null : text);
