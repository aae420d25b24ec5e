import type { StageOptions } from '../../cascade/stage.ts';
import type { IngestResult } from './result.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import { exitCodes } from '../../errors.ts';
import { cascade } from '../../cascade/cascade.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { openRowSchema } from '../../project/inputs.ts';
import { outputOf } from '../../tracking/stages.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';

function mendedOf({ mended }: Snapshot): IngestResult['mended'] {
  if (mended === undefined) return null;
  const { records: _, ...told } = mended;
  return told;
}

/**
 * Source → immutable snapshot (Parquet), quarantined records with reasons, profile.
 *
 * @example
 * ```ts
 * const { result } = await ingest(context, { pipeline: 'churn', waitMs: 0 });
 * // result.rows → 150
 * ```
 */
export async function ingest(context: Context, options: StageOptions): Promise<Outcome<IngestResult>> {
  const pipeline = await openPipeline(context, options.pipeline);
  const hadSchema = (await openRowSchema(context, pipeline)) !== null;
  const done = await cascade(context, 'ingest', options);
  const { snapshot, rejections } = outputOf.ingest(done.records.ingest!);
  const result: IngestResult = {
    rows: snapshot.rows,
    quarantined: snapshot.quarantined,
    columns: snapshot.columns.length,
    rejections,
    quarantineFile: snapshot.quarantine === undefined ? null : await context.store.path(snapshot.quarantine),
    unknownColumns: snapshot.unknownColumns,
    unreadable: snapshot.source?.unreadable ?? [],
    increment: snapshot.increment ?? null,
    mended: mendedOf(snapshot),
    inferredSchema: hadSchema ? null : pipeline.schema,
  };
  return { ...cascadeOutcome(done), exitCode: exitCodes.ok, result };
}
