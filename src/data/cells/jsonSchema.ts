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

/** JSON Schema of the values that `accepted` of the candidates are, and null where it may be. */
function oneOf(column: ColumnSchema, grammar: CellGrammar, candidates: readonly Scalar[]): JsonSchema {
  const parser = cellParser({ ...column, nullable: false }, grammar);
  const values = [...new Set(candidates)].filter((value) => !isIssue(parser.json(value)));
  return { enum: column.nullable ? [...values, null] : values };
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
  if (numberFormat !== undefined && isOpen)
    return {
      type: orNull(column, [own, 'string']),
      pattern: `^${documentedNumbers(type === 'integer', numberFormat)}$`,
    };
  return {
    type: orNull(column, [own]),
    ...(closed && minimum !== undefined ? { minimum } : {}),
    ...(closed && maximum !== undefined ? { maximum } : {}),
    ...withoutMissing(column, grammar),
  };
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
  if (timeFormat !== undefined && days.length === 0) {
    const { written, iso } = documentedTimes(timeFormat);
    const grammar = iso === 'any' ? timeGrammar : zonedTimeGrammar;
    const pattern = written === undefined ? `^${grammar}$` : `^(?:${grammar}|${written})$`;
    const counted = countedTimes(timeFormat);
    if (counted === undefined) return { type: orNull(column, ['string']), pattern };
    const { minimum, maximum } = counted;
    return { type: orNull(column, ['number', 'string']), pattern, minimum, maximum };
  }
  return {
    type: orNull(column, ['string']),
    pattern: `^${timeGrammar}$`,
    ...(days.length === 0 ? {} : { not: { pattern: `^(?:${[...new Set(days)].join('|')})` } }),
  };
}

/**
 * JSON Schema 2020-12 of the JSON values that are cells of a column, for those who write requests: what is valid is
 * accepted, in every spelling of its numbers. Accepted besides, and not documented because nobody should write it:
 * spaces around a text, booleans' words in capitals, years beyond four digits, and missing words in place of null.
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
