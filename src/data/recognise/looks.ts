/**
 * What a cell looks like, in whatever country it was written: evidence of where a table begins and what parts its
 * fields. What a cell means is not said here; the grammar (`data/cells`) and the row schema do.
 */
export type Look = 'empty' | 'number' | 'time' | 'word';

const absent = /^(?:|-{1,3}|\.|\?|\\N|#?n\/?a!?|nan|null|none|nil|#(?:value|ref|div\/0)!)$/i;
const money = /^(?:[A-Z]{3}\s?|[$€£¥₹₽]\s?)|(?:\s?[A-Z]{3}|\s?[$€£¥₹₽%‰])$/g;
const digits = [
  // Grouped by threes, by one kind of sign; or as in India.
  /^\d{1,3}(?:([ .,'’\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/,
  /^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$/,
  /^(?:\d+[.,]?\d*|[.,]\d+)(?:e[-+]?\d+)?$/i,
  /^inf(?:inity)?$/i,
];

function isNumberLike(cell: string): boolean {
  let bare = cell.replaceAll(money, '');
  const bracketed = /^\((.*)\)$/.exec(bare);
  bare = (bracketed?.[1] ?? bare).replaceAll(money, '').replace(/^[-+−–<>≤≥~]{1,2}\s?|-$/g, '');
  return digits.some((pattern) => pattern.test(bare));
}

const month =
  '(?:jan|feb|mar|mär|maer|apr|mai|may|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|févr|avr|juin|juil|août|déc|ene|abr|ago|dic)[a-z]*\\.?';
const times = [
  /^\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?:[T ]\d|$)/,
  /^\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:[ ,T]|$)/,
  /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[ap]\.?m\.?)?$/i,
  new RegExp(`^(?:[a-z]{2,9},? )?\\d{1,2}\\.?[- ]${month}[- ,]*\\d{2,4}`, 'iu'),
  new RegExp(`^(?:[a-z]{2,9},? )?${month} \\d{1,2}(?:,? \\d{2,4})?(?: |$)`, 'iu'),
];

/** The look of a cell. */
export function lookOf(cell: string): Look {
  const text = cell.trim();
  if (absent.test(text)) return 'empty';
  if (isNumberLike(text)) return 'number';
  return times.some((pattern) => pattern.test(text)) ? 'time' : 'word';
}

/** Do most of the cells that are there look like one thing that is no word? */
export function typedLook(cells: readonly string[]): 'number' | 'time' | null {
  const counts = { empty: 0, number: 0, time: 0, word: 0 };
  for (const cell of cells) counts[lookOf(cell)] += 1;
  const there = cells.length - counts.empty;
  if (there === 0) return null;
  if (counts.number >= 0.8 * there) return 'number';
  return counts.time >= 0.8 * there ? 'time' : null;
}

/** Does a cell look like one that was cut in the wrong places: with delimiters of other files, or quotes, in it? */
export const isCutWrong = (cell: string): boolean =>
  /[;|\t\u001f\u0001]|^"|"$|^'|'$|[^\s\d],[^\s\d]|\d,[^\s\d]|[^\s\d],\d/.test(cell) &&
  lookOf(cell) === 'word';
