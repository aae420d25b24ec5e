import type { ColumnSchema } from '../schema.ts';
import type { Cell, CellIssue } from './cell.ts';
import { expected, quoted } from './cell.ts';
import { parseNumber } from './numbers.ts';
import { parseTime } from './times.ts';

const loneSurrogate = /\p{Surrogate}/u;

/** NUL, or half of a UTF-16 pair without its other half: JSON can escape them, the stored formats cannot hold them. */
function isStorable(word: string): boolean {
  for (let i = 0; i < word.length; i += 1) {
    const unit = word.charCodeAt(i);
    if (unit === 0) return false;
    if (unit >= 0xd800 && unit <= 0xdfff) return !loneSurrogate.test(word) && !word.includes('\u0000');
  }
  return true;
}

/** The parser of one column. Never throws, whatever it is given. */
export interface CellParser {
  /** A cell of a text source (CSV). */
  text(raw: string): Cell | CellIssue;
  /** A member of a JSON object (request, NDJSON); `undefined` counts as null. */
  json(value: unknown): Cell | CellIssue;
}

function describeJson(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return `the text ${quoted(value)}`;
    case 'number':
      return `the number ${String(value)}`;
    case 'boolean':
      return String(value);
    default:
      return 'an object';
  }
}

type Step<In> = (value: In) => Cell | CellIssue;
/** The word of a number that stands for a category: `0`, `0.0` and JSON `0` are one category. */
function numberWord(text: string): string | CellIssue {
  const value = parseNumber(text);
  if (typeof value !== 'number') return value;
  // Longer integers (account numbers) would lose digits as a double.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text.trim() : String(value);
}

function checkRange(column: ColumnSchema, step: Step<number>): Step<number> {
  const { minimum = -Infinity, maximum = Infinity } = column;
  if (!column.closed || (minimum === -Infinity && maximum === Infinity)) return step;
  return (value) => {
    const outcome = step(value);
    if (typeof outcome !== 'number' || (outcome >= minimum && outcome <= maximum)) return outcome;
    return expected(`a number from ${minimum} to ${maximum}`, String(value));
  };
}

function checkDomain(column: ColumnSchema): Step<string> {
  const { domain } = column;
  const wellFormed: Step<string> = (word) =>
    isStorable(word) ? word : expected('text', 'a NUL or broken Unicode character');
  if (!column.closed || domain === undefined) return wellFormed;
  const allowed = new Set(domain);
  const list = domain.slice(0, 10).map(quoted).join(', ') + (domain.length > 10 ? ', …' : '');
  return (word) => (allowed.has(word) ? word : expected(`one of ${list}`, quoted(word)));
}

/** Wraps a parser of present values with the rule for missing ones. */
function withMissing(column: ColumnSchema, missing: readonly string[], present: CellParser): CellParser {
  const words = new Set(['', ...missing.map((word) => word.trim())]);
  const absent: Cell | CellIssue = column.nullable ? null : { issue: 'expected a value, got nothing' };
  const wordsInJson = column.kind !== 'number';
  return {
    text: (raw) => (words.has(raw.trim()) ? absent : present.text(raw)),
    json: (value) => {
      if (value === null || value === undefined) return absent;
      // The same missing words as in CSV, or a request's "NA" would be a category that training never saw.
      if (wordsInJson && typeof value === 'string' && words.has(value.trim())) return absent;
      return present.json(value);
    },
  };
}

function numberParser(column: ColumnSchema): CellParser {
  const whole = column.type === 'integer';
  const noun = whole ? 'a whole number' : 'a number';
  const check = checkRange(column, (value) =>
    whole && !Number.isInteger(value) ? expected(noun, String(value)) : value,
  );
  return {
    text: (raw) => {
      const value = parseNumber(raw);
      return typeof value === 'number' ? check(value) : value;
    },
    json: (value) => {
      if (typeof value !== 'number') return expected(noun, describeJson(value));
      return Number.isFinite(value) ? check(value + 0) : expected('a finite number', describeJson(value));
    },
  };
}

function booleanParser(column: ColumnSchema): CellParser {
  const domain = checkDomain(column);
  const truth = new Set(['true', ...(column.trueWords ?? [])].map((word) => word.toLowerCase()));
  const falsehood = new Set(['false', ...(column.falseWords ?? [])].map((word) => word.toLowerCase()));
  const list = [...truth, ...falsehood].map(quoted).join(', ');
  const text = (raw: string, got: string): Cell | CellIssue => {
    const word = raw.trim().toLowerCase();
    if (truth.has(word)) return domain('true');
    return falsehood.has(word) ? domain('false') : expected(`one of ${list}`, got);
  };
  return {
    text: (raw) => text(raw, quoted(raw.trim())),
    json: (value) => {
      if (typeof value === 'boolean') return domain(String(value));
      if (typeof value === 'string' || typeof value === 'number')
        return text(String(value), describeJson(value));
      return expected('true or false', describeJson(value));
    },
  };
}

function categoryParser(column: ColumnSchema): CellParser {
  if (column.type === 'boolean') return booleanParser(column);
  const domain = checkDomain(column);
  const text: Step<string> =
    column.type === 'string'
      ? (raw) => domain(raw.trim())
      : (raw) => {
          const word = numberWord(raw);
          return typeof word === 'string' ? domain(word) : word;
        };
  return { text, json: (value) => scalarText(value, 'a category', text) };
}

/** JSON scalars as the text that a CSV file would hold: `0` → "0", `true` → "true". */
function scalarText(value: unknown, noun: string, text: Step<string>): Cell | CellIssue {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return text(String(value));
  if (typeof value !== 'number') return expected(noun, describeJson(value));
  return Number.isFinite(value) ? text(String(value)) : expected('a finite number', describeJson(value));
}

function timeParser(column: ColumnSchema): CellParser {
  const check = checkRange(column, (value) => value);
  const noun = 'a time as ISO 8601 (2024-12-31 or 2024-12-31T23:59:00Z)';
  const text: Step<string> = (raw) => {
    const time = parseTime(raw.trim());
    return Number.isNaN(time) ? expected(noun, quoted(raw.trim())) : check(time);
  };
  return {
    text,
    json: (value) => (typeof value === 'string' ? text(value) : expected(noun, describeJson(value))),
  };
}

function textParser(column: ColumnSchema): CellParser {
  const domain = checkDomain(column);
  // A byte order mark that opens a cell is an artefact of joined files, never content.
  const text: Step<string> = (raw) =>
    domain(raw.charCodeAt(0) === 0xfeff ? raw.replace(/^\uFEFF+/, '') : raw);
  return { text, json: (value) => scalarText(value, 'text', text) };
}

/**
 * The one parser of cell values, for every source, for requests and for golden rows, so that a value is the same
 * wherever it came from.
 *
 * - number: `numberGrammar` in text; a finite JSON number, never text. `integer` refuses fractions. -0 is 0.
 * - category: the trimmed word. JSON `0`, JSON `"0"` and CSV `0` are one category; with type `number` or `integer`
 *   so is CSV `0.0`. Booleans are the words `true` and `false`, from these and from the declared words.
 * - time: `parseTime`. text: as it stands.
 * - missing: the schema's missing words after trimming, '' always; JSON null or no key. Refused unless `nullable`.
 * - `closed`: a value outside of the domain or range is refused.
 */
export function cellParser(column: ColumnSchema, missing: readonly string[]): CellParser {
  switch (column.kind) {
    case 'number':
      return withMissing(column, missing, numberParser(column));
    case 'category':
      return withMissing(column, missing, categoryParser(column));
    case 'time':
      return withMissing(column, missing, timeParser(column));
    case 'text':
      return withMissing(column, missing, textParser(column));
  }
}
