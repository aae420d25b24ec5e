import type { Dialect } from '../dialect.ts';
import type { CsvSigns } from '../sources/csv/csvMarks.ts';
import type { Cut } from './cutting.ts';
import { findCut } from './cutting.ts';
import type { Finding } from './finding.ts';
import { shownExample } from './finding.ts';
import { typedLook } from './looks.ts';
import type { Beginning, CutRecord } from './records.ts';
import type { SplitDecimals } from './splitDecimals.ts';
import { findSplitDecimals } from './splitDecimals.ts';
import type { Top } from './top.ts';
import { findTop, namesIn } from './top.ts';

/** Everything that has to be known to read the rows, but for what each read finds out again from the rows themselves. */
export type KnownDialect = CsvSigns & {
  readonly [
    Key in 'skipLines' | 'comment' | 'header' | 'rowNames' | 'linesAfterHeader' | 'ragged'
  ]: NonNullable<Dialect[Key]>;
};

/** Two ways to read a beginning that are about equally good: somebody has to say which. */
export interface Doubt {
  readonly key: 'delimiter' | 'header' | 'ragged' | 'skip_lines';
  /** Each with the value of the key that means it, and what it makes of the beginning. */
  readonly readings: readonly { readonly value: string; readonly shows: string }[];
  readonly line: number;
  readonly what: string;
}

/** What was found out of the beginning of a file of delimited text. */
export interface Recognised {
  readonly dialect: KnownDialect;
  readonly findings: readonly Finding[];
  readonly doubt: Doubt | null;
  /** Numbers that commas parted: the file cannot be cut. */
  readonly split: SplitDecimals | null;
}

const signName = (sign: string): string =>
  ({ '\t': 'a tab', ' ': 'blanks', '\u001f': '\\u001f (unit separator)', '\u0001': '\\u0001' })[sign] ??
  JSON.stringify(sign);

const cells = (fields: readonly string[]): string =>
  shownExample(
    fields
      .slice(0, 6)
      .map((field) => field.trim())
      .join(' | ') + (fields.length > 6 ? ' | …' : ''),
  );

const shows = ({ line, raw }: CutRecord): Pick<Finding, 'line' | 'example'> => ({
  line,
  example: shownExample(raw.trim()),
});

/** The line `sep=;` that Excel reads and writes: it says the delimiter, and is no row. */
function sepLine({ bytes }: Beginning): string | null {
  const found = /^"?sep=([^\r\n"]|"(?=")|\t)"?(?:\r\n?|\n)/i.exec(bytes.toString('utf8', 0, 20));
  return found?.[1] ?? null;
}

/** Where a number of physical lines ends (LF, CRLF or CR). */
export function endOfLines(bytes: Buffer, lines: number): number {
  let at = 0;
  for (let line = 0; line < lines && at < bytes.length; line += 1) {
    while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at += 1;
    at += bytes[at] === 13 && bytes[at + 1] === 10 ? 2 : 1;
  }
  return Math.min(at, bytes.length);
}

function signFindings(signs: CsvSigns, declared: Dialect, top: Top, said: string | null): Finding[] {
  const shown = shows(top.first);
  const findings: Finding[] = [];
  if (declared.delimiter === null && signs.delimiter !== ',')
    findings.push({
      key: 'delimiter',
      value: signs.delimiter,
      what: `Fields are parted by ${signName(signs.delimiter)}${said === null ? '' : ', as the first line says'}.`,
      ...shown,
    });
  const telling = [top.first, ...top.rows];
  if (declared.quote === null && signs.quote !== '"')
    findings.push({
      key: 'quote',
      value: signs.quote === '' ? 'none' : signs.quote,
      what:
        signs.quote === ''
          ? 'Quotes are part of the text: they do not enclose fields.'
          : `Fields are quoted with ${JSON.stringify(signs.quote)}.`,
      ...shows(telling.find(({ raw }) => raw.includes(signs.quote === '' ? '"' : signs.quote)) ?? top.first),
    });
  if (declared.escape === null && signs.escape === 'backslash')
    findings.push({
      key: 'escape',
      value: 'backslash',
      what: 'A quote inside of a field is written behind a backslash.',
      ...shows(telling.find(({ raw }) => raw.includes('\\')) ?? top.first),
    });
  return findings;
}

function skipFinding(skipLines: number, first: CutRecord, records: readonly CutRecord[]): Finding[] {
  const before = records.find(({ line }) => line < first.line);
  if (skipLines === 0) return [];
  return [
    {
      key: 'skip_lines',
      value: skipLines,
      what: `The table begins on line ${first.line}: what stands before it is no part of it.`,
      line: before?.line ?? 1,
      example: before === undefined ? null : shownExample(before.raw.trim()),
    },
  ];
}

function topFindings(declared: Dialect, top: Top, records: readonly CutRecord[]): Finding[] {
  const findings: Finding[] = [];
  const comment = records.find(({ raw }) => top.comment !== '' && raw.startsWith(top.comment));
  if (declared.comment === null && comment !== undefined)
    findings.push({
      key: 'comment',
      value: top.comment,
      what: `Lines that begin with ${JSON.stringify(top.comment)} are comments.`,
      ...shows(comment),
    });
  if (declared.header === null && top.header === null)
    findings.push({
      key: 'header',
      value: false,
      what: `There is no header: the first line is a row like the others. The columns are called ${declared.names === null ? 'column_1, column_2, …' : 'as declared'}.`,
      ...shows(top.first),
    });
  if (declared.header === null && top.header !== null && top.vote === 'unsure' && top.rows.length > 0)
    findings.push({
      key: 'header',
      value: true,
      what: 'The first line is taken for the names of the columns; nothing but its place says so.',
      ...shows(top.header),
    });
  if (declared.rowNames === null && top.rowNames)
    findings.push({
      key: 'row_names',
      value: true,
      what: 'Each row begins with a name of its own, which the header does not count: it is the column column_1.',
      ...shows(top.rows[0] ?? top.first),
    });
  const [after] = top.afterHeader;
  if (declared.linesAfterHeader === null && after !== undefined)
    findings.push({
      key: 'lines_after_header',
      value: top.afterHeader.length,
      what: `Behind the header ${top.afterHeader.length === 1 ? 'stands a line' : `stand ${top.afterHeader.length} lines`} of units, types or further names, no rows.`,
      ...shows(after),
    });
  return findings;
}

/** Above this share of short records a file is one that leaves out its last fields, below it they are accidents. */
const accidents = 0.05;

/** Are short records missing at their end? So it is where there are many, none is too long, and their cells fit. */
function findRagged(
  declared: Dialect,
  top: Top,
  width: number,
): { ragged: 'reject' | 'fill'; findings: Finding[] } {
  const known = declared.ragged;
  if (known !== null) return { ragged: known, findings: [] };
  const usable = top.rows.filter(({ problem }) => problem === null);
  const names = namesIn(top.header, usable, width) + (top.rowNames ? 1 : 0);
  const short = usable.filter(({ fields }) => fields.length < names);
  const whole = usable.filter(({ fields }) => fields.length >= names);
  const long = usable.filter(({ fields }) => fields.slice(names).some((field) => field.trim() !== ''));
  const extra = usable.filter(({ fields }) => fields.length > names + 1);
  const typed = Array.from({ length: names }, (_, at) =>
    typedLook((whole.length > 0 ? whole : usable).map(({ fields }) => fields[at] ?? '')),
  );
  const misfits = short.filter(({ fields }) =>
    fields.some((field, at) => field.trim() !== '' && typed[at] !== null && typedLook([field]) !== typed[at]),
  );
  const many = short.length + extra.length > accidents * usable.length;
  if (!many || long.length > 0 || misfits.length > accidents * short.length)
    return { ragged: 'reject', findings: [] };
  const [example] = [...short, ...extra];
  return {
    ragged: 'fill',
    findings: [
      {
        key: 'ragged',
        value: 'fill',
        what: `${short.length} of the first ${usable.length} records have fewer fields than the header: what they lack at their end is missing.`,
        ...shows(example!),
      },
    ],
  };
}

function doubtOf({ best, rival }: Cut, top: Top): Doubt | null {
  if (rival !== null)
    return {
      key: 'delimiter',
      line: top.first.line,
      what: 'two delimiters part the fields about equally well',
      readings: [best, rival].map(({ signs, records }) => ({
        value: signs.delimiter,
        shows: cells((records.find(({ line }) => line >= top.first.line) ?? top.first).fields),
      })),
    };
  if (top.vote === 'unclear')
    return {
      key: 'header',
      line: top.first.line,
      what: 'the first line may name the columns, or be a row',
      readings: [
        { value: 'yes', shows: `columns ${cells(top.first.fields)}` },
        { value: 'none', shows: `columns column_1, column_2, …; first row ${cells(top.first.fields)}` },
      ],
    };
  if (top.before !== null)
    return {
      key: 'skip_lines',
      line: top.before.line,
      what: `the rows have ${best.width} fields from line ${top.first.line} on, but this line before them has ${top.before.fields.length}`,
      readings: [top.first, top.before].map(({ line, fields }) => ({
        value: String(line - 1),
        shows: `the table begins with ${cells(fields)}`,
      })),
    };
  if (top.uneven && top.header !== null)
    return {
      key: 'ragged',
      line: top.header.line,
      what: `the header has ${top.header.fields.length} names, but rows have ${best.width} fields`,
      readings: [
        { value: 'header', shows: cells(top.header.fields) },
        { value: 'row', shows: cells(top.rows.find(({ fields }) => fields.length === best.width)!.fields) },
      ],
    };
  return null;
}

/**
 * Finds out how a beginning of delimited text is written. What is declared is not looked for, and wins.
 *
 * @param expects Names of columns that are known to be there.
 */
export function recogniseCsv(
  beginning: Beginning,
  declared: Dialect,
  expects: readonly string[],
): Recognised | null {
  const said = declared.skipLines === null ? sepLine(beginning) : null;
  const lines = declared.skipLines ?? (said === null ? 0 : 1);
  const from = { at: endOfLines(beginning.bytes, lines), lines };
  const known = { ...declared, delimiter: declared.delimiter ?? said };
  const cut = findCut({ beginning, from, declared: known, expects });
  const { signs, records, width } = cut.best;
  const top = findTop({ records, width, declared, expects });
  if (top === null) return null;
  // Comments are left out by their mark, wherever they stand: they need not be skipped.
  const before = records.filter(
    ({ line, raw }) => line < top.first.line && !(top.comment !== '' && raw.startsWith(top.comment)),
  );
  const skipLines = declared.skipLines ?? (before.length === 0 ? lines : top.first.line - 1);
  const { ragged, findings } = findRagged(declared, top, width);
  const found = [
    ...signFindings(signs, declared, top, said),
    ...(declared.skipLines === null ? skipFinding(skipLines, top.first, said === null ? before : []) : []),
    ...topFindings(declared, top, records),
    ...findings,
  ];
  // Who says how uneven lines are to be taken knows better.
  const isSaid =
    [declared.rowNames, declared.ragged].some((said) => said !== null) || declared.header === false;
  return {
    split:
      signs.delimiter === ',' && !isSaid
        ? findSplitDecimals(top.header === null ? records : records.slice(records.indexOf(top.header)))
        : null,
    dialect: {
      ...signs,
      skipLines,
      comment: top.comment,
      header: declared.header ?? top.header !== null,
      rowNames: top.rowNames,
      linesAfterHeader: top.afterHeader.length,
      ragged,
    },
    findings: found,
    doubt: ragged === 'fill' && cut.rival === null && top.vote !== 'unclear' ? null : doubtOf(cut, top),
  };
}
