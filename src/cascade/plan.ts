import type { Digest } from '../digest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import { codeParts, keyOf } from './key.ts';
import { lastStage, recallUsable } from './memory.ts';
import type {
  Computed,
  Parts,
  Stage,
  StageName,
  StageRecord,
  Tools,
  Upstream,
  CascadeWork,
} from './stage.ts';
import { stageNames } from './stage.ts';
import { scriptWorld } from './script/world.ts';
import { whyStale } from './staleness.ts';

/** The stage of that name, its rooms loaded only now. */
async function loadStage(name: StageName): Promise<Stage> {
  switch (name) {
    case 'ingest':
      return (await import('./stages/ingest.ts')).ingestStage;
    case 'validate':
      return (await import('./stages/validate.ts')).validateStage;
    case 'featurize':
      return (await import('./stages/featurize.ts')).featurizeStage;
    case 'train':
      return (await import('./stages/train.ts')).trainStage;
    case 'package':
      return (await import('./stages/package.ts')).packageStage;
  }
}

/** How a stage stands: what it depends on now, and what was known before. */
export interface Standing {
  readonly key: Digest;
  readonly parts: Parts;
  /** Its result under that key, where this exact work was done before. */
  readonly known: StageRecord | undefined;
  /** Its last result for this pipeline, fresh or not. */
  readonly last: StageRecord | undefined;
  /** Why it has to run. Empty where its result is known. */
  readonly reasons: readonly string[];
  readonly compute: (tools: Tools) => Promise<Computed>;
  /** Says that the result stands. */
  readonly settle: (record: StageRecord) => Promise<void>;
}

/** Looks at one stage; the stages before it are fresh and in `work.upstream`. */
export async function standingOf(
  work: CascadeWork,
  name: StageName,
  { prepare }: { readonly prepare: boolean },
): Promise<Standing> {
  const { context, pipeline } = work;
  const stage = await loadStage(name);
  if (prepare) await stage.before(work);
  const {
    parts: own,
    families,
    compute,
  } = await stage.look({
    ...work,
    scripts: scriptWorld(context, pipeline.name),
  });
  const parts = { ...codeParts(context.environment, name, families), ...own };
  const key = keyOf(name, parts);
  const known = await recallUsable(context, name, key);
  const last = await lastStage(context, pipeline.name, name);
  const reasons = known === undefined ? whyStale(last?.parts, parts) : [];
  const settle = (record: StageRecord): Promise<void> => stage.settled(work, record);
  return { key, parts, known, last, reasons, compute, settle };
}

/** Whether a stage would run now, and why. */
export interface PlannedStage {
  readonly name: StageName;
  readonly stale: boolean;
  readonly reasons: readonly string[];
}

/** A plan, and the records of the stages that are fresh. */
export interface Plan {
  readonly stages: readonly PlannedStage[];
  readonly fresh: Upstream;
}

/**
 * What a cascade up to `target` would do, without doing it. After the first stale stage nothing can be known of the
 * later ones but that they may have to follow.
 */
export async function planStages(
  context: Context,
  pipeline: Pipeline,
  target: StageName = 'package',
): Promise<Plan> {
  const stages: PlannedStage[] = [];
  const fresh: Partial<Record<StageName, StageRecord>> = {};
  let staleBefore: StageName | null = null;
  for (const name of stageNames.slice(0, stageNames.indexOf(target) + 1)) {
    if (staleBefore !== null) {
      stages.push({ name, stale: true, reasons: [`follows ${staleBefore}, which has to run first`] });
      continue;
    }
    const { known, reasons } = await standingOf(
      { context, pipeline, upstream: fresh, held: {}, looking: true },
      name,
      {
        prepare: false,
      },
    );
    if (known === undefined) staleBefore = name;
    else fresh[name] = known;
    stages.push({
      name,
      stale: known === undefined,
      reasons: known === undefined ? reasons : ['nothing changed since it ran'],
    });
  }
  return { stages, fresh };
}
