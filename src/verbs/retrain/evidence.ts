import type { Attempt, Learnt } from './attempt.ts';
import type { Ground } from '../../cascade/challenger/challenger.ts';
import type { Contest } from './contest.ts';
import { AiengError } from '../../errors.ts';
import { readDocument } from '../../packaging/documents.ts';
import { requireSignature } from '../../project/trust/holding.ts';
import { cannotSign } from '../../project/trust/signing.ts';
import { bestEverServed } from './levels.ts';
import { findHolds, isWorse } from '../../retraining/index.ts';
import type { Hold, Level } from '../../retraining/index.ts';
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

/** A level with the interval that so many rows would give it, by that of the reference. */
function levelOn(value: number, rows: number, before: Level, of: number): Level {
  const widening = Math.sqrt(of / Math.max(1, rows));
  const low = value - widening * (before.value - before.low);
  const high = value + widening * (before.high - before.value);
  return { value, low, high };
}

/**
 * Whether the rows that judge are of another world than the source: the champion is worse on them than the best that this
 * pipeline ever served, or it is worse on the source than on them, having learnt from such rows before.
 */
async function hasDecayed(attempt: Attempt, { best, onSource }: Contest): Promise<boolean> {
  const { observation, champion } = attempt;
  if (observation.report.performance.state === 'worse') return true;
  const { metric, champion: value, rows } = best.comparison;
  const { metrics, rows: of } = readDocument(champion.bundle, 'reference.json').performance;
  const own = metrics[metric];
  const served = await bestEverServed(attempt, metric);
  if (own === undefined || served === undefined) return false;
  const now = levelOn(value, rows, own, of);
  if (isWorse(metric, served, now)) return true;
  return onSource !== null && isWorse(metric, now, levelOn(onSource.champion, onSource.rows, own, of));
}

/** How many recent labels there are of each class; empty for numbers. */
function classCounts({ task, target, compare }: Ground): readonly (readonly [string, number])[] {
  if (task.kind === 'regression') return [];
  const counts = new Array<number>(task.classes.length).fill(0);
  for (const row of compare) counts[target[row]!]! += 1;
  return task.classes.map((name, at) => [name, counts[at]!] as const);
}

/** Why the best candidate would have no signature that holds, though the pipeline requires one. */
async function unsignedBecause({ context, pipeline }: Attempt, { best }: Contest): Promise<string | null> {
  if (!pipeline.deploy.require_signature) return null;
  if (best.kind !== 'earlier') return cannotSign(context, pipeline);
  try {
    await requireSignature(context, best.named, pipeline);
    return null;
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    return error.message;
  }
}

/** Why the best candidate is not promoted without a person. */
export async function holdsOf(
  attempt: Attempt,
  ground: Ground,
  contest: Contest,
  learnt: Learnt,
): Promise<readonly Hold[]> {
  const { onSource } = contest;
  const { selection = null } = attempt.observation.report.performance;
  const isWorseThere = onSource !== null && onSource.improvement.high < 0;
  return findHolds({
    approve: attempt.pipeline.retrain.promotion === 'approve',
    unsigned: await unsignedBecause(attempt, contest),
    classes: classCounts(ground),
    // Of one class it is said from the judging rows themselves.
    selection: selection?.kind === 'by prediction' ? `${selection.message}.` : null,
    onSource,
    hasDecayed: await hasDecayed(attempt, contest),
    labelledShare: isWorseThere ? await labelledShare(attempt, learnt) : 1,
  });
}
