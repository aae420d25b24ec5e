import type { CsvSigns } from '../sources/csv/csvMarks.ts';
import { marksOf } from '../sources/csv/csvMarks.ts';
import { scannerOf, unescaped } from '../sources/csv/csvOtherScanner.ts';
import { createRecord } from '../sources/csv/csvScanner.ts';

/** A record of a beginning, cut into fields. Blank lines are none. */
export interface CutRecord {
  /** Physical line that it starts on, from 1. */
  readonly line: number;
  /** Physical lines that it takes. */
  readonly lines: number;
  readonly fields: readonly string[];
  /** Was any field quoted? */
  readonly quoted: boolean;
  /** Why it could not be cut; its one field is then the line. */
  readonly problem: string | null;
  readonly raw: string;
}

/** Where a beginning is looked at. */
export interface Beginning {
  /** UTF-8, of whole characters. */
  readonly bytes: Buffer;
  /** Is it all of the file? */
  readonly complete: boolean;
}

const mostFields = 20_000;

/**
 * The first records of a beginning.
 *
 * @param from Where to begin: bytes, and physical lines before that.
 */
export function cutRecords(
  { bytes, complete }: Beginning,
  signs: CsvSigns,
  from: { readonly at: number; readonly lines: number },
  most: number,
): CutRecord[] {
  const marks = marksOf(signs);
  const scan = scannerOf(marks);
  const record = createRecord(mostFields);
  const records: CutRecord[] = [];
  let line = from.lines + 1;
  for (let at = from.at; at < bytes.length && records.length < most; at = record.next) {
    const outcome = scan(record, bytes, at, complete);
    if (outcome === 'need-more') break;
    const { lines, end, quoted, starts, ends } = record;
    const raw = bytes.toString('utf8', at, end);
    if (raw.trim() !== '') {
      const field = (_: unknown, i: number): string =>
        record.escaped[i] === 1
          ? unescaped(bytes, starts[i]!, ends[i]!, marks).toString('utf8')
          : bytes.toString('utf8', starts[i], ends[i]);
      const broken = outcome === 'broken';
      const fields = broken ? [raw] : Array.from({ length: Math.min(mostFields, record.fields) }, field);
      records.push({ line, lines, fields, quoted, problem: broken ? record.problem : null, raw });
    }
    line += lines;
  }
  return records;
}
