import type { Digest, Json } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';
import type { ScriptWorld } from '../scripting/world.ts';
import type { StageName, StageRecord } from '../tracking/stages.ts';
import type { HeldRows } from './snapshotRows.ts';

export { stageNames } from '../tracking/stages.ts';
export type { StageName, StageRecord } from '../tracking/stages.ts';

/**
 * What a stage's output depends on, by a name that a person understands: `source fixtures/x.csv`, `pipeline model`,
 * `code`, … Values are digests or small JSON.
 */
export type Parts = Readonly<Record<string, Json>>;

/** Outputs of the stages before, by stage. */
export type Upstream = Partial<Record<StageName, StageRecord>>;

/** A cascade at work: what its stages look at to say what they depend on. */
export interface CascadeWork {
  readonly context: Context;
  readonly pipeline: Pipeline;
  readonly upstream: Upstream;
  /** So that the rows of a snapshot are read once for all stages. */
  readonly held: HeldRows;
  /** Is this only a look at a plan? Then a source that has to be read to be known is taken as it was last. */
  readonly looking?: boolean;
  /** Is the whole source to be read, whatever is known of it? */
  readonly full?: boolean;
  /** Family `auto` begins no further fold once so many seconds are over. */
  readonly seconds?: number;
}

/** The same for one stage. */
export interface StageWork extends CascadeWork {
  /** The programs of the project, of which one may train. */
  readonly scripts: ScriptWorld;
}

/** What computing may use beside what the stage depends on: nothing here changes a result. */
export type Tools = Pick<CascadeWork, 'held'> &
  Pick<Context, 'store' | 'progress' | 'signal'> & {
    /** Cores to work on. */
    readonly threads: number;
    /** Is the time over? What was done until then is part of what the result is kept under (`used`). */
    readonly enough?: () => boolean;
  };

/** What `compute` gives back. */
export interface Computed<Output extends object = object> {
  readonly digest: Digest;
  readonly output: Output;
  /** Objects of the store that the output refers to. */
  readonly objects: readonly Digest[];
  readonly exitCode: 0 | 3 | 4;
  /**
   * Parts as they proved to be when the work was done, where the world may have changed since `parts` looked (a file
   * that was replaced in between). The key is made of these: a result never stands under what it was not made of.
   */
  readonly used?: Parts;
}

/**
 * What a stage depends on. `parts` are all that its result is a function of, and stand in its key; `reach` says where
 * what they name is found (a path, a model that was just opened, where the file says something), and changes no result.
 */
export interface Dependencies<Depends extends object, Reach> {
  readonly parts: Depends;
  readonly reach: Reach;
  /** Model families that it works with: their code is part of the key. */
  readonly families?: readonly string[];
}

/**
 * A stage as it is written: its work sees its parts and nothing else of the pipeline, so what it uses is in its key or
 * does not compile.
 */
interface Definition<Depends extends object, Reach, Output extends object> {
  readonly name: StageName;
  /** What has to stand before anything can be said of the key. Looking at a plan does not do it. */
  readonly before?: (work: CascadeWork) => Promise<void>;
  /** Cheap: digests and sections. */
  readonly dependencies: (work: StageWork) => Promise<Dependencies<Depends, Reach>>;
  readonly compute: (given: Dependencies<Depends, Reach>, tools: Tools) => Promise<Computed<Output>>;
  /** What has to hold once the result stands, whether it was computed now or taken from the cache. */
  readonly settled?: (work: CascadeWork, record: StageRecord) => Promise<void>;
}

/** One stage, whatever it is made of. */
export interface Stage {
  readonly name: StageName;
  readonly before: (work: CascadeWork) => Promise<void>;
  readonly look: (work: StageWork) => Promise<{
    readonly parts: Parts;
    readonly families: readonly string[];
    readonly compute: (tools: Tools) => Promise<Computed>;
  }>;
  readonly settled: (work: CascadeWork, record: StageRecord) => Promise<void>;
}

/** See `Definition`. */
export function defineStage<Depends extends object, Reach, Output extends object>({
  name,
  before = () => Promise.resolve(),
  settled = () => Promise.resolve(),
  dependencies,
  compute,
}: Definition<Depends, Reach, Output>): Stage {
  return {
    name,
    before,
    settled,
    look: async (work) => {
      const given = await dependencies(work);
      // Through text, so that a key says nothing that its record does not say.
      const parts = JSON.parse(canonicalJson(given.parts)) as Parts;
      return { parts, families: given.families ?? [], compute: (tools) => compute(given, tools) };
    },
  };
}

/** Options and results of every verb. `pipeline` is a name or a path; left out = the only one. */
export interface StageOptions {
  readonly pipeline?: string;
  /** Run just this stage; its inputs must be fresh. */
  readonly only?: boolean;
  /** Read the whole source, also where only new rows would be added. */
  readonly full?: boolean;
  /** Keys of the pipeline that are set for this run: `model.gbdt.leaves=63`. */
  readonly set?: readonly string[];
  /** Family `auto` begins no further fold once so many seconds are over. The folds that were fitted are set (`model.folds`). */
  readonly seconds?: number;
  /** How long to wait for another run that holds the pipeline. */
  readonly waitMs: number;
}
