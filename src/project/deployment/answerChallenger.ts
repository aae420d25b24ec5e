import type { DeploymentStatus } from '../../deployment/target.ts';
import { AiengError, usageError } from '../../errors.ts';
import { loadBundle } from '../../packaging/index.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { writeApproval } from '../../tracking/retraining/approvals.ts';
import { championDigest } from '../champion.ts';
import type { Context } from '../context.ts';
import { whoAmI } from '../observation/reference.ts';
import type { Standing } from './approvals.ts';
import { challengersWaiting } from './approvals.ts';
import { claimedChallenger, takeOver } from './promote.ts';

/** What a person says of the challenger that waits. */
export interface Answer {
  readonly reject: boolean;
  /** Why, for the record. */
  readonly why?: string;
  /** The first letters of the digest of the challenger that is meant: refused where another one waits. */
  readonly challenger?: string;
  readonly noDeploy: boolean;
  readonly waitMs: number;
}

/** What became of it. */
export interface Answered {
  readonly action: 'approved' | 'rejected';
  readonly challenger: { readonly version: number | null; readonly bundle: string };
  readonly deployed: DeploymentStatus | null;
}

/** The first letters of a digest, as people name it. */
const shortDigest = (digest: string): string => digest.slice(0, 12);

/** The challenger that an answer is for. */
function asked({ name }: Pipeline, queue: readonly Standing[], { challenger, reject }: Answer): Standing {
  const [newest] = queue;
  const retry = `Run \`aieng retrain ${name} --force\` for a new one.`;
  if (newest === undefined)
    throw usageError({
      code: 'nothing-waits',
      message: `No challenger of ${name} waits for approval.`,
      hint: '`aieng retrain` says in its decision when one does.',
    });
  if (challenger !== undefined && !newest.waiting.bundle.startsWith(challenger))
    throw usageError({
      code: 'approval-stale',
      message: `Challenger ${challenger} is not the one that waits: that is ${shortDigest(newest.waiting.bundle)}.`,
      hint: `Look at it with \`aieng approve ${name} --list\`.`,
    });
  if (newest.state === 'stale')
    throw usageError({
      code: 'approval-stale',
      message: `Challenger ${shortDigest(newest.waiting.bundle)} does not wait any more: ${newest.because ?? ''}.`,
      hint: retry,
    });
  // A kill between the approval and what follows from it: the same approval goes on.
  const isUnfinished = newest.state === 'approved' && !reject;
  if (newest.approval !== null && !isUnfinished)
    throw usageError({
      code: 'approval-answered',
      message: `Challenger ${shortDigest(newest.waiting.bundle)} was ${newest.approval.verdict} by ${newest.approval.who}: ${newest.approval.why}.`,
      hint: retry,
    });
  return newest;
}

function reasonOf({ why, reject }: Answer): string {
  if (why !== undefined && why.trim() !== '') return why;
  throw usageError({
    code: 'why-missing',
    message: `${reject ? 'Rejecting' : 'Approving'} a challenger goes on record, and the record needs a reason.`,
    hint: 'Add --why "…"; --list shows what waits and what speaks against it.',
  });
}

/** Whether an approval that was written down before has been carried out. */
async function isDone(context: Context, { name }: Pipeline, { waiting }: Standing): Promise<boolean> {
  const versions = await context.store.versions(name);
  return (
    versions.some(({ digest }) => digest === waiting.bundle) ||
    (await championDigest(context, name)) !== waiting.champion.bundle
  );
}

/** Writes the approval down, then gives the challenger its version and puts it to work. */
async function promote(
  context: Context,
  pipeline: Pipeline,
  standing: Standing,
  options: Answer,
): Promise<Pick<Answered, 'challenger' | 'deployed'>> {
  const { waiting, approval } = standing;
  if (approval !== null && (await isDone(context, pipeline, standing)))
    throw usageError({
      code: 'approval-answered',
      message: `Challenger ${shortDigest(waiting.bundle)} was approved by ${approval.who} and is promoted: ${approval.why}.`,
      hint: `\`aieng status\` shows what serves; \`aieng deploy ${pipeline.name}\` deploys the newest version.`,
    });
  const bundle = await loadBundle(context.store, waiting.bundle);
  const why = reasonOf(options);
  const who = whoAmI(context.environment);
  if (approval === null)
    await writeApproval(context, pipeline.name, standing.runId, {
      bundle: bundle.digest,
      verdict: 'approved',
      who,
      why,
    });
  const named = await claimedChallenger(context, pipeline, bundle);
  const deployed = await takeOver(context, pipeline, named, {
    why: `aieng approve (run ${standing.runId}, ${who}): ${why}`,
    waitMs: options.waitMs,
    expected: waiting.champion.bundle,
    deploy: !options.noDeploy,
  });
  return { challenger: { version: named.version, bundle: bundle.digest }, deployed };
}

async function answer(context: Context, pipeline: Pipeline, options: Answer): Promise<Answered> {
  const standing = asked(pipeline, await challengersWaiting(context, pipeline.name), options);
  const { waiting, runId } = standing;
  if (!options.reject)
    return { action: 'approved', ...(await promote(context, pipeline, standing, options)) };
  await writeApproval(context, pipeline.name, runId, {
    bundle: waiting.bundle,
    verdict: 'rejected',
    who: whoAmI(context.environment),
    why: reasonOf(options),
  });
  return { action: 'rejected', challenger: { version: null, bundle: waiting.bundle }, deployed: null };
}

/**
 * Answers for the newest challenger while no other run holds the pipeline: approved, the very bundle that was judged gets its
 * version and serves; rejected, the champion stays. Who, when and why are written down.
 */
export async function answerChallenger(
  context: Context,
  pipeline: Pipeline,
  options: Answer,
): Promise<Answered> {
  const lock = await context.store.lock(`pipeline-${pipeline.name}`, {
    waitMs: options.waitMs,
    command: context.command,
    signal: context.signal,
  });
  try {
    return await answer(context, pipeline, options);
  } catch (error) {
    if (!(error instanceof AiengError) || error.code !== 'champion-moved') throw error;
    throw usageError({
      code: 'approval-stale',
      message: `Another model took the champion's place while the challenger was put to work: ${error.message}`,
      hint: `Run \`aieng retrain ${pipeline.name} --force\`: it compares with the model that serves now.`,
    });
  } finally {
    await lock.release();
  }
}
