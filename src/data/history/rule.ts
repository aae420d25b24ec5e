/** Figures of a column over the time before a row. */
export type RollingStat = 'mean' | 'sum' | 'min' | 'max' | 'count';

/** A column that the rows before a row give it. */
export type HistoryColumn =
  | {
      readonly how: 'lag';
      readonly name: string;
      readonly column: string;
      /** So many rows before, from 1. */
      readonly rows: number;
    }
  | {
      readonly how: 'rolling';
      readonly name: string;
      readonly column: string;
      readonly stat: RollingStat;
      /** How far back it looks. */
      readonly windowMs: number;
    }
  | {
      readonly how: 'since';
      readonly name: string;
      /** null = since any row. */
      readonly column: string | null;
      /** The cell as text; null = any that is not missing. */
      readonly equals: string | null;
    };

/** What rows know of the rows before them: strictly earlier ones of the same group, and of these the newest. */
export interface HistoryRule {
  /** Column whose values belong together; null = all rows do. */
  readonly by: string | null;
  /** Column of the rows' times. */
  readonly time: string;
  /** So many rows before are looked at, at most. */
  readonly rows: number;
  readonly columns: readonly HistoryColumn[];
}

/** The field of a request that brings the rows before. */
export const historyField = 'history';

/** Columns whose cells of earlier rows are needed, in the order that rows of one time are put in. */
export const historySources = ({ columns }: HistoryRule): readonly string[] => [
  ...new Set(columns.flatMap(({ column }) => column ?? [])),
];

/** Columns that are needed of a row so that it can be another one's history. */
export const historyInputs = (rule: HistoryRule): readonly string[] => [
  ...new Set([rule.time, ...(rule.by === null ? [] : [rule.by]), ...historySources(rule)]),
];

const days = (ms: number): string => {
  const hours = ms / 3_600_000;
  return hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;
};

/** What a column of a rule says, in words. */
export function historyWords(column: HistoryColumn): string {
  switch (column.how) {
    case 'lag':
      return `${column.column} of ${column.rows === 1 ? 'the row before' : `${column.rows} rows before`}`;
    case 'rolling':
      return `${column.stat} of ${column.column} over the ${days(column.windowMs)} before`;
    case 'since':
      return `days since the last row${column.column === null ? '' : ` with ${column.column}${column.equals === null ? '' : ` ${column.equals}`}`}`;
  }
}
