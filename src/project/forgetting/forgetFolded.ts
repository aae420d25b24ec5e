import { cellValue, takeRows } from '../../data/columns.ts';
import { readParquet, writeParquet } from '../../data/parquet.ts';
import type { RowSchema } from '../../data/schema.ts';
import type { Fold } from '../../tracking/folds.ts';
import { readFolds, replaceFold } from '../../tracking/folds.ts';
import type { Context } from '../context.ts';
import { rowIdColumn } from '../expireTraffic.ts';
import { heedInterruption } from '../interruption.ts';
import { removeReplaced } from './forgottenObjects.ts';

/** A fold without the rows of an id, its new object written; null where it has none of them. */
async function foldWithout(
  { store }: Context,
  fold: Fold,
  rowId: string,
): Promise<{ readonly fold: Fold; readonly removed: number } | null> {
  const { parquet, schema } = fold;
  if (parquet === null || schema === null) return null;
  const own = JSON.parse(new TextDecoder().decode(await store.get(schema))) as RowSchema;
  const table = await readParquet(await store.path(parquet), own);
  const ids = table.columns.get(rowIdColumn)!;
  const kept: number[] = [];
  for (let row = 0; row < table.rows; row += 1) if (cellValue(ids, row) !== rowId) kept.push(row);
  const removed = table.rows - kept.length;
  if (removed === 0) return null;
  const left =
    kept.length === 0
      ? { parquet: null, schema: null }
      : { schema, parquet: await store.putBy((path) => writeParquet(takeRows(table, kept), path)) };
  const counts = { rows: fold.rows - removed, predictions: fold.predictions - removed };
  return { removed, fold: { ...fold, ...left, ...counts, replaced: [...(fold.replaced ?? []), parquet] } };
}

/**
 * Takes the labelled rows of an id out of the folds of a log; how many they were. The new object comes first, then the
 * record that names it in the place of the old one, then the old object goes: whoever is killed is finished by the next.
 */
export async function forgetFolded(context: Context, pipeline: string, rowId: string): Promise<number> {
  const { store, command } = context;
  const lock = await store.lock(`logs-${pipeline}`, { waitMs: 60_000, command, signal: context.signal });
  try {
    let removed = 0;
    for (const { id, content } of await readFolds(context, pipeline)) {
      await heedInterruption(context);
      const without = await foldWithout(context, content, rowId);
      if (without === null) continue;
      await replaceFold(context, pipeline, id, without.fold);
      removed += without.removed;
    }
    await removeReplaced(context, await readFolds(context, pipeline));
    return removed;
  } finally {
    await lock.release();
  }
}
