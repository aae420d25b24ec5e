import { agreeOnHistory } from '../../data/history/agreement.ts';
import type { HistoryRule } from '../../data/history/rule.ts';
import { AiengError } from '../../errors.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import { loadBundle } from '../../packaging/keep.ts';
import type { Context } from '../../project/context.ts';
import type { ChallengerTraffic, TaughtRow } from './rows.ts';

/** Does a bundle make history as the rule does? Of one that is gone nobody can tell. */
async function agrees(context: Context, digest: string, rule: HistoryRule): Promise<boolean> {
  try {
    return agreeOnHistory(rule, readBundleSchema(await loadBundle(context.store, digest)).history);
  } catch (error) {
    if (error instanceof AiengError && error.code !== 'interrupted') return false;
    throw error;
  }
}

/**
 * Logged rows whose cells of history are what the rule of the source makes: the log holds cells, and not what they were made of. Of
 * rows that a model of another rule answered, the same column would say something else.
 */
export async function ofOneHistory(
  context: Context,
  rule: HistoryRule | undefined,
  traffic: ChallengerTraffic,
): Promise<{ readonly traffic: ChallengerTraffic; readonly leftOut: number }> {
  if (rule === undefined) return { traffic, leftOut: 0 };
  const known = new Map<string, boolean>();
  const of = async (rows: readonly TaughtRow[]): Promise<TaughtRow[]> => {
    const kept: TaughtRow[] = [];
    for (const row of rows) {
      const { bundle } = row.record;
      const fits = known.get(bundle) ?? (await agrees(context, bundle, rule));
      known.set(bundle, fits);
      if (fits) kept.push(row);
    }
    return kept;
  };
  const kept = { recent: await of(traffic.recent), older: await of(traffic.older) };
  const rows = ({ recent, older }: ChallengerTraffic): number => recent.length + older.length;
  return { traffic: kept, leftOut: rows(traffic) - rows(kept) };
}
