import { usageError } from '../../../errors.ts';
import type { Dialect } from '../../dialect.ts';
import type { CsvMarks } from './csvScanner.ts';

/** What parts and quotes the fields of a file, all of it known. */
export interface CsvSigns {
  readonly delimiter: string;
  /** Empty = there are no quotes. */
  readonly quote: string;
  readonly escape: NonNullable<Dialect['escape']>;
}

const longestDelimiter = 8;

function delimiterBytes(delimiter: string): Buffer {
  const bytes = Buffer.from(delimiter, 'utf8');
  if (bytes.length > 0 && bytes.length <= longestDelimiter && !/[\r\n]/.test(delimiter)) return bytes;
  throw usageError({
    code: 'invalid-delimiter',
    message: `The delimiter: expected 1 to ${longestDelimiter} bytes without a line break, got ${JSON.stringify(delimiter)}.`,
    hint: 'Use one of "," ";" "\\t" "|", a space for blanks of any number, or leave it out to have it found.',
  });
}

function quoteByte(quote: string): number {
  if (quote === '') return -1;
  if (quote.length === 1 && quote.charCodeAt(0) < 128 && !/[\r\n]/.test(quote)) return quote.charCodeAt(0);
  throw usageError({
    code: 'invalid-quote',
    message: `The quote: expected one ASCII character, or none, got ${JSON.stringify(quote)}.`,
    hint: `Use "\\"", "'" or none.`,
  });
}

/**
 * The bytes that a file is cut by.
 *
 * @throws usage error (exit 2) where a file cannot be cut by them.
 */
export function marksOf({ delimiter, quote, escape }: CsvSigns): CsvMarks {
  const bytes = delimiterBytes(delimiter);
  const runs = delimiter === ' ';
  const backslash = escape === 'backslash';
  const marks = { delimiter: bytes[0]!, quote: quoteByte(quote) };
  if (marks.delimiter === marks.quote)
    throw usageError({
      code: 'invalid-quote',
      message: `The delimiter and the quote are one: ${JSON.stringify(delimiter)}.`,
      hint: 'Declare two different ones.',
    });
  return bytes.length === 1 && !runs && !backslash
    ? marks
    : { ...marks, other: { rest: bytes.subarray(1), runs, backslash } };
}
