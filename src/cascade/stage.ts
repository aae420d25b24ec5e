import type { Digest, Json } from '../digest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Context } from '../project/context.ts';

/** The stages that cascade, in order. */
export const stageNames = ['ingest', 'validate', 'featurize', 'train', 'package'] as const;
export type StageName = (typeof stageNames)[number];

/**
 * What a stage's output depends on, by a name that a person understands: `source fixtures/x.csv`, `pipeline model`,
 * `code`, … Values are digests or small JSON.
 */
export type Parts = Readonly<Record<string, Json>>;

/** Outputs of the stages before, by stage. */
export type Upstream = Partial<Record<StageName, StageRecord>>;

/** What a stage writes down: enough to reuse it and to say later why it is stale. */
export interface StageRecord<Output extends Json = Json> {
  readonly stage: StageName;
  readonly key: Digest;
  readonly parts: Parts;
  /** Digest that stages after it depend on. */
  readonly digest: Digest;
  readonly output: Output;
  /**
   * Objects that the output refers to: where one of them is gone, the stage has to run again. Not in records of the
   * first days of aieng.
   */
  readonly objects?: readonly Digest[];
  /** 0, or 3/4: the work was done and its result stops the cascade. */
  readonly exitCode: 0 | 3 | 4;
  readonly runId: string;
  readonly at: number;
  readonly durationMs: number;
}

/** What `compute` gives back. */
export interface Computed {
  readonly digest: Digest;
  readonly output: Json;
  readonly objects: readonly Digest[];
  readonly exitCode: 0 | 3 | 4;
  /**
   * Parts as they proved to be when the work was done, where the world may have changed since `parts` looked (a file
   * that was replaced in between). The key is made of these: a result never stands under what it was not made of.
   */
  readonly used?: Parts;
}

/** One stage: what it depends on (cheap) and the work itself. */
export interface Stage {
  readonly name: StageName;
  parts(context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Parts>;
  compute(context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Computed>;
  /** What has to hold once the result stands, whether it was computed now or taken from the cache. */
  settled?(context: Context, pipeline: Pipeline, record: StageRecord): Promise<void>;
}

/** Options and results of every verb. `pipeline` is a name or a path; left out = the only one. */
export interface StageOptions {
  readonly pipeline?: string;
  /** Run just this stage; its inputs must be fresh. */
  readonly only?: boolean;
  /** How long to wait for another run that holds the pipeline. */
  readonly waitMs: number;
}
