import type { Dialect } from '../../dialect.ts';
import type { Finding } from '../../recognise/finding.ts';
import { shownExample } from '../../recognise/finding.ts';
import { paddedNames } from '../csv/csvNames.ts';
import type { SheetRow } from './sheet.ts';

/** Rows that are looked at to find the header. */
export const rowsLookedAt = 100;

/** What the first rows of a sheet say about the rest. */
export interface SheetHeader {
  readonly names: readonly string[];
  /** Column of the sheet, from 0, of each name. */
  readonly columns: readonly number[];
  /** Sheet row of the header; the row before the first record where there is none. */
  readonly row: number;
  /** What was found out that a person should know. */
  readonly findings: readonly Finding[];
  readonly skipLines: number;
  readonly header: boolean;
}

const filled = ({ cells }: SheetRow): number =>
  cells.filter((cell) => cell !== null && cell !== undefined).length;
const isName = (cell: SheetRow['cells'][number]): boolean =>
  cell === null || cell === undefined || typeof cell === 'string';

/**
 * The header among the first rows: the first one that is nearly as wide as the widest, and has texts only. Undefined where
 * there is none: then the first row that is as wide is data.
 */
function findHeader(rows: readonly SheetRow[]): { readonly at: number; readonly header: boolean } {
  const widest = Math.max(...rows.map(filled));
  const wide = (row: SheetRow): boolean => filled(row) >= Math.max(1, 0.7 * widest);
  const at = rows.findIndex((row) => wide(row) && row.cells.every(isName));
  if (at !== -1) return { at, header: true };
  return { at: rows.findIndex(wide), header: false };
}

const letterOf = (column: number): string =>
  (column >= 26 ? letterOf(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

const noKey = { key: null, value: null, line: null, example: null } as const;

/** Names that are each another one: a second `x` is `x_2`. */
function unique(names: readonly string[], findings: Finding[]): readonly string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let number = 2;
    while (taken.has(`${name}_${number}`)) number += 1;
    const own = `${name}_${number}`;
    taken.add(own);
    seen.add(own);
    findings.push({
      ...noKey,
      what: `Two columns are named ${JSON.stringify(name)}: the later one is ${own}.`,
    });
    return own;
  });
}

const shown = (row: SheetRow): string =>
  shownExample(
    row.cells
      .flatMap((cell) =>
        cell === null || cell === undefined ? [] : [cell instanceof Date ? cell.toISOString() : String(cell)],
      )
      .join(' | '),
  );

/** What of the names of a header is not as they stand there. */
function rewritten(header: SheetRow | undefined): readonly Finding[] {
  const written = (header?.cells ?? []).flatMap((cell) => (typeof cell === 'string' ? [cell] : []));
  const broken = written.filter((name) => /[\r\n]/.test(name.trim())).slice(0, 5);
  const what = `Line breaks in names are spaces: ${broken.map((name) => JSON.stringify(name)).join(', ')}.`;
  return [...paddedNames(written, header?.number ?? 0), ...(broken.length === 0 ? [] : [{ ...noKey, what }])];
}

/** Names of the columns that have a name, or anything in the rows that were looked at. */
function namesOf(
  header: SheetRow | undefined,
  below: readonly SheetRow[],
  findings: Finding[],
): Pick<SheetHeader, 'names' | 'columns'> {
  const width = Math.max(0, header?.cells.length ?? 0, ...below.map(({ cells }) => cells.length));
  const names: string[] = [];
  const columns: number[] = [];
  findings.push(...rewritten(header));
  for (let column = 0; column < width; column += 1) {
    const own = header?.cells[column] ?? null;
    const name =
      own === null
        ? ''
        : String(own)
            .trim()
            .replaceAll(/\s*[\r\n]+\s*/g, ' ');
    if (name === '' && !below.some(({ cells }) => (cells[column] ?? null) !== null)) continue;
    if (name === '' && header !== undefined)
      findings.push({
        ...noKey,
        what: `Column ${letterOf(column)} of the sheet has no name: it is column_${column + 1}.`,
      });
    names.push(name === '' ? `column_${column + 1}` : name);
    columns.push(column);
  }
  return { names: unique(names, findings), columns };
}

/** Which of the first rows is the header, or the first record: as declared, else as found. */
function place(
  rows: readonly SheetRow[],
  { skipLines, header }: Dialect,
): { readonly at: number; readonly header: boolean } {
  if (skipLines === null) {
    const found = findHeader(rows);
    return { at: found.at, header: header ?? found.header };
  }
  const after = rows.findIndex(({ number }) => number > skipLines);
  const at = after === -1 ? rows.length - 1 : after;
  return { at, header: header ?? rows[at]!.cells.every(isName) };
}

/** What was found out about where the header is, for who declares it. */
function placeFindings(
  rows: readonly SheetRow[],
  { at, header }: ReturnType<typeof place>,
  dialect: Dialect,
): Finding[] {
  const first = rows[at]!;
  const findings: Finding[] = [];
  if (dialect.skipLines === null && at > 0)
    findings.push({
      key: 'skip_lines',
      value: first.number - 1,
      what: `${at === 1 ? 'One row' : `${at} rows`} above the table ${at === 1 ? 'is' : 'are'} no part of it.`,
      line: rows[0]!.number,
      example: shown(rows[0]!),
    });
  if (dialect.header === null && !header)
    findings.push({
      key: 'header',
      value: false,
      what: 'No row names the columns: they are column_1, column_2, …',
      line: first.number,
      example: shown(first),
    });
  return findings;
}

/**
 * The header of a sheet by its first rows: where it is declared to be, else found.
 *
 * @param rows The first rows that have something in them; at least one.
 */
export function sheetHeader(rows: readonly SheetRow[], dialect: Dialect): SheetHeader {
  const placed = place(rows, dialect);
  const { at, header } = placed;
  const first = rows[at]!;
  const findings = placeFindings(rows, placed, dialect);
  const below = header ? rows.slice(at + 1) : rows.slice(at);
  const found = namesOf(header ? first : undefined, below, findings);
  const given = dialect.names;
  return {
    names:
      given === null ? found.names : found.columns.map((_, column) => given[column] ?? found.names[column]!),
    columns: found.columns,
    row: header ? first.number : first.number - 1,
    findings,
    skipLines: dialect.skipLines ?? (at === 0 ? 0 : first.number - 1),
    header,
  };
}
