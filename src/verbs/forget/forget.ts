import type { ForgetOptions } from './options.ts';
import type { ForgetResult } from './result.ts';
import { sha256 } from '../../digest.ts';
import { exitCodes } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { forgetExamples } from '../../project/forgetting/forgetExamples.ts';
import { forgetFolded } from '../../project/forgetting/forgetFolded.ts';
import { forgetPages } from '../../project/forgetting/forgetPages.ts';
import type { ForgottenRejects } from '../../project/forgetting/forgetRejects.ts';
import { forgetRejects } from '../../project/forgetting/forgetRejects.ts';
import { heedInterruption } from '../../project/interruption.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { writeForgotten } from '../../tracking/forgotten.ts';
import { storeSalt } from '../../tracking/salt.ts';
import { forgetRow } from '../../traffic/forget.ts';

/** Where the row may still be. What is immutable is named, with what it takes. */
function whatRemains(
  { name, source }: Pipeline,
  { ofAnybody, shared }: ForgottenRejects,
  unread: number,
): ForgetResult['remains'] {
  return [
    ...(unread === 0
      ? []
      : [
          {
            where: 'damaged records of looks and decisions, which may give its id as an example',
            count: unread,
            what: '`aieng verify` names them: restore each from a copy or delete it, then run `aieng forget` again.',
          },
        ]),
    ...(shared === 0
      ? []
      : [
          {
            where: 'objects of rejected records that another pipeline names too',
            count: shared,
            what: 'Run `aieng forget` for each pipeline that reads the same source.',
          },
        ]),
    ...(ofAnybody === 0
      ? []
      : [
          {
            where: 'rejected records of the last ingest that could be of anybody',
            count: ofAnybody,
            what: `Their ids cannot be read. Look at them (\`aieng rejects ${name} --export rejects.csv\`), take the one out of ${source.display} and run \`aieng ingest ${name}\` again; what was rejected before goes with \`aieng gc\`.`,
          },
        ]),
    {
      where: `the source, ${source.display}, and the snapshots that were made of it`,
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
 * they are, while services go on writing; its labelled rows that expired, its rejected records, and the page that shows
 * them; its id where a look, a decision, a page or an alert gave it as an example. What cannot be taken out is said.
 */
export async function forget(context: Context, options: ForgetOptions): Promise<Outcome<ForgetResult>> {
  const pipeline = await openPipeline(context, options.pipeline);
  const { environment, store } = context;
  const { rowId, why } = options;
  const log = await store.folder(`logs/${pipeline.name}`);
  const { predictions, labels, ids } = await forgetRow(log, rowId, () => heedInterruption(context));
  const folded = await forgetFolded(context, pipeline.name, rowId);
  await heedInterruption(context);
  const rejects = await forgetRejects(context, pipeline, rowId);
  const { named, unread } = await forgetExamples(context, pipeline.name, ids);
  const pages = await forgetPages(context, pipeline.name, rowId, { ids, rejected: rejects.removed });
  const gone = { predictions, labels, folded, rejected: rejects.removed };
  const row = sha256(`${await storeSalt(context)}/${rowId}`);
  const runId = environment.newId();
  await writeForgotten(context, pipeline.name, runId, {
    at: environment.now(),
    why,
    row,
    ...gone,
  });
  return {
    pipeline: pipeline.name,
    runId,
    exitCode: exitCodes.ok,
    warnings: [],
    result: { row, ...gone, examples: named + pages, why, remains: whatRemains(pipeline, rejects, unread) },
  };
}
