import { openContext } from '../../src/index.ts';
import type { MonitorReport, RetrainResult } from '../../src/index.ts';

/** What the commands wrote down in the demo's store: the same records that `aieng status` and `explain` read. */
async function newest<Value>(folder: string, kind: string): Promise<Value | null> {
  const context = await openContext({
    cwd: folder,
    variables: {},
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  const [entry] = await context.store.records(kind, 1);
  return entry === undefined || 'damage' in entry ? null : (entry.json as Value);
}

/** The newest monitor report of the demo's pipeline. */
export const lastMonitorReport = (folder: string): Promise<MonitorReport | null> =>
  newest<MonitorReport>(folder, 'monitor-churn');

/** The newest retraining decision of the demo's pipeline. */
export const lastRetraining = (folder: string): Promise<RetrainResult | null> =>
  newest<RetrainResult>(folder, 'retrain-churn');
