import type { NumberFormat } from '../../data/cells/formats/declared.ts';
import type { NumberLook } from '../../data/cells/formats/numberLooks.ts';
import { conventions, isKnownUnit } from '../../data/cells/formats/numberLooks.ts';
import { spellingsOfCurrency } from '../../data/cells/formats/numberWriting.ts';

type DecimalMark = '.' | ',';

/** What the columns of a file agree on; null where they do not, or say nothing. */
export interface NumberMarks {
  readonly decimal: DecimalMark | null;
  /** Stands between thousands where the fraction has the decimal mark. */
  readonly thousands: NonNullable<NumberFormat['thousands']> | null;
}
export const noMarks: NumberMarks = { decimal: null, thousands: null };

/** How many rows, and from where to where. */
interface Extent {
  rows: number;
  minimum: number;
  maximum: number;
}
const noExtent = (): Extent => ({ rows: 0, minimum: Infinity, maximum: -Infinity });

function extend(extent: Extent, value: number, rows: number): void {
  extent.rows += rows;
  if (value < extent.minimum) extent.minimum = value;
  if (value > extent.maximum) extent.maximum = value;
}

/** Texts that look alike but for their digits. */
interface AlikeNumbers {
  readonly look: NumberLook;
  rows: number;
  /** The longest of them so far, which shows the most. */
  word: string;
  /** Some of them, with their rows. */
  readonly words: Map<string, number>;
  readonly extents: readonly Extent[];
  readonly fractions: boolean[];
}

/** Kinds of looks that are told apart in one column; it has no format where there are more. */
const mostLooks = 200;
const wordsKept = 20;
/** A unit that is not known must stand in every cell of so many. */
const unitRows = 20;
const groupable = /^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$/;

/** A unit without the s of its plural. */
const singular = (unit: string): string => (/\p{L}{3}s$/u.test(unit) ? unit.slice(0, -1) : unit);
/** The first known spelling of a currency. */
const oneCurrency = (currency: string): string => [...spellingsOfCurrency(currency)].sort()[0]!;

/** What stands behind or before a number: nothing (''), a currency, a unit or a percent sign. */
const affixOf = ({ currency, unit, percent }: NumberLook): string => {
  if (currency !== '') return `currency ${oneCurrency(currency)}`;
  if (unit !== '') return `unit ${singular(unit)}`;
  return percent ? 'percent' : '';
};

/** What speaks for each way to write the numbers of a column, in bounded memory. */
export class NumberEvidence {
  /** Plain numbers: whole ones, those with a point, and those whose point may stand between thousands. */
  readonly #integers = noExtent();
  readonly #points = noExtent();
  readonly #groupable = noExtent();
  readonly #grouped = noExtent();
  #groupableWord = '';
  /** Whole numbers of four digits or more without a mark between thousands. */
  #ungrouped = 0;
  readonly #alike = new Map<string, AlikeNumbers>();
  #untold = 0;

  /** A number of the plain grammar. */
  plain(word: string, value: number, isInteger: boolean, rows: number): void {
    if (isInteger) {
      extend(this.#integers, value, rows);
      if (Math.abs(value) >= 1000) this.#ungrouped += rows;
    } else if (word.length <= 8 && word.charCodeAt(word.length - 4) === 0x2e && groupable.test(word)) {
      extend(this.#groupable, value, rows);
      extend(this.#grouped, Number(word.replace('.', '')), rows);
      if (this.#groupableWord === '') this.#groupableWord = word;
    } else extend(this.#points, value, rows);
  }

  look(word: string, look: NumberLook, rows: number): void {
    const bits = look.values.map((value) => (Number.isNaN(value) ? 0 : 1)).join('');
    const key = `${bits} ${affixOf(look)} ${look.negative ?? ''} ${look.censored}`;
    let alike = this.#alike.get(key);
    if (alike === undefined) {
      if (this.#alike.size === mostLooks) {
        this.#untold += rows;
        return;
      }
      const extents = conventions.map(noExtent);
      alike = { look, rows: 0, word, words: new Map(), extents, fractions: conventions.map(() => false) };
      this.#alike.set(key, alike);
    }
    alike.rows += rows;
    if (word.length > alike.word.length) alike.word = word;
    const known = alike.words.get(word);
    if (known !== undefined || alike.words.size < wordsKept) alike.words.set(word, (known ?? 0) + rows);
    look.values.forEach((value, index) => {
      if (Number.isNaN(value)) return;
      extend(alike.extents[index]!, value, rows);
      if (look.fractions[index] === true) alike.fractions[index] = true;
    });
  }

  /**
   * The format that reads the most rows.
   *
   * @param present Rows that are not missing.
   * @param marks What the other columns of the file write, where they say so.
   */
  decide(present: number, marks: NumberMarks): NumberDecision | null {
    const all = [...this.#alike.values()];
    const affix = chosenAffix(all, present);
    const sign = chosenSign(all);
    const fits = ({ look }: AlikeNumbers): boolean =>
      [affix, ''].includes(affixOf(look)) && [sign, 'minus-sign', null].includes(look.negative ?? null);
    const read = all.filter(fits);
    const rows = conventions.map((_, index) => this.#rowsOf(index, read));
    const most = Math.max(...rows);
    if (most === 0) return null;
    const { index: seen, other, proven } = this.#convention(rows, most, read, marks.decimal);
    // Amounts below a thousand do not show the mark that greater ones of the same file have.
    const grouped = read.length === 0 ? -1 : groupedLike(seen, marks);
    const index = rows[grouped] === most ? grouped : seen;
    const unread = all.filter((each) => !read.includes(each) || each.extents[index]!.rows === 0);
    const extents = [...this.#plainExtents(index), ...read.map((each) => each.extents[index]!)];
    const shown = read
      .filter((each) => each.extents[index]!.rows > 0)
      .map(({ word }) => word)
      .sort((left, right) => right.length - left.length)[0];
    const format = formatOf(index, affix, sign, read);
    return {
      format: Object.keys(format).length === 0 ? null : format,
      rows: most,
      whole: this.#isWhole(index) && !read.some((each) => each.fractions[index] === true),
      minimum: Math.min(...extents.map(({ minimum }) => minimum)),
      maximum: Math.max(...extents.map(({ maximum }) => maximum)),
      shown: shown ?? this.#groupableWord,
      odd: unread.flatMap(({ words }) => [...words]),
      oddRows: unread.reduce((sum, each) => sum + each.rows, this.#untold),
      otherwise: other === null ? null : formatOf(other, affix, sign, read),
      proves: proven,
      bare:
        affix === ''
          ? 0
          : most -
            rowsOf(
              index,
              read.filter(({ look }) => affixOf(look) === affix),
            ),
      affixes: [
        ...new Set(all.map(({ look }) => look.currency || look.unit || (look.percent ? '%' : ''))),
      ].filter((each) => each !== ''),
    };
  }

  #hasPoints(read: readonly AlikeNumbers[], point: number): boolean {
    return this.#points.rows > 0 || read.some((each) => each.fractions[point]);
  }

  #isWhole(index: number): boolean {
    const grouped = isGrouped(index);
    return this.#points.rows === 0 && (grouped || this.#groupable.rows === 0);
  }

  #plainExtents(index: number): readonly Extent[] {
    if (isGrouped(index)) return [this.#integers, this.#grouped];
    return hasComma(index) ? [this.#integers] : [this.#integers, this.#points, this.#groupable];
  }

  #rowsOf(index: number, read: readonly AlikeNumbers[]): number {
    const plain = this.#plainExtents(index).reduce((sum, extent) => sum + extent.rows, 0);
    return read.reduce((sum, each) => sum + each.extents[index]!.rows, plain);
  }

  /** The convention among those that read the most rows, the one of the other decimal mark, and what is proven by it. */
  #convention(
    rows: readonly number[],
    most: number,
    read: readonly AlikeNumbers[],
    mark: DecimalMark | null,
  ): { readonly index: number; readonly other: number | null; readonly proven: DecimalMark | null } {
    const first = (comma: boolean): number =>
      rows.findIndex((count, at) => count === most && hasComma(at) === comma);
    const [point, comma] = [first(false), first(true)];
    const extentOf = (at: number): string => {
      const extents = [...this.#plainExtents(at), ...read.map((each) => each.extents[at]!)];
      return extents.map(({ minimum, maximum }) => `${minimum} ${maximum}`).join();
    };
    if (point === -1) return { index: comma, other: null, proven: ',' };
    if (comma === -1) return { index: point, other: null, proven: this.#hasPoints(read, point) ? '.' : null };
    if (read.length === 0 && this.#groupable.rows === 0) return { index: point, other: null, proven: null };
    const marked =
      this.#groupable.rows > 0 || read.some((each) => each.fractions[comma] || each.fractions[point]);
    if (!marked || sorted(extentOf(point)) === sorted(extentOf(comma)))
      return { index: mark === ',' ? comma : point, other: null, proven: null };
    // Every text with a mark is a plain number: that is what it is, unless other columns say otherwise.
    if (this.#groupable.rows > 0 && mark !== ',')
      return { index: point, other: mark === null && this.#ungrouped === 0 ? comma : null, proven: null };
    // `1,234` beside `1234` is hardly a thousand.
    const isComma = (mark ?? (this.#ungrouped > 0 ? ',' : '.')) === ',';
    return { index: isComma ? comma : point, other: isComma ? point : comma, proven: null };
  }
}

const rowsOf = (index: number, read: readonly AlikeNumbers[]): number =>
  read.reduce((sum, { extents }) => sum + extents[index]!.rows, 0);
const sorted = (text: string): string => text.split(',').sort().join();
const hasComma = (index: number): boolean => 'decimal' in conventions[index]!;
/** Is a point between thousands the convention? */
const isGrouped = (index: number): boolean => {
  const { thousands }: NumberFormat = conventions[index]!;
  return thousands === '.';
};

/** The convention with a mark between thousands, and else like one that has none; -1 = there is none. */
function groupedLike(index: number, { decimal: mark, thousands }: NumberMarks): number {
  const { decimal, thousands: own }: NumberFormat = conventions[index]!;
  if (thousands === null || own !== undefined || (decimal ?? '.') !== mark) return -1;
  return conventions.findIndex(
    (each: NumberFormat) => each.decimal === decimal && each.thousands === thousands,
  );
}

/** The currency, unit or percent sign that most of the texts have; '' where none is one. */
function chosenAffix(all: readonly AlikeNumbers[], present: number): string {
  const counts = new Map<string, number>();
  for (const { look, rows } of all) {
    const affix = affixOf(look);
    if (affix !== '') counts.set(affix, (counts.get(affix) ?? 0) + rows);
  }
  const isUsable = ([affix, rows]: readonly [string, number]): boolean => {
    if (!affix.startsWith('unit ')) return true;
    const unit = affix.slice(5);
    const isWord = /^\p{L}[\p{L}/.²³]{1,9}$/u.test(unit);
    // `12` beside `12B` are numbers of houses.
    const tells = isKnownUnit(unit) && (unit.length > 1 || rows === present);
    return tells || (isWord && rows >= unitRows && rows === present);
  };
  return [...counts].filter(isUsable).sort(([, left], [, right]) => right - left)[0]?.[0] ?? '';
}

function chosenSign(all: readonly AlikeNumbers[]): NonNullable<NumberFormat['negative']> | null {
  const rowsOf = (sign: NumberFormat['negative']): number =>
    all.reduce((sum, { look, rows }) => (look.negative === sign ? sum + rows : sum), 0);
  const [open, behind] = [rowsOf('parentheses'), rowsOf('trailing-minus')];
  if (open + behind > 0) return open >= behind ? 'parentheses' : 'trailing-minus';
  return rowsOf('minus-sign') > 0 ? 'minus-sign' : null;
}

function formatOf(
  index: number,
  affix: string,
  sign: NonNullable<NumberFormat['negative']> | null,
  read: readonly AlikeNumbers[],
): NumberFormat {
  const shown = read.find(({ look }) => affixOf(look) === affix)?.look;
  return {
    ...conventions[index]!,
    ...(affix.startsWith('currency ') ? { currency: shown!.currency } : {}),
    ...(affix.startsWith('unit ') ? { unit: singular(shown!.unit) } : {}),
    ...(affix === 'percent' ? { percent: true as const } : {}),
    ...(sign === null ? {} : { negative: sign }),
    ...(read.some(({ look }) => look.censored) ? { censored: 'bound' as const } : {}),
  };
}

/** How the numbers of a column are written, as far as its texts say. */
export interface NumberDecision {
  /** null = plain. */
  readonly format: NumberFormat | null;
  /** Rows that it reads, plain numbers among them. */
  readonly rows: number;
  readonly whole: boolean;
  readonly minimum: number;
  readonly maximum: number;
  /** A text that shows the format. */
  readonly shown: string;
  /** Some texts that look like numbers, but are not read, with their rows; all rows of such. */
  readonly odd: readonly (readonly [string, number])[];
  readonly oddRows: number;
  /** A format by which the same texts are other numbers, where nothing speaks against it. */
  readonly otherwise: NumberFormat | null;
  /** The decimal mark that the column shows. */
  readonly proves: DecimalMark | null;
  /** Rows of numbers without the currency, unit or percent sign that the others have. */
  readonly bare: number;
  /** Currencies, units and percent signs that stand there. */
  readonly affixes: readonly string[];
}
