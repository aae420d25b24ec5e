import type { Attempt, Learnt } from './attempt.ts';
import type { Ground } from './challenger.ts';
import type { Contest } from './contest.ts';
import { readDocument } from '../../packaging/documents.ts';
import { findHolds, isWorse } from '../../retraining/index.ts';
import type { Hold } from '../../retraining/index.ts';
import { readLabelledWindow } from '../../traffic/labelled.ts';

/** Predictions that are looked at to tell how many of them have a label. */
const mostLookedAt = 100_000;

/** Share of the predictions between the oldest and the newest row that judges whose label is known. */
async function labelledShare({ query }: Attempt, { recent }: Learnt): Promise<number> {
  const [first, last] = [recent[0]?.record.at, recent.at(-1)?.record.at];
  if (first === undefined || last === undefined) return 0;
  const window = { fromMs: first, lastRows: mostLookedAt, bundle: null };
  const { predictions, labels } = await readLabelledWindow({ ...query, window });
  const among = [...predictions.keys()].filter((row) => predictions[row]!.at <= last);
  return among.filter((row) => labels[row] !== null).length / Math.max(1, among.length);
}

/** Whether the champion is worse on the rows that judge than it was when it was packaged. */
function hasDecayed({ champion, report }: Attempt, { best }: Contest): boolean {
  if (report.performance.state === 'worse') return true;
  const { metric, champion: value, rows } = best.comparison;
  const { performance } = readDocument(champion.bundle, 'reference.json');
  const before = performance.metrics[metric];
  if (before === undefined) return false;
  // The interval that as many rows as judge would have had.
  const widening = Math.sqrt(performance.rows / Math.max(1, rows));
  const low = value - widening * (before.value - before.low);
  const high = value + widening * (before.high - before.value);
  return isWorse(metric, before, { value, low, high });
}

/** How many recent labels there are of each class; empty for numbers. */
function classCounts({ task, target, compare }: Ground): readonly (readonly [string, number])[] {
  if (task.kind === 'regression') return [];
  const counts = new Array<number>(task.classes.length).fill(0);
  for (const row of compare) counts[target[row]!]! += 1;
  return task.classes.map((name, at) => [name, counts[at]!] as const);
}

/** Why the best candidate is not promoted without a person. */
export async function holdsOf(
  attempt: Attempt,
  ground: Ground,
  contest: Contest,
  learnt: Learnt,
): Promise<readonly Hold[]> {
  const { onSource } = contest;
  const isWorseThere = onSource !== null && onSource.improvement.high < 0;
  return findHolds({
    approve: attempt.pipeline.retrain.promotion === 'approve',
    classes: classCounts(ground),
    selection: null,
    onSource,
    hasDecayed: hasDecayed(attempt, contest),
    labelledShare: isWorseThere ? await labelledShare(attempt, learnt) : 1,
  });
}
