import type { Digest } from '../digest.ts';
import { usageError } from '../errors.ts';
import type { AiengError } from '../errors.ts';
import type { Context } from '../project/context.ts';
import type { RunRecord } from '../tracking/runs/runs.ts';
import { readRuns } from '../tracking/runs/runs.ts';
import { trainingsOf } from '../tracking/retraining/retrainings.ts';
import { readFittedRows } from '../tracking/fittedRows.ts';
import { readStage } from '../tracking/stages.ts';
import type { StageName, StageRecord } from '../tracking/stages.ts';

/** What a bundle was made of: the stages of the run that made it. */
export interface BundleLineage {
  readonly run: RunRecord;
  readonly stages: Readonly<Record<Exclude<StageName, 'validate'>, StageRecord>>;
}

const unknown = (message: string, hint: string): AiengError =>
  usageError({ code: 'lineage-unknown', message, hint });

const mostRuns = 1000;

/** The newest run whose packaging gave that bundle: several trainings may come to the same one. */
async function makerOf(context: Context, name: string, digest: Digest): Promise<RunRecord | undefined> {
  const { records } = await readRuns(context, mostRuns);
  return records
    .map(({ content }) => content)
    .find(({ pipeline, outputs }) => pipeline === name && outputs['package']?.digest === digest);
}

/**
 * The stages that made a bundle, as they were written down.
 *
 * @throws usage error where no run of this store made it by its stages
 */
export async function lineageOfBundle(
  context: Context,
  name: string,
  digest: Digest,
): Promise<BundleLineage> {
  const run = await makerOf(context, name, digest);
  if (run === undefined) {
    const retraining = (await trainingsOf(context, name)).find(
      ({ record }) => record.challenger?.bundle === digest,
    );
    if (retraining === undefined)
      throw unknown(
        `No run of this store made the bundle ${digest.slice(0, 12)} of ${name}.`,
        'Run the command in the project that it comes from.',
      );
    const made = `The bundle ${digest.slice(0, 12)} was made by \`aieng retrain\` (run ${retraining.runId})`;
    if ((await readFittedRows(context, digest))?.retrained === undefined)
      throw unknown(
        `${made}, by an aieng that did not write down of what, and cannot be made again.`,
        'Name a version that `aieng run` or `aieng package` made: `aieng runs list` shows them.',
      );
    throw unknown(
      `${made} of the source and the prediction log, not by the stages of a run.`,
      `\`aieng reproduce ${name}\` makes the newest version again.`,
    );
  }
  const of = async (stage: StageName): Promise<StageRecord> => {
    const key = run.outputs[stage]?.key;
    const record = key === undefined ? undefined : await readStage(context, stage, key);
    if (record !== undefined) return record;
    throw unknown(
      `What ${stage} did for the bundle ${digest.slice(0, 12)} is gone from the store.`,
      'Run `aieng doctor` to see what else is.',
    );
  };
  const stages = {
    ingest: await of('ingest'),
    featurize: await of('featurize'),
    train: await of('train'),
    package: await of('package'),
  };
  return { run, stages };
}
