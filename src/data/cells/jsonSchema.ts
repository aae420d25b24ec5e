import type { ColumnSchema } from '../schema.ts';
import { booleanWords } from './categories.ts';
import { isIssue } from './cell.ts';
import { documentedNumbers } from './formats/numberWriting.ts';
import { countedTimes, documentedTimes } from './formats/timeWriting.ts';
import { missingWords, wordsMissing } from './missing.ts';
import { isNumber } from './numbers.ts';
import type { CellGrammar } from './parser.ts';
import { cellParser } from './parser.ts';
import { timeGrammar, zonedTimeGrammar } from './times.ts';

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Scalar = string | number | boolean;

/** What `trim` takes away, as a class of a regular expression: `\s` is not the same in every language. */
const space = '[\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]';
/** Every character but NUL and halves of UTF-16 pairs. */
const storable = '[^\\u0000\\ud800-\\udfff]';
const dayMs = 86_400_000;

const escaped = (word: string): string => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** JSON scalars that a word may come as: `1` as a text and a number, `true` as a text and a boolean. */
function scalarsOf(word: string): readonly Scalar[] {
  if (isNumber(word) && String(Number(word)) === word) return [word, Number(word)];
  return word === 'true' || word === 'false' ? [word, word === 'true'] : [word];
}

/** Where a value must be, no missing word may stand for it. */
function withoutMissing(column: ColumnSchema, grammar: CellGrammar): JsonSchema {
  const { cells } = grammar;
  const missing = wordsMissing(column, grammar.missing);
  const isFirst = cells === 1 && column.kind === 'number';
  if (column.nullable || isFirst) return {};
  const scalars: readonly Scalar[] =
    column.kind === 'number'
      ? [...missingWords(column, missing).values]
      : missing.flatMap((word) => scalarsOf(word.trim())).filter((one) => typeof one !== 'string');
  return scalars.length === 0 ? {} : { not: { enum: scalars } };
}

/** A text of such characters; where a value must be, no missing word. */
function wordPattern(column: ColumnSchema, { missing }: CellGrammar, content = `${storable}*`): string {
  if (column.nullable) return `^${content}$`;
  const words = wordsMissing(column, missing)
    .filter((word) => word !== '')
    .sort();
  const absent = ['', ...words].map(escaped).join('|');
  return `^(?!${space}*(?:${absent})${space}*$)${content}$`;
}

/** The days on which a missing word's time may lie in some zone. */
function missingDays(column: ColumnSchema, { missing }: CellGrammar): readonly string[] {
  if (column.nullable) return [];
  return [...missingWords(column, missing).values].flatMap((time) =>
    [-1, 0, 1].map((days) => new Date(time + days * dayMs).toISOString().slice(0, 10)),
  );
}

/** JSON Schema of those of the candidates that are read; where null may be, of what means "missing" as well. */
function oneOf(column: ColumnSchema, grammar: CellGrammar, candidates: readonly Scalar[]): JsonSchema {
  const parser = cellParser(column, grammar);
  const absent = column.nullable ? wordsMissing(column, grammar.missing).flatMap(scalarsOf) : [];
  const values = [...new Set([...candidates, ...absent])].filter((value) => !isIssue(parser.json(value)));
  return { enum: column.nullable ? [...values, null] : values };
}

/** The texts that mean "missing" where null may be, as an alternative of a regular expression. */
function absentTexts(column: ColumnSchema, { missing }: CellGrammar): readonly string[] {
  if (!column.nullable) return [];
  const words = wordsMissing(column, missing).filter((word) => word !== '');
  const word = words.sort().map(escaped).join('|');
  return [word === '' ? `${space}*` : `${space}*(?:(?:${word})${space}*)?`];
}

const patternOf = (texts: readonly string[]): JsonSchema => {
  if (texts.length === 0) return {};
  return { pattern: texts.length === 1 ? `^${texts[0]!}$` : `^(?:${texts.join('|')})$` };
};

/** Numbers that mean "missing" where null may be, and that the column has no place for else: beyond its range, with a fraction. */
function orAbsentNumber(
  column: ColumnSchema,
  grammar: CellGrammar,
  { whole, minimum = -Infinity, maximum = Infinity }: Border,
  rest: JsonSchema,
): JsonSchema {
  if (!column.nullable) return rest;
  const parser = cellParser(column, grammar);
  const words = wordsMissing(column, grammar.missing).flatMap(scalarsOf);
  const values = [...missingWords(column, grammar.missing).values, ...words].filter(
    (value) => typeof value === 'number' && parser.json(value) === null,
  );
  const others = [...new Set(values)].filter(
    (value) => Number(value) < minimum || Number(value) > maximum || (whole && !Number.isInteger(value)),
  );
  return others.length === 0 ? rest : { anyOf: [rest, { enum: others }] };
}
interface Border {
  readonly whole: boolean;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

const orNull = ({ nullable }: ColumnSchema, types: readonly string[]): string | readonly string[] => {
  const all = nullable ? [...types, 'null'] : types;
  return all.length === 1 ? all[0]! : all;
};

function numberSchema(column: ColumnSchema, grammar: CellGrammar): JsonSchema {
  const { closed, minimum, maximum, type, numberFormat } = column;
  const own = type === 'integer' ? 'integer' : 'number';
  // Texts that are certainly read: a range or a missing word can say of numbers alone what is left out.
  const isOpen = !closed && (column.nullable || missingWords(column, grammar.missing).values.size === 0);
  const written =
    numberFormat !== undefined && isOpen ? [documentedNumbers(type === 'integer', numberFormat)] : [];
  const texts = [...written, ...absentTexts(column, grammar)];
  const range = closed ? { minimum, maximum } : {};
  return orAbsentNumber(
    column,
    grammar,
    { whole: type === 'integer', ...range },
    {
      type: orNull(column, texts.length === 0 ? [own] : [own, 'string']),
      ...patternOf(texts),
      ...(range.minimum === undefined ? {} : { minimum: range.minimum }),
      ...(range.maximum === undefined ? {} : { maximum: range.maximum }),
      ...withoutMissing(column, grammar),
    },
  );
}

function categorySchema(column: ColumnSchema, grammar: CellGrammar): JsonSchema {
  const { closed, domain } = column;
  if (column.type === 'boolean') {
    const { truth, falsehood } = booleanWords(column);
    return oneOf(column, grammar, [true, false, ...[...truth, ...falsehood].flatMap(scalarsOf)]);
  }
  if (closed && domain !== undefined) return oneOf(column, grammar, domain.flatMap(scalarsOf));
  if (grammar.cells === 1 && column.type !== 'string')
    return {
      type: orNull(column, ['string', 'number']),
      // Digits that no double is too small for.
      pattern: wordPattern(column, grammar, '[+-]?[0-9]{1,300}(?:\\.[0-9]+)?'),
      ...withoutMissing(column, grammar),
    };
  return wordSchema(column, grammar);
}

const wordSchema = (column: ColumnSchema, grammar: CellGrammar): JsonSchema => ({
  type: orNull(column, ['string', 'number', 'boolean']),
  pattern: wordPattern(column, grammar),
  ...withoutMissing(column, grammar),
});

function timeSchema(column: ColumnSchema, grammar: CellGrammar): JsonSchema {
  const days = missingDays(column, grammar);
  const { timeFormat } = column;
  const absent = absentTexts(column, grammar);
  if (timeFormat !== undefined && days.length === 0) {
    const { written, iso } = documentedTimes(timeFormat);
    const own = iso === 'any' ? timeGrammar : zonedTimeGrammar;
    const pattern = patternOf([own, ...(written === undefined ? [] : [written]), ...absent]);
    const counted = countedTimes(timeFormat);
    if (counted === undefined) return { type: orNull(column, ['string']), ...pattern };
    const { minimum, maximum } = counted;
    const numbers = { type: orNull(column, ['number', 'string']), ...pattern, minimum, maximum };
    return orAbsentNumber(column, grammar, { whole: false, minimum, maximum }, numbers);
  }
  return {
    type: orNull(column, ['string']),
    ...patternOf([timeGrammar, ...absent]),
    ...(days.length === 0 ? {} : { not: { pattern: `^(?:${[...new Set(days)].join('|')})` } }),
  };
}

/**
 * JSON Schema 2020-12 of the JSON values that are cells of a column, for those who write requests: what is valid is
 * accepted, in every spelling of its numbers, and where null may be the words that mean the same. Accepted besides, and
 * not documented because nobody should write it: spaces around a text, booleans' words in capitals, years beyond four
 * digits.
 */
export function cellJsonSchema(column: ColumnSchema, grammar: CellGrammar): JsonSchema {
  switch (column.kind) {
    case 'number':
      return numberSchema(column, grammar);
    case 'category':
      return categorySchema(column, grammar);
    case 'time':
      return timeSchema(column, grammar);
    case 'text':
      return wordSchema(column, grammar);
  }
}

function exampleNumbers({ type, minimum, maximum }: ColumnSchema): readonly number[] {
  const low = minimum ?? Math.min(0, maximum ?? 0);
  const high = maximum ?? Math.max(1, low);
  const middle = low + (high - low) / 2;
  const whole = Math.min(Math.max(Math.round(middle), Math.ceil(low)), Math.floor(high));
  return [type === 'integer' ? whole : middle, Math.ceil(low), Math.floor(high), 0, 1];
}

/** A value that a request may give for the column: the first of the domain, the middle of the range. */
export function exampleCell(column: ColumnSchema, grammar: CellGrammar): Scalar {
  const parser = cellParser({ ...column, nullable: false }, grammar);
  const words = column.domain ?? [];
  const candidates: Readonly<Record<ColumnSchema['kind'], readonly Scalar[]>> = {
    number: exampleNumbers(column),
    category:
      column.type === 'boolean'
        ? [true, false]
        : column.type === 'string'
          ? [...words, 'text', 'word']
          : [...words.flatMap((word) => scalarsOf(word).toReversed()), 0, 1],
    time: ['2025-01-31T12:00:00Z', '2024-06-30T12:00:00Z'],
    text: ['text', 'a text'],
  };
  const list = candidates[column.kind];
  return list.find((value) => !isIssue(parser.json(value))) ?? list[0]!;
}
