import type { CellIssue } from './cell.ts';
import { expected, quoted } from './cell.ts';

/**
 * The one grammar of numbers in text, as the source of a regular expression without anchors: decimal, optional
 * sign, fraction and exponent. No hexadecimal, no underscores, no thousands separators, no `Infinity`, no `NaN`.
 */
export const numberGrammar = '[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?';
const wholeText = new RegExp(`^${numberGrammar}$`);
const infinityWord = /^[+-]?inf(?:inity)?$/i;
const decimalComma = /^[+-]?[0-9]{1,3}(?:[., ][0-9]{3})*,[0-9]+$/;

/** Is the text (without spaces around it) a number by `numberGrammar`? */
export const isNumber = (text: string): boolean => wholeText.test(text);

/**
 * A finite number by `numberGrammar` (trimmed), or why it is none.
 *
 * @example parseNumber(' 1.5e3 ') === 1500
 */
export function parseNumber(text: string): number | CellIssue {
  const word = text.trim();
  if (!isNumber(word)) {
    if (infinityWord.test(word)) return expected('a finite number', quoted(word));
    const comma = decimalComma.test(word) ? ' (a decimal comma? numbers use a point)' : '';
    return expected('a number', quoted(word) + comma);
  }
  const value = Number(word);
  // + 0: there is no negative zero in a table.
  return Number.isFinite(value)
    ? value + 0
    : expected('a finite number', `${quoted(word)}, which is too large`);
}
