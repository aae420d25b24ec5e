import { idTime } from './idTime.ts';
import { joinLabels } from './join.ts';
import type { LabelDoor } from './join.ts';
import type { LabelAccount } from './account.ts';
import { feedbackDoor, labelledRows } from './labelled.ts';
import type { LabelledQuery, LabelledRow } from './labelled.ts';
import { readLabels } from './readLog.ts';
import type { PredictionRecord } from './record.ts';
import { searchLog } from './search.ts';
import type { Meter } from './segments/segmentIndex.ts';
import { clockSlackMs, readWindow } from './window.ts';

/** Which labelled rows to look at. */
export interface NewestQuery {
  /** Labels by `POST /feedback` that arrived at this or later, ms since 1970 UTC. Of a label in a file nothing says when it came. */
  readonly arrivedFromMs: number;
  /** None predicted later than this, ms since 1970 UTC; left out = up to now. */
  readonly toMs?: number;
  /** At most so many rows: those that were predicted last. */
  readonly rows: number;
  /** Only those that this bundle answered; null = whichever did. */
  readonly bundle: string | null;
}

/** The newest rows whose outcome is known, however long it took to be. */
export interface NewestLabelled {
  /** Oldest prediction first. */
  readonly rows: readonly LabelledRow[];
  readonly account: LabelAccount;
  /** Lines of labels that are no record. */
  readonly torn: number;
}

/** No prediction that a label names is older; -Infinity where one is named by its row, which says nothing of its time. */
function earliestNamed(doors: readonly LabelDoor[]): number {
  let earliest = Infinity;
  for (const { labels } of doors)
    for (const { id } of labels) earliest = Math.min(earliest, idTime(id) ?? -Infinity);
  return earliest - clockSlackMs;
}

/**
 * Reads the newest labelled predictions of a log by their labels: a prediction of last quarter whose outcome came
 * yesterday is one of them. What is read follows the labels: segments that hold none of the rows are left unread.
 */
export async function readNewestLabelled(
  query: LabelledQuery & { readonly newest: NewestQuery },
  meter: Meter = { bytes: 0 },
): Promise<NewestLabelled> {
  const { logFolder, read, expiredBefore, newest } = query;
  const arrived = await readLabels(logFolder, newest.arrivedFromMs, meter);
  const doors = [feedbackDoor(arrived.labels), ...query.doors];
  const named = new Set(doors.flatMap(({ labels }) => labels.map(({ id }) => id)));
  const join = (predictions: readonly PredictionRecord[], held: ReadonlySet<string>) =>
    joinLabels(predictions, doors, read, { from: predictions[0]?.at ?? Infinity, expiredBefore, held });
  const fromMs = earliestNamed(doors);
  const until = newest.toMs === undefined ? {} : { toMs: newest.toMs };
  let found: readonly PredictionRecord[] = [];
  if (named.size > 0)
    // A label by row is that of one prediction of the row: there may be more predictions that are named than labels.
    for (let lastRows = newest.rows; ; lastRows *= 4) {
      const asked = { fromMs, ...until, lastRows, bundle: newest.bundle, named };
      const window = await readWindow(logFolder, asked, meter);
      found = window.predictions;
      const { labels } = join(found, new Set());
      const known = [...found.keys()].filter((row) => labels[row] !== null);
      found = found.slice(known.at(-newest.rows) ?? 0);
      if (known.length >= newest.rows || window.predictions.length < lastRows) break;
    }
  const first = join(found, new Set());
  const { held } = await searchLog(logFolder, first.undecided, undefined, meter);
  const { labels, account } = held.size === 0 ? first : join(found, held);
  const rows = labelledRows({ predictions: found, labels, account, torn: 0 });
  return { rows, account, torn: arrived.torn };
}
