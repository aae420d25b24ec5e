import { takeColumn } from '../data/columns.ts';
import type { Column, Table } from '../data/columns.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import { benjaminiHochberg } from '../statistics/corrections.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';
import { compareColumn } from './compareColumn.ts';
import type { Compared } from './components.ts';
import { onsetOf } from './change/onset.ts';
import { profileColumn } from './profileReference.ts';
import type { Reference, ReferenceColumn } from './reference.ts';
import type { ColumnDrift } from './report.ts';
import { judgedWindows, newestCells } from './windows.ts';
import type { JudgedWindow, LoggedRows } from './windows.ts';

/** What decides whether a column drifted. */
export type DriftPolicy = Pick<MonitorSection, 'drift' | 'min_rows'>;

/** What arrived: the input columns, and the model's answers as the reference names them. */
export interface CurrentRows {
  readonly table: Table;
  readonly predictions: Table;
  /** The log that they are the newest rows of; a file has none, and is looked at once. */
  readonly log?: LoggedRows;
}

/** Whole days of a window only confirm what the window itself shows beyond all looks. */
const confirming = 0.01;

/** Is there anything to compare? A column that vanished or changed its kind is a schema alarm, not drift. */
function comparable(column: ReferenceColumn, current: Column | undefined, rows: number): current is Column {
  return rows > 0 && column.rows > 0 && current?.kind === column.kind;
}

/** A column in one window. */
interface Seen {
  readonly compared: Compared;
  readonly window: JudgedWindow;
  /** p after all looks, by which it stands among the other columns. */
  readonly charged: number;
  /** Why a change is not believed; null where it is, or there is none. */
  readonly doubt: 'waits' | 'as before' | null;
}

/** The one column of one look: its cells in the window, and those of the log that its window is the end of. */
interface Cells {
  readonly column: ReferenceColumn;
  /** Of the log; of a file its own. */
  readonly cells: Column;
  readonly rows: number;
}

/**
 * A change that the clock may have made is believed where the same hours of earlier days do not show it, or whole days
 * do. p is the larger of both.
 */
function believe(
  { column, cells, rows }: Cells,
  compared: Compared,
  window: JudgedWindow,
  looks: number,
  policy: DriftPolicy['drift'],
): Pick<Seen, 'charged' | 'doubt'> {
  const charge = (p: number): number => Math.min(1, p * looks);
  const charged = charge(compared.p);
  if (!compared.matters || charged > policy.alpha) return { charged, doubt: null };
  if (window.waits) return compared.isNew ? { charged, doubt: null } : { charged: 1, doubt: 'waits' };
  if (window.like !== null) {
    const like = profileColumn(column.name, takeColumn(cells, window.like), window.like.length);
    const there = compareColumn(like, newestCells(cells, window.rows, rows), window.rows, policy.min_effect);
    const isOther = there.matters && charge(there.p) <= policy.alpha;
    return isOther
      ? { charged: charge(Math.max(compared.p, there.p)), doubt: null }
      : { charged: 1, doubt: 'as before' };
  }
  if (window.whole !== null) {
    const whole = compareColumn(
      column,
      newestCells(cells, window.whole, rows),
      window.whole,
      policy.min_effect,
    );
    if (!whole.matters || whole.p > confirming) return { charged: 1, doubt: 'as before' };
  }
  return { charged, doubt: null };
}

/** The window that speaks for a column: of those that show a change beyond all looks the surest, else the largest. */
function speaking(seen: readonly Seen[], alpha: number): Seen {
  let best = seen[0]!;
  const shows = ({ compared, charged, doubt }: Seen): boolean =>
    compared.matters && doubt === null && charged <= alpha;
  for (const each of seen) if (shows(each) && (!shows(best) || each.charged < best.charged)) best = each;
  return shows(best) ? best : (seen.find(({ doubt }) => doubt !== null) ?? best);
}

function noteOf({ doubt, window }: Seen): Pick<ColumnDrift, 'note'> {
  if (doubt === 'waits')
    return {
      note: `differs, but the window covers ${window.covers ?? 'part of a day'} and no earlier day has them`,
    };
  if (doubt === null) return {};
  const note =
    window.like === null
      ? 'differs in a piece of a day or week, and not in whole ones'
      : 'differs from the reference as the same hours or weekdays before did';
  return { note };
}

/**
 * Every column of the reference that is still there against what arrived. A column drifted when the difference is
 * significant after Benjamini–Hochberg over all columns at `alpha`, AND its effect is at least `min_effect`, AND there are at
 * least `min_rows` rows; with fewer rows nothing is judged. Significance alone alarms on nothing, size alone on noise. Of
 * a log the newest n, n/2, n/4 … rows are judged, each p charged for their number and for how often one may look, and
 * what the hour of the day or the day of the week may have made has to differ from its like as well.
 */
export function compare(...asked: Parameters<typeof comparingTraffic>): readonly ColumnDrift[] {
  return finish(comparingTraffic(...asked));
}

type Unjudged = Omit<ColumnDrift, 'adjustedP' | 'state'> &
  Pick<Seen, 'charged' | 'doubt'> &
  Pick<Compared, 'matters'>;

function* lookingAt(
  cells: Cells,
  of: ColumnDrift['of'],
  windows: readonly JudgedWindow[],
  policy: DriftPolicy,
): Work<Unjudged> {
  const seen: Seen[] = [];
  for (const window of windows) {
    const looks = window.charge * windows.length;
    const now = newestCells(cells.cells, window.rows, cells.rows);
    const compared = compareColumn(cells.column, now, window.rows, policy.drift.min_effect);
    seen.push({ compared, window, ...believe(cells, compared, window, looks, policy.drift) });
    yield window.rows;
  }
  const best = speaking(seen, policy.drift.alpha);
  const { isNew: _, ...shown } = best.compared;
  return {
    column: cells.column.name,
    of,
    rows: best.window.rows,
    referenceRows: cells.column.rows,
    ...shown,
    ...(best.window.from === null
      ? {}
      : { looks: best.window.charge * windows.length, from: best.window.from }),
    ...noteOf(best),
    charged: best.charged,
    doubt: best.doubt,
  };
}

/** Did a drifted column change suddenly or slowly? Only a log tells. */
function cameAbout(
  reference: Reference,
  { log }: CurrentRows,
  { column: name, of, rows }: Pick<ColumnDrift, 'column' | 'of' | 'rows'>,
): Pick<ColumnDrift, 'onset'> {
  const column = reference[of === 'input' ? 'columns' : 'predictions'].find((each) => each.name === name);
  const cells = log?.[of === 'input' ? 'table' : 'predictions'].columns.get(name);
  if (log === undefined || column === undefined || cells === undefined) return {};
  const onset = onsetOf(column, cells, log.at, rows);
  return onset === undefined ? {} : { onset };
}

/** `compare` in pieces: a column at a time. */
export function* comparingTraffic(
  reference: Reference,
  current: CurrentRows,
  policy: DriftPolicy,
): Work<readonly ColumnDrift[]> {
  const compared: Unjudged[] = [];
  for (const of of ['input', 'prediction'] as const) {
    const side = of === 'input' ? 'table' : 'predictions';
    const { rows } = current[side];
    const all = current.log?.[side] ?? current[side];
    const windows = judgedWindows(rows, policy.min_rows, current.log);
    for (const column of reference[of === 'input' ? 'columns' : 'predictions']) {
      const cells = all.columns.get(column.name);
      if ((of === 'input' && policy.drift.ignore.includes(column.name)) || !comparable(column, cells, rows))
        continue;
      compared.push(yield* lookingAt({ column, cells, rows: all.rows }, of, windows, policy));
    }
  }
  const adjusted = benjaminiHochberg(compared.map(({ charged }) => charged));
  return compared.map(({ matters, charged: _, doubt, ...column }, i): ColumnDrift => {
    const adjustedP = adjusted[i]!;
    const drifted = adjustedP <= policy.drift.alpha && matters && doubt === null;
    const unjudged = column.rows < policy.min_rows || doubt === 'waits';
    const state = unjudged ? 'not enough data' : drifted ? 'drifted' : 'stable';
    const judged = { ...column, adjustedP, state } as const;
    return drifted && !unjudged ? { ...judged, ...cameAbout(reference, current, judged) } : judged;
  });
}
