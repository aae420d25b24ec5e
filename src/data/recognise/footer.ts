import { isTotalWord } from '../cells/totals.ts';
import { lookOf, typedLook } from './looks.ts';
import type { CutRecord } from './records.ts';

const remark =
  /^\W*(?:source|sources|quelle|fuente|note|notes|anmerkung|remark|generated|exported?|erstellt|created|printed|report|page|seite|end of|ende|eof|copyright|©|\(?\d+ (?:rows?|records?|lines?|zeilen?|lignes?)\b|rows? selected|-{3,}|={3,}|\*{3,}|#)/iu;
const most = 12;
/** Rows above the footer that show what a row is. */
const rowsAbove = 40;

/** A record of the right width that sums the rows up: its first word says so, and it fits the columns no better than that. */
function isTotal({ fields }: CutRecord, rows: readonly CutRecord[]): boolean {
  const at = fields.findIndex((field) => field.trim() !== '');
  if (at === -1 || !isTotalWord(fields[at]!)) return false;
  // A word that other rows have there, too, is one of the data's.
  const word = fields[at]!.trim().toLowerCase();
  if (rows.some((row) => row.fields[at]?.trim().toLowerCase() === word)) return false;
  const others = fields.filter((_, column) => column !== at);
  return others.some((field) => field.trim() === '') || others.some((field) => lookOf(field) === 'number');
}

/** A record of another width than the rows: a remark, and not a row that was cut off. */
function isRemark(record: CutRecord, rows: readonly CutRecord[], gap: boolean): boolean {
  const first = record.fields.find((field) => field.trim() !== '') ?? '';
  if (isTotalWord(first) || remark.test(first) || first === '\\.') return true;
  // Behind a gap a line of one field is a remark; one of more may begin another table.
  if (gap) return record.fields.filter((field) => field.trim() !== '').length === 1;
  const typed = typedLook(rows.map(({ fields }) => fields[0]!)) !== null;
  return typed && lookOf(first) === 'word' && / /.test(first.trim());
}

const isGap = (before: CutRecord, record: CutRecord): boolean => record.line > before.line + before.lines;

/**
 * The record that begins another table below the first: behind a blank line, words where the columns above are typed, and
 * not the names of these columns once more.
 *
 * @param records The last records of the file.
 */
export function findSecondTable(
  records: readonly CutRecord[],
  names: readonly string[],
): CutRecord | undefined {
  return records.find((record, at) => {
    const before = records[at - 1];
    if (before === undefined || at === records.length - 1 || !isGap(before, record)) return false;
    const rows = records.slice(Math.max(0, at - rowsAbove), at);
    const isAgain = record.fields.every((field) => names.includes(field.trim()));
    return rows.length > 1 && !isAgain && beginsTable(record, rows);
  });
}

/** Behind a gap, a record of words where the columns above are typed: the names of another table begin it. */
function beginsTable(record: CutRecord, rows: readonly CutRecord[]): boolean {
  const { fields } = record;
  if (fields.length < 2 || !fields.every((field) => lookOf(field) === 'word')) return false;
  return fields.some((_, at) => typedLook(rows.map((row) => row.fields[at] ?? '')) !== null);
}

/**
 * The records at the end of a file that are no rows: totals, and remarks behind the table.
 *
 * @param records The last records of the file.
 * @param width Fields of a row.
 */
export function findFooter(records: readonly CutRecord[], width: number): readonly CutRecord[] {
  const fits = ({ fields, problem }: CutRecord): boolean => problem === null && fields.length === width;
  for (let size = Math.min(most, records.length - 1); size > 0; size -= 1) {
    const above = records.slice(0, -size);
    const rows = above.slice(-rowsAbove).filter(fits);
    if (rows.length < 2 || !fits(above.at(-1)!)) continue;
    const tail = records.slice(-size);
    const before = above.at(-1)!;
    const gap = isGap(before, tail[0]!);
    if (tail.every((record) => (fits(record) ? isTotal(record, rows) : isRemark(record, rows, gap))))
      return tail;
  }
  return [];
}
