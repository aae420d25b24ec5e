import type { Context } from './context.ts';
import type { StageName, StageRecord } from './stage.ts';

const refName = (pipeline: string, stage: StageName): string => `stages/${pipeline}/${stage}`;

/** The record under a cache key, if this exact work was done before and its outputs are still there. */
export async function recallStage(
  context: Context,
  stage: StageName,
  key: string,
): Promise<StageRecord | undefined> {
  const json = await context.store.readRecord(`stage-${stage}`, key);
  // The store keeps what we wrote under this key and nothing else: its shape is ours.
  return json as StageRecord | undefined;
}

/** What a stage of this pipeline gave last, fresh or not. */
export async function lastStage(
  context: Context,
  pipeline: string,
  stage: StageName,
): Promise<StageRecord | undefined> {
  const key = await context.store.readRef(refName(pipeline, stage));
  return key === undefined ? undefined : recallStage(context, stage, key);
}

/** Writes a stage's record once under its key and points the pipeline's ref at it. */
export async function rememberStage(context: Context, pipeline: string, record: StageRecord): Promise<void> {
  const { store } = context;
  await store.record(`stage-${record.stage}`, record.key, record);
  const name = refName(pipeline, record.stage);
  for (;;) {
    const current = await store.readRef(name);
    if (current === record.key) return;
    if (await store.compareAndSet(name, current, record.key, `run ${record.runId}`)) return;
  }
}
