import type { Context } from '../project/context.ts';
import { readStage, stageRef } from '../tracking/stages.ts';
import type { StageName, StageRecord } from './stage.ts';

/**
 * The record under a cache key, if this exact work was done before and everything that it refers to is still in the
 * store: what is gone is mended by running the stage again.
 */
export async function recallUsable(
  context: Context,
  stage: StageName,
  key: string,
): Promise<StageRecord | undefined> {
  const record = await readStage(context, stage, key);
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
  const key = await context.store.readRef(stageRef(pipeline, stage));
  return key === undefined ? undefined : readStage(context, stage, key);
}
