import { digestOf } from '../digest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { loadStage } from './cascade.ts';
import type { Context } from '../project/context.ts';
import type { StageName, Upstream } from './stage.ts';
import { stageNames } from './stage.ts';
import { lastStage, recallUsable } from './memory.ts';
import { whyStale } from './staleness.ts';

/** Whether a stage would run now, and why. */
export interface PlannedStage {
  readonly name: StageName;
  readonly stale: boolean;
  readonly reasons: readonly string[];
}

/**
 * What `aieng run` would do, without doing it. After the first stale stage nothing can be known of the later ones but
 * that they may have to follow.
 */
export async function planStages(context: Context, pipeline: Pipeline): Promise<readonly PlannedStage[]> {
  const planned: PlannedStage[] = [];
  const upstream: Partial<Record<StageName, Upstream[StageName] & object>> = {};
  let staleBefore: StageName | null = null;
  for (const name of stageNames) {
    if (staleBefore !== null) {
      planned.push({ name, stale: true, reasons: [`follows ${staleBefore}, which has to run first`] });
      continue;
    }
    const stage = await loadStage(name);
    const { digest: code, libraries } = context.environment.stageCode(name);
    const parts = { code, libraries, ...(await stage.parts(context, pipeline, upstream)) };
    const known = await recallUsable(context, name, digestOf({ stage: name, parts }));
    if (known !== undefined) {
      upstream[name] = known;
      planned.push({ name, stale: false, reasons: ['nothing changed since it ran'] });
      continue;
    }
    const before = await lastStage(context, pipeline.name, name);
    planned.push({ name, stale: true, reasons: whyStale(before?.parts, parts) });
    staleBefore = name;
  }
  return planned;
}
