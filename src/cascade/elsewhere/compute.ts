import { sha256 } from '../../digest.ts';
import { damagedError, usageError } from '../../errors.ts';
import { openStore, overlaid } from '../../store/index.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../../project/context.ts';
import { loadCode } from '../../project/trust/allowedCode.ts';
import { outputOf, readStage } from '../../tracking/stages.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import { codeParts } from '../key.ts';
import type { Computed, Parts, StageName, StageRecord, Tools } from '../stage.ts';
import { changedParts } from '../staleness.ts';
import type { StageJob } from './job.ts';

/** The two stores of a computation: one that is only read, one that is written to. */
export interface ComputeFolders {
  readonly store: string;
  readonly output: string;
}

const familyPart = /^code of family ([^ ]+)$/;

/**
 * The code here has to be the code that the key names.
 *
 * @throws a usage error with what differs
 */
function requireSameCode({ environment }: Pick<Context, 'environment'>, { stage, parts }: StageJob): void {
  const families = Object.keys(parts).flatMap((name) => familyPart.exec(name)?.[1] ?? []);
  const here: Parts = codeParts(environment, stage, families);
  const asked = Object.fromEntries(
    Object.keys(here).flatMap((name) => (name in parts ? [[name, parts[name]!]] : [])),
  );
  const changed = changedParts(asked, here);
  if (changed.length === 0) return;
  throw usageError({
    code: 'image-of-another-aieng',
    message: `The image has another aieng or other libraries than this machine: ${changed.join('; ')}.`,
    hint: 'Name an image without a digest, which is then made of the aieng that runs here: --image aieng-training.',
  });
}

async function recordOf(store: Store, { upstream }: StageJob, stage: StageName): Promise<StageRecord> {
  const key = upstream[stage];
  const record = key === undefined ? undefined : await readStage({ store }, stage, key);
  if (record !== undefined) return record;
  throw damagedError({
    code: 'record-missing',
    message: `The store has no record of ${stage}, which the next stage is made of.`,
    hint: 'Run `aieng doctor --repair`, then the same command again.',
  });
}

const noScripts = (): Promise<never> =>
  Promise.reject(new TypeError('a training script is not run by aieng within an image of its own'));
const scripts: ScriptWorld = { files: noScripts, image: noScripts, run: noScripts };

/** Computes one stage of what its job says, from one store into another; needs no project. */
export async function computeJob(
  context: Pick<Context, 'environment' | 'progress' | 'signal'>,
  folders: ComputeFolders,
  job: StageJob,
): Promise<Computed> {
  const { environment, progress, signal } = context;
  requireSameCode(context, job);
  const below = await openStore({ folder: folders.store, environment });
  const store = overlaid(below, await openStore({ folder: folders.output, environment }));
  if (job.javascript !== null) loadCode(sha256(job.javascript), job.javascript, 'own transforms');
  const { seconds } = job;
  const started = environment.elapsed();
  const tools: Tools = {
    ...{ store, progress, signal, held: {}, threads: job.threads },
    ...(seconds === null ? {} : { enough: () => environment.elapsed() - started >= 1000 * seconds }),
  };
  const { snapshot } = outputOf.ingest(await recordOf(store, job, 'ingest'));
  if (job.stage === 'featurize') {
    const { featurizeAgain } = await import('../stages/featurize.ts');
    return featurizeAgain(job.parts, { snapshot, javascript: job.javascript }, tools);
  }
  const featurized = outputOf.featurize(await recordOf(store, job, 'featurize'));
  if (job.stage === 'train') {
    const { trainAgain } = await import('../stages/train.ts');
    return trainAgain(job.parts, { snapshot, featurized, scripts, written: { file: '', places: {} } }, tools);
  }
  const trained = outputOf.train(await recordOf(store, job, 'train'));
  const { packageAgain } = await import('../stages/package.ts');
  return packageAgain(job.parts, { snapshot, featurized, trained, now: () => job.now }, tools);
}
