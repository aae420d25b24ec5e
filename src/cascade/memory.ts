import type { Context } from '../project/context.ts';
import type { StageName, StageRecord } from './stage.ts';

const refName = (pipeline: string, stage: StageName): string => `stages/${pipeline}/${stage}`;

/** The record under a cache key, if this exact work was done before. Its objects may be gone. */
export async function recallStage(
  context: Context,
  stage: StageName,
  key: string,
): Promise<StageRecord | undefined> {
  const json = await context.store.readRecord(`stage-${stage}`, key);
  // The store keeps what we wrote under this key and nothing else: its shape is ours.
  return json as StageRecord | undefined;
}

/** The same, if everything that it refers to is still in the store: damage is mended by running the stage again. */
export async function recallUsable(
  context: Context,
  stage: StageName,
  key: string,
): Promise<StageRecord | undefined> {
  const record = await recallStage(context, stage, key);
  if (record?.objects === undefined) return undefined;
  for (const digest of record.objects) if (!(await context.store.has(digest))) return undefined;
  return record;
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
