import type { SplitOptions } from './options.ts';
import type { SplitResult } from './result.ts';
import { resolve } from 'node:path';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import { dealOut, labelled } from '../../cascade/split.ts';
import { stoppedBefore } from '../../cascade/stopped.ts';
import { requireFormat } from '../../data/dialect.ts';
import { writeParquet } from '../../data/parquet.ts';
import { createPendingFile } from '../../data/sinks/file.ts';
import { usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { takeInPieces } from '../../project/interruption.ts';
import type { Outcome } from '../../project/outcome.ts';
import { outputOf } from '../../tracking/stages.ts';

/**
 * Hands out the rows that a model may learn from: those of the training part, as `train` would take them, and never those that
 * judge.
 *
 * @throws a usage error for another format than Parquet: it alone keeps numbers, words and times what they are
 */
export async function split(context: Context, options: SplitOptions): Promise<Outcome<SplitResult>> {
  const { exportTo, validation, waitMs, pipeline: name } = options;
  if (requireFormat(exportTo).format !== 'parquet')
    throw usageError({
      code: 'export-not-parquet',
      message: `${exportTo}: rows to learn from are handed out as Parquet, which keeps numbers, words and times what they are.`,
      hint: 'Name a file that ends in .parquet.',
    });
  const done = await cascade(context, 'validate', {
    waitMs,
    ...(name === undefined ? {} : { pipeline: name }),
  });
  const { pipeline, records } = done;
  if (done.last.exitCode !== 0) throw stoppedBefore(done, 'featurize');
  const { snapshot } = outputOf.ingest(records.ingest!);
  const rows = await readSnapshotRows(context, pipeline, snapshot);
  const { rows: withLabel } = labelled(pipeline, rows.table);
  const dealt = dealOut(pipeline, rows, withLabel);
  const chosen = validation ? Int32Array.from([...dealt.train, ...dealt.validation]).sort() : dealt.train;
  const told = { label: 'split', detail: 'cells taken' };
  const table = await takeInPieces(context, told, rows.table, chosen);
  const file = await createPendingFile(resolve(context.environment.cwd, exportTo));
  try {
    await writeParquet(table, file.temporary);
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
  return {
    ...cascadeOutcome(done),
    result: {
      exported: exportTo,
      parts: ['train', ...(validation ? ['validation'] : [])],
      rows: table.rows,
      columns: [...table.columns.keys()],
      kept: {
        validation: validation ? 0 : dealt.validation.length,
        test: dealt.test.length,
        unlabelled: rows.table.rows - withLabel.length,
      },
    },
  };
}
