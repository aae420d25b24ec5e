import type { Dialect } from '../dialect.ts';
import type { HeaderVote } from './headerVote.ts';
import { voteOnHeader } from './headerVote.ts';
import { lookOf, typedLook } from './looks.ts';
import type { CutRecord } from './records.ts';

/** Where the rows of a file begin, and what names their columns. */
export interface Top {
  /** What lines that are no records begin with; empty = there are none. */
  readonly comment: string;
  /** The header; null = there is none. */
  readonly header: CutRecord | null;
  readonly vote: HeaderVote;
  /** The first record of the table: the header, or a row. */
  readonly first: CutRecord;
  readonly rowNames: boolean;
  /** Records behind the header that are no rows. */
  readonly afterHeader: readonly CutRecord[];
  readonly rows: readonly CutRecord[];
  /** Does the header count other columns than the rows have? */
  readonly uneven: boolean;
  /** A record right before the first row that is neither a row nor a title: something is amiss. */
  readonly before: CutRecord | null;
}

/** What is looked at: the records of a beginning, and what is known. */
export interface TopQuestion {
  readonly records: readonly CutRecord[];
  readonly width: number;
  readonly declared: Pick<Dialect, 'skipLines' | 'comment' | 'header' | 'rowNames' | 'linesAfterHeader'>;
  readonly expects: readonly string[];
}

const rowsVoting = 100;
const anywhere = ['#', '//'] as const;
const atTheTop = ['%', '--', '!', '*', ';', "'"] as const;

const filled = ({ fields }: CutRecord): number => fields.filter((field) => field.trim() !== '').length;
const fits = ({ fields, problem }: CutRecord, width: number): boolean =>
  problem === null && fields.length === width;
const fieldsOf = (records: readonly CutRecord[]): (readonly string[])[] =>
  records.slice(0, rowsVoting).map(({ fields }) => fields);

/**
 * What comments begin with. A line of as many fields as the table has is none, but for the last one before the rows,
 * which may be a header that is written as a comment.
 */
function findComment({ records, width, declared, expects }: TopQuestion): string {
  if (declared.comment !== null) return declared.comment;
  const prefixes = [...anywhere, ...atTheTop.filter((prefix) => records[0]?.raw.startsWith(prefix))];
  return prefixes.find((prefix) => isComment(prefix, records, width, expects)) ?? '';
}

function isComment(
  prefix: string,
  records: readonly CutRecord[],
  width: number,
  expects: readonly string[],
): boolean {
  const marked = records.filter(({ raw }) => raw.startsWith(prefix));
  if (marked.length === 0 || marked.length === records.length) return false;
  const asWide = marked.filter((record) => width > 1 && fits(record, width));
  if (asWide.length === 0) return width > 1 || records[0] === marked[0];
  const data = records.findIndex(({ raw }) => !raw.startsWith(prefix));
  if (asWide.some((record) => records.indexOf(record) > data)) return false;
  // Is the header the last line with the mark, or the one after it?
  const rows = fieldsOf(records.slice(data + 1).filter((record) => fits(record, width)));
  return voteOnHeader(records[data]!.fields, rows, expects) === 'yes';
}

/** A title that was padded with delimiters to the width of the table, or a line of nothing but delimiters. */
function isPadded(record: CutRecord, width: number): boolean {
  const most = Math.max(1, Math.floor(width / 3));
  return width > 1 && record.fields.at(-1)!.trim() === '' && filled(record) <= most && !record.quoted;
}

/** Index of the first record that belongs to the table. */
function firstOfTable(records: readonly CutRecord[], width: number): number {
  const first = records.findIndex(
    (record, at) =>
      fits(record, width) &&
      !(
        isPadded(record, width) &&
        records.slice(at + 1).some((next) => fits(next, width) && !isPadded(next, width))
      ),
  );
  return Math.max(0, first);
}

const isJustBefore = (before: CutRecord, record: CutRecord): boolean =>
  before.line + before.lines === record.line;

/** A record of words, right above the rows, of another width: it names columns. */
const isOtherHeader = (before: CutRecord | undefined, first: CutRecord): before is CutRecord =>
  before !== undefined &&
  before.problem === null &&
  before.fields.length > 1 &&
  filled(before) > 1 &&
  isJustBefore(before, first) &&
  before.fields.every((field) => lookOf(field) !== 'time') &&
  before.fields.filter((field) => lookOf(field) === 'word').length > before.fields.length / 2;

/** A header that counts more columns than most rows have: these leave out their empty last fields. */
function widerHeader(
  records: readonly CutRecord[],
  start: number,
  { width, expects }: TopQuestion,
): CutRecord | undefined {
  return records.slice(0, start + 1).find((record, at) => {
    if (record.problem !== null || record.fields.length <= width || 2 * filled(record) < width) return false;
    return voteOnHeader(record.fields, fieldsOf(records.slice(at + 1)), expects) === 'yes';
  });
}

/** The record that names most of the columns that are known: at least two, and half of them. */
function headerByNames(
  records: readonly CutRecord[],
  { expects, declared }: TopQuestion,
): CutRecord | undefined {
  if (expects.length < 2 || declared.header === false || declared.skipLines !== null) return undefined;
  const known = new Set(expects);
  const counts = records
    .slice(0, rowsVoting)
    .map(
      ({ fields }) => new Set(fields.map((field) => field.trim()).filter((field) => known.has(field))).size,
    );
  const most = Math.max(...counts);
  return most >= Math.max(2, expects.length / 2) ? records[counts.indexOf(most)] : undefined;
}

/** Names of groups, with gaps, over the names of columns: the second line is the header. */
function isGroups(
  first: CutRecord,
  next: CutRecord | undefined,
  rows: readonly (readonly string[])[],
): boolean {
  if (next === undefined || 2 * filled(first) > first.fields.length) return false;
  return filled(next) === next.fields.length && voteOnHeader(next.fields, rows, []) === 'yes';
}

const rule = /^\s*:?[-=_+]{2,}:?\s*$/;
const unit =
  /^[[(].*[\])]$|^(?:%|°[CF]|[kmcµ]?[gmlsVAWJ]|k?Hz|km\/h|m\/s|kWh|EUR|USD|GBP|€|\$|string|integer|int|float|double|numeric|date|text|boolean|char\(\d+\))$/iu;

/** Is a record behind the header none of the rows: units, types, a rule? */
function isSecondHeader(record: CutRecord, rows: readonly CutRecord[]): boolean {
  if (record.fields.every((field) => rule.test(field))) return true;
  if (rows.length < 2) return false;
  const below = fieldsOf(rows);
  let [odd, alike, units] = [0, 0, 0];
  for (const [at, field] of record.fields.entries()) {
    const look = lookOf(field);
    if (look === 'empty' || typedLook(below.map((row) => row[at] ?? '')) === null) continue;
    if (look !== 'word') alike += 1;
    else {
      odd += 1;
      if (unit.test(field.trim())) units += 1;
    }
  }
  return alike === 0 && (odd > 1 || units > 0);
}

const mostAfterHeader = 3;

function afterHeader(
  rows: readonly CutRecord[],
  declared: TopQuestion['declared'],
  width: number,
): readonly CutRecord[] {
  if (declared.linesAfterHeader !== null) return rows.slice(0, declared.linesAfterHeader);
  const found: CutRecord[] = [];
  for (const [at, record] of rows.entries()) {
    const rest = rows.slice(at + 1).filter((row) => fits(row, width));
    if (at === mostAfterHeader || !isSecondHeader(record, rest)) break;
    found.push(record);
  }
  return found;
}

/** Do cells look like names or numbers of rows: whole numbers that only rise, or words of which none comes again? */
function areRowNames(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim());
  if (names.every((name) => /^\d{1,12}$/.test(name)))
    return names.every((name, at) => at === 0 || Number(name) > Number(names[at - 1]));
  return new Set(names).size === names.length && names.every((name) => lookOf(name) === 'word');
}

/** Has each row one field more than there are names, at its beginning, and not an empty one at its end? */
function hasRowNames(header: CutRecord, rest: readonly CutRecord[], width: number): boolean {
  const rows = rest.filter((row) => fits(row, width));
  return (
    header.fields.length === width - 1 &&
    rows.some(({ fields }) => fields[width - 1]!.trim() !== '') &&
    areRowNames(rows.map(({ fields }) => fields[0]!))
  );
}

/** Columns that a header names; a delimiter at its end, that no row has, names none. */
export function namesIn(header: CutRecord | null, rows: readonly CutRecord[], width: number): number {
  if (header === null) return width;
  const count = header.fields.length;
  const endsEmpty = header.fields.at(-1)!.trim() === '' && rows.every(({ fields }) => fields.length < count);
  return endsEmpty && rows.length > 0 ? count - 1 : count;
}

function topUnder(
  header: CutRecord | null,
  vote: HeaderVote,
  rest: readonly CutRecord[],
  first: CutRecord,
  { declared, width }: TopQuestion,
  comment: string,
): Top {
  const rowNames = declared.rowNames ?? (header !== null && hasRowNames(header, rest, width));
  const after = header === null ? [] : afterHeader(rest, declared, width);
  const rows = rest.slice(after.length);
  const names = namesIn(header, rows, width) + (rowNames ? 1 : 0);
  const trails = names === width - 1 && rows.every(({ fields }) => fields.at(-1)!.trim() === '');
  const uneven = width > 1 && names !== width && !trails && rows.some((row) => fits(row, width));
  return { comment, header, vote, first, rowNames, afterHeader: after, rows, uneven, before: null };
}

/** Finds where the table of a beginning begins; null where it has no records. */
export function findTop(question: TopQuestion): Top | null {
  const { width, declared, expects } = question;
  const comment = findComment(question);
  const records = question.records.filter(({ raw }) => comment === '' || !raw.startsWith(comment));
  if (records.length === 0) return null;
  const named = headerByNames(records, question);
  if (named !== undefined)
    return topUnder(named, 'yes', records.slice(records.indexOf(named) + 1), named, question, comment);
  const start = declared.skipLines === null ? firstOfTable(records, width) : 0;
  const wider = declared.header === null && width > 1 ? widerHeader(records, start, question) : undefined;
  if (wider !== undefined) {
    const rest = records.slice(records.indexOf(wider) + 1);
    return topUnder(wider, 'yes', rest, wider, question, comment);
  }
  const first = records[start]!;
  const rest = records.slice(start + 1);
  const rows = fieldsOf(rest.filter((record) => fits(record, width)));
  if (declared.header === null && declared.skipLines === null && isGroups(first, rest[0], rows.slice(1)))
    return topUnder(rest[0]!, 'yes', rest.slice(1), rest[0]!, question, comment);
  if (declared.header === false) return topUnder(null, 'no', records.slice(start), first, question, comment);
  const vote = declared.header === true ? 'yes' : voteOnHeader(first.fields, rows, expects);
  const before = records[start - 1];
  const odd = vote === 'no' && before !== undefined && filled(before) > 1 && isJustBefore(before, first);
  if (declared.header === null && vote !== 'yes' && isOtherHeader(before, first))
    return topUnder(before, 'yes', records.slice(start), before, question, comment);
  return vote === 'no'
    ? { ...topUnder(null, vote, records.slice(start), first, question, comment), before: odd ? before : null }
    : topUnder(first, vote, rest, first, question, comment);
}
