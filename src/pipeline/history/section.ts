import type { HistoryColumn, HistoryRule, RollingStat } from '../../data/history/rule.ts';
import type { Problem } from '../problems.ts';
import { problem } from '../problems.ts';

/** `features.history` as the schema of the file lets it through. */
export interface WrittenHistory {
  readonly by: string | null;
  readonly time: string | null;
  readonly rows: number;
  readonly lag: readonly { readonly column: string; readonly rows: number; readonly as?: string }[];
  readonly rolling: readonly {
    readonly column: string;
    readonly window: string;
    readonly stat: RollingStat;
    readonly as?: string;
  }[];
  readonly since_last: readonly {
    readonly column?: string;
    readonly equals?: string | number | boolean;
    readonly as?: string;
  }[];
}

const msOf: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Words of a name, joined as columns are called. */
const joined = (...words: readonly (string | number | undefined)[]): string =>
  words.filter((word) => word !== undefined).join('_');

/** The columns that a section makes, in the order of the file. */
const columnsOf = ({ lag, rolling, since_last: since }: WrittenHistory): readonly HistoryColumn[] => [
  ...lag.map(({ column, rows, as }) => ({
    how: 'lag' as const,
    name: as ?? joined(column, 'lag', rows),
    column,
    rows,
  })),
  ...rolling.map(({ column, window, stat, as }) => ({
    how: 'rolling' as const,
    name: as ?? joined(column, stat, window),
    column,
    stat,
    windowMs: Number(window.slice(0, -1)) * msOf[window.slice(-1)]!,
  })),
  ...since.map(({ column, equals, as }) => ({
    how: 'since' as const,
    name: as ?? joined('days_since', column ?? 'last', equals === undefined ? undefined : String(equals)),
    column: column ?? null,
    equals: equals === undefined ? null : String(equals),
  })),
];

/** What the section asks for; null = nothing. The cross-checks have said that it makes sense. */
export function buildHistory(written: WrittenHistory, time: string | null): HistoryRule | null {
  const columns = columnsOf(written);
  if (columns.length === 0) return null;
  return { by: written.by, time: written.time ?? time ?? '', rows: written.rows, columns };
}

/** What of the section makes no sense, before the columns are known. */
export function checkHistory(written: WrittenHistory, time: string | null): Problem[] {
  const columns = columnsOf(written);
  if (columns.length === 0) return [];
  const problems: Problem[] = [];
  if (written.time === null && time === null)
    problems.push(
      problem(
        '/features/history',
        'which rows are before which is not said',
        'Add time: with the column of times, here or at the top of the pipeline.',
      ),
    );
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    problems.push(
      problem(
        '/features/history',
        `two columns are called "${twice}"`,
        'Give one of them another name with as:.',
      ),
    );
  written.lag.forEach(({ rows }, at) => {
    if (rows > written.rows)
      problems.push(
        problem(
          `/features/history/lag/${at}/rows`,
          `${rows} rows before, and only ${written.rows} are looked at`,
          `Raise features.history.rows to ${rows}.`,
        ),
      );
  });
  written.since_last.forEach(({ column, equals }, at) => {
    if (column === undefined && equals !== undefined)
      problems.push(
        problem(
          `/features/history/since_last/${at}/equals`,
          'which column that is the value of is not said',
          'Add column:.',
        ),
      );
  });
  return problems;
}
