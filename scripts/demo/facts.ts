import { openContext } from '../../src/index.ts';
import type { MonitorReport, RetrainResult } from '../../src/index.ts';
import { lastMonitorReport as reportOf } from '../../src/tracking/monitorReports.ts';
import { lastRetraining as retrainingOf } from '../../src/tracking/retraining/retrainings.ts';

const opened = (folder: string): ReturnType<typeof openContext> =>
  openContext({
    cwd: folder,
    variables: {},
    progress: () => undefined,
    signal: new AbortController().signal,
  });

/** The newest monitor report of the demo's pipeline: the record that `aieng status` and `explain` read. */
export const lastMonitorReport = async (folder: string): Promise<MonitorReport | null> =>
  (await reportOf(await opened(folder), 'churn'))?.content ?? null;

/** The newest retraining decision of the demo's pipeline. */
export const lastRetraining = async (folder: string): Promise<RetrainResult | null> =>
  (await retrainingOf(await opened(folder), 'churn')) ?? null;
