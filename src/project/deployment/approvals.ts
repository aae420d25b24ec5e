import { championDigest } from '../champion.ts';
import type { Context } from '../context.ts';
import type { Queued } from '../../tracking/retraining/approvals.ts';
import { approvalQueue } from '../../tracking/retraining/approvals.ts';
import { trainingsOf } from '../../tracking/retraining/retrainings.ts';

/** A challenger that waits or waited, and what has become of it. */
export interface Standing extends Queued {
  readonly state: 'waiting' | 'approved' | 'rejected' | 'stale';
  /** Why it is stale. */
  readonly because: string | null;
}

/** Why a challenger must not be approved any more, or null where it may. */
function staleBecause(
  { waiting, runId }: Queued,
  name: string,
  champion: string | null,
  newestTraining: { readonly runId: string; readonly record: { readonly decision: string } } | undefined,
): string | null {
  if (waiting.champion.bundle !== champion) {
    const was = waiting.champion.version === null ? 'the champion' : `${name}@${waiting.champion.version}`;
    return `it was compared with ${was}, and another model is in charge now (${champion?.slice(0, 12) ?? 'none'})`;
  }
  if (newestTraining === undefined || newestTraining.runId <= runId) return null;
  return `a later attempt (run ${newestTraining.runId}, ${newestTraining.record.decision.replaceAll('-', ' ')}) took its place`;
}

/** Challengers of a pipeline that wait or waited for a person, newest first. */
export async function challengersWaiting(context: Context, name: string): Promise<readonly Standing[]> {
  const queue = await approvalQueue(context, name);
  if (queue.length === 0) return [];
  const champion = await championDigest(context, name);
  const [newest] = await trainingsOf(context, name);
  return queue.map((each) => {
    if (each.approval !== null) return { ...each, state: each.approval.verdict, because: null };
    const because = staleBecause(each, name, champion, newest);
    return { ...each, state: because === null ? 'waiting' : 'stale', because };
  });
}
