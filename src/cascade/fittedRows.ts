import type { Digest } from '../digest.ts';
import type { Context } from '../project/context.ts';
import { readFittedRows } from '../tracking/fittedRows.ts';
import { identifyingFitted } from '../project/identities.ts';
import type { Identifying } from '../project/identities.ts';
import { inPieces } from '../project/interruption.ts';
import { readSnapshotRows } from './snapshotRows.ts';
import { decodeSplit } from './split.ts';

/** When the model of a bundle was fitted here, ms since 1970 UTC; 0 for one that was made elsewhere. */
export async function fittedAt(context: Context, bundle: Digest): Promise<number> {
  return (await readFittedRows(context, bundle))?.at ?? 0;
}

/**
 * Identities of all rows that the model of a bundle was fitted, calibrated or stopped early on. Empty for a bundle
 * that was made elsewhere: it does not carry its rows.
 */
export async function fittedIdentities(
  context: Context,
  pipeline: Identifying,
  bundle: Digest,
): Promise<ReadonlySet<string>> {
  const record = await readFittedRows(context, bundle);
  if (record === undefined) return new Set();
  const { snapshot, split } = record;
  const rows = await readSnapshotRows(context, pipeline, snapshot);
  const parts = decodeSplit(await context.store.get(split));
  const told = { label: 'retrain', detail: 'cells that tell what the champion was fitted on', total: 0 };
  return inPieces(context, told, identifyingFitted(pipeline, rows, parts));
}
