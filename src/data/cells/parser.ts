import type { ColumnSchema, RowSchema } from '../schema.ts';
import { categoryReading, textReading } from './categories.ts';
import type {
  Cell,
  CellIssue,
  CellParser,
  CellReading,
  MissingWords,
  Reading,
  TypedValue,
  Unfit,
} from './cell.ts';
import { expected, quoted } from './cell.ts';
import { isJsonObject, JsonNumber, scalarText } from './json.ts';
import { formattedTimes } from './formats/timeWriting.ts';
import { missingWords } from './missing.ts';
import { numberReading, numberWord } from './numbers.ts';
import { timeReading } from './times.ts';
import { firstJson, firstReading } from './version1.ts';

/** What of a row schema the grammar of its cells depends on. */
export type CellGrammar = Pick<RowSchema, 'missing' | 'cells'>;

/** A JSON value as a message names it. */
export function shownJson(value: unknown): string {
  if (value === null || value === undefined) return value === null ? 'null' : 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof JsonNumber) return `the number ${value.source.slice(0, 60)}`;
  switch (typeof value) {
    case 'string':
      return `the text ${quoted(value)}`;
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return isJsonObject(value) ? 'an object' : 'no JSON value';
  }
}

const isUnfit = (reading: Reading): reading is Unfit => typeof reading === 'object' && reading !== null;

/** A time as text, also where it is none. */
const timeText = (time: Date): string => (Number.isNaN(time.getTime()) ? 'no time' : time.toISOString());

/** How a way in names a value in a message. */
type Shown = (value: unknown) => string;
const shownText: Shown = (value) => quoted(String(value).trim());
const shownTyped: Shown = (value) => (value instanceof Date ? timeText(value) : String(value));

/** One column's parser out of the reading of its kind: missing values, types of each way in, and messages. */
class ColumnParser implements CellParser {
  readonly noun: string;
  readonly #reading: CellReading;
  readonly #missing: MissingWords;
  readonly #nullable: boolean;

  constructor(reading: CellReading, missing: MissingWords, nullable: boolean) {
    this.noun = reading.noun;
    this.#reading = reading;
    this.#missing = missing;
    this.#nullable = nullable;
  }

  #absent(got: string): null | CellIssue {
    return this.#nullable ? null : expected(this.#reading.noun, got);
  }

  #outcome(reading: Reading, value: unknown, shown: Shown): Cell | CellIssue {
    if (reading === null) return this.#absent(`${shown(value)}, which means missing`);
    if (!isUnfit(reading)) return reading;
    return expected(reading.wanted, shown(value) + (reading.remark ?? ''));
  }

  #spelled(raw: string, value: unknown, shown: Shown): Cell | CellIssue {
    const word = raw.trim();
    if (word === '') return this.#absent('nothing');
    if (this.#missing.words.has(word)) return this.#outcome(null, value, shown);
    const { plain } = this.#reading;
    const isText = typeof value === 'string' || plain === undefined;
    return this.#outcome(isText ? this.#reading.spelled(word, raw) : plain(word), value, shown);
  }

  text(raw: string): Cell | CellIssue {
    return this.#spelled(raw, raw, shownText);
  }

  json(value: unknown): Cell | CellIssue {
    const { takes, valued, noun } = this.#reading;
    if (value === null || value === undefined) return this.#absent(shownJson(value));
    if (typeof value === 'number' && takes.number) {
      if (!Number.isFinite(value)) return expected('a finite number', shownJson(value));
      if (valued?.of === 'number') return this.#outcome(valued.read(value), value, shownJson);
    }
    const text = scalarText(value);
    // A missing word is missing whatever the kind of the column, as in a file.
    const taken =
      typeof value === 'string'
        ? takes.text || this.#missing.words.has(value.trim())
        : typeof value === 'boolean'
          ? takes.boolean
          : takes.number;
    return text !== undefined && taken
      ? this.#spelled(text, value, shownJson)
      : expected(noun, shownJson(value));
  }

  typed(value: TypedValue): Cell | CellIssue {
    const { valued } = this.#reading;
    if (value === null || value === undefined || Number.isNaN(value)) return this.#absent('nothing');
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return expected('a finite number', String(value));
      if (valued?.of === 'number') return this.#outcome(valued.read(value), value, shownTyped);
    }
    if (value instanceof Date) {
      if (valued?.of === 'time') return this.#outcome(valued.read(value.getTime()), value, shownTyped);
      return this.#spelled(timeText(value), value, shownTyped);
    }
    const text = typeof value === 'boolean' ? String(value) : numberWord(value);
    return this.#spelled(text, value, shownTyped);
  }
}

function readingOf(column: ColumnSchema, missing: MissingWords): CellReading {
  switch (column.kind) {
    case 'number':
      return numberReading(column, missing);
    case 'category':
      return categoryReading(column, missing);
    case 'time':
      return column.timeFormat === undefined
        ? timeReading(missing)
        : formattedTimes(column.timeFormat, missing);
    case 'text':
      return textReading(column);
  }
}

/**
 * The one parser of a column's cells, for every door: files of rows, requests, tensors, labels, golden rows and the
 * prediction log, so that a value is the same wherever it came from.
 *
 * - number: `numberGrammar` in text, or the column's format; a JSON number, and a JSON text only where there is a format.
 *   What float64 cannot hold is refused. `integer` refuses fractions. -0 is 0.
 * - category: the trimmed word as it is spelled, a JSON number by its source text: CSV `0`, JSON `0` and JSON `"0"` are
 *   one category, `00712`, `712` and `7.12e2` are three. Typed integers are decimal, integral floats integers, other
 *   floats shortest. Booleans are the words `true` and `false`, from these and from the declared words.
 * - time: `parseTime`, and the column's format. text: as it stands, numbers as in a category. Words of both are merged
 *   as the column declares it.
 * - missing: the schema's and the column's missing words after trimming, '' always; JSON null; for numbers and times also another
 *   spelling of a missing word. Refused unless `nullable`.
 * - `closed`: a value outside of the domain or range is refused.
 *
 * @param grammar The schema's missing words, and its version where that is not the present one.
 */
export function cellParser(column: ColumnSchema, grammar: CellGrammar): CellParser {
  const missing = missingWords(column, grammar.missing);
  if (grammar.cells !== 1) return new ColumnParser(readingOf(column, missing), missing, column.nullable);
  const asSpelled = { ...missing, values: new Set<number>() };
  const reading = firstReading(column, readingOf(column, asSpelled));
  const parser = new ColumnParser(reading, asSpelled, column.nullable);
  return {
    noun: parser.noun,
    text: (raw) => parser.text(raw),
    json: (value) => parser.json(column.kind === 'text' ? value : firstJson(value)),
    typed: (value) => parser.typed(value),
  };
}
