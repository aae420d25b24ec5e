import type { ForgetOptions } from './options.ts';
import type { ForgetResult } from './result.ts';
import { decodeQuarantine } from '../../data/quarantine.ts';
import { sha256 } from '../../digest.ts';
import { exitCodes } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { readFoldedRows } from '../../project/expireTraffic.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { writeForgotten } from '../../tracking/forgotten.ts';
import { lastRejects } from '../../tracking/rejects.ts';
import { storeSalt } from '../../tracking/salt.ts';
import { forgetRow } from '../../traffic/forget.ts';

/** Records of the last ingest's rejects in which the id stands. */
async function inRejects(context: Context, name: string, rowId: string): Promise<number> {
  const object = (await lastRejects(context, name))?.rejects ?? null;
  if (object === null) return 0;
  return decodeQuarantine(await context.store.get(object)).filter(({ raw }) => raw.includes(rowId)).length;
}

/** Where the row may still be. What is immutable is named, with what it takes. */
async function whatRemains(
  context: Context,
  pipeline: Pipeline,
  rowId: string,
): Promise<ForgetResult['remains']> {
  const { name } = pipeline;
  const folded = (await readFoldedRows(context, pipeline)).filter((row) => row.rowId === rowId).length;
  const rejected = await inRejects(context, name, rowId);
  return [
    ...(folded === 0
      ? []
      : [
          {
            where: 'training rows of predictions that expired',
            count: folded,
            what: `They are immutable objects of the store: delete the records fold-${name} and their objects, at the price of all rows of the same fold.`,
          },
        ]),
    ...(rejected === 0
      ? []
      : [
          {
            where: 'rejected records of the last ingest',
            count: rejected,
            what: `Take the record out of ${pipeline.source.display} and run \`aieng ingest ${name}\` again.`,
          },
        ]),
    {
      where: `the source, ${pipeline.source.display}, and the snapshots that were made of it`,
      count: 0,
      what: `It is yours: take the row out of it and run \`aieng run ${name}\` again.`,
    },
    {
      where: 'the weights, golden rows and reference of bundles that were made before',
      count: 0,
      what: `Deploy the bundle that \`aieng run ${name}\` makes without the row.`,
    },
  ];
}

/**
 * Takes a row out of the prediction log, durably and on record: its predictions and its labels, in whichever segment
 * they are, while services go on writing. What cannot be taken out is said.
 */
export async function forget(context: Context, options: ForgetOptions): Promise<Outcome<ForgetResult>> {
  const pipeline = await openPipeline(context, options.pipeline);
  const { environment, store } = context;
  const { rowId, why } = options;
  const { predictions, labels } = await forgetRow(await store.folder(`logs/${pipeline.name}`), rowId);
  const row = sha256(`${await storeSalt(context)}/${rowId}`);
  const runId = environment.newId();
  await writeForgotten(context, pipeline.name, runId, {
    at: environment.now(),
    why,
    row,
    predictions,
    labels,
  });
  return {
    pipeline: pipeline.name,
    runId,
    exitCode: exitCodes.ok,
    warnings: [],
    result: { row, predictions, labels, why, remains: await whatRemains(context, pipeline, rowId) },
  };
}
