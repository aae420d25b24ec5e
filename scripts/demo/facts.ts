import { openContext } from '../../src/index.ts';
import type { MonitorReport, RetrainResult } from '../../src/index.ts';
import { lastMonitorReport as reportOf } from '../../src/tracking/monitorReports.ts';
import { lastRetraining as retrainingOf } from '../../src/tracking/retraining/retrainings.ts';
import { lastStage } from '../../src/cascade/memory.ts';
import { outputOf } from '../../src/tracking/stages.ts';
import type { TrainOutput } from '../../src/tracking/stageOutputs.ts';

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

/** How the model that was judged last did: the record that `aieng explain gate` reads. */
export async function lastTraining(folder: string): Promise<TrainOutput | null> {
  const record = await lastStage(await opened(folder), 'churn', 'train');
  return record === undefined ? null : outputOf.train(record);
}
