import type { Column, Table } from '../../data/columns.ts';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { ColumnProfile, Profile } from '../profile.ts';

/** What the checks of one snapshot look at. Plain data; the stage gathers it. */
export interface CheckInput {
  readonly table: Table;
  /**
   * Row id by row of the table: an array, or anything that gives the text when it is asked for, and tells the order of
   * two texts without making them.
   */
  readonly rowIds: {
    readonly length: number;
    at(row: number): string | undefined;
    compare?(left: number, right: number): number;
  };
  /** Place of a row in the snapshot, from 0, where that is not the table's order. */
  readonly recordOf?: (row: number) => number;
  readonly schema: RowSchema;
  /** Profile of `table`. */
  readonly profile: Profile;
  /** Profile of the snapshot before, where there is one. */
  readonly previous?: Profile;
  /** Label column, where there is one. */
  readonly label?: string;
  /** Does the label name classes or a quantity? Left out: classes where the column is of categories. */
  readonly labelIs?: 'classes' | 'number';
  /** Columns that the pipeline leaves out. */
  readonly drop?: readonly string[];
  /** Columns that identify a row; empty = twins of all cells share an id. */
  readonly rowIdColumns: readonly string[];
  /** Fields of the source that the schema does not know, and how many records have them. */
  readonly unknownColumns: readonly { readonly name: string; readonly records: number }[];
  /** Files of a source of several that lack columns which others have. */
  readonly uneven?: readonly {
    readonly file: string;
    readonly records: number;
    readonly lacks: readonly string[];
  }[];
  /** Records that ingest set aside. */
  readonly quarantined: readonly {
    readonly column?: string;
    readonly reason: string;
    readonly line: number;
    readonly file: string;
  }[];
}

/** One question asked of a snapshot. Add one: a file here and a line in `index.ts`. */
export interface Check {
  /** Kebab-case, TFDV's words where it has them. */
  readonly name: string;
  /** What it looks for, one sentence for the docs. */
  readonly description: string;
  run(input: CheckInput): Finding[];
}

/** A declared column that is there, with its profile. */
export interface CheckedColumn {
  readonly declared: ColumnSchema;
  readonly column: Column;
  readonly profile: ColumnProfile;
  /** Its profile in the snapshot before, where it was there with the same kind. */
  readonly previous: ColumnProfile | undefined;
}

/** The columns that schema, table and profile share, in the schema's order. */
export function checkedColumns(input: CheckInput): CheckedColumn[] {
  const profiles = new Map(input.profile.columns.map((column) => [column.name, column]));
  const before = new Map(input.previous?.columns.map((column) => [column.name, column]));
  return input.schema.columns.flatMap((declared) => {
    const column = input.table.columns.get(declared.name);
    const profile = profiles.get(declared.name);
    if (column === undefined || profile === undefined) return [];
    const previous = before.get(declared.name);
    return [{ declared, column, profile, previous: previous?.kind === profile.kind ? previous : undefined }];
  });
}

/** Those of them that a pipeline does not leave out: nobody is asked whether a column that is left out is fit to learn from. */
export const keptColumns = (input: CheckInput): CheckedColumn[] =>
  checkedColumns(input).filter(({ declared }) => !isLeftOut(input, declared.name));

/** Does the pipeline leave the column out already? */
export const isLeftOut = ({ drop = [] }: Pick<CheckInput, 'drop'>, name: string): boolean =>
  drop.includes(name);

/** Up to 5 cells of a column with their row ids. */
export function cellExamples(
  input: CheckInput,
  column: Column,
  rows: readonly number[],
): Finding['examples'] {
  return rows
    .slice(0, 5)
    .map((row) => ({ rowId: input.rowIds.at(row) ?? String(row), value: cellText(column, row) }));
}

/** Place in the snapshot of the first of some rows, for a finding about them. */
export function firstRecord(
  { recordOf = (row) => row }: Pick<CheckInput, 'recordOf'>,
  rows: readonly number[],
): Pick<Finding, 'record'> {
  const first = rows.reduce((least, row) => Math.min(least, recordOf(row)), Infinity);
  return first === Infinity ? {} : { record: first };
}

/** A share as a person reads it: `12.3 %`; never `0.0 %` for what is not zero, nor `100.0 %` for what is not all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'under 0.1 %';
  if (share < 1 && share >= 0.9995) return 'over 99.9 %';
  return `${(share * 100).toFixed(1)} %`;
}

/** `1 row`, `12 rows`. */
export function rowCount(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'}`;
}

/** Whether so many failing rows may be, and how a message goes on to say so; nothing where none may be. */
export function tolerance(
  mostly: number,
  failed: number,
  judged: number,
): { readonly tolerated: boolean; readonly said: string } {
  // The share that may fail, but for the rounding of `1 - 0.9`.
  const tolerated = failed <= (1 - mostly) * judged * (1 + 1e-12);
  const said = ` That is ${tolerated ? 'within' : 'more than'} the ${percent(1 - mostly)} that may be so.`;
  return { tolerated, said: mostly === 1 ? '' : said };
}
