import type { Applied, DeploymentStatus, Plan } from '../deployment/target.ts';
import { exitCodes } from '../errors.ts';
import { keepBundle } from '../packaging/index.ts';
import type { NamedBundle } from './bundles.ts';
import { resolveBundle } from './bundles.ts';
import { openVerifiedPredictor } from './predictors.ts';
import type { Context } from './context.ts';
import { heedInterruption } from './interruption.ts';
import type { Place } from './deployments.ts';
import { openTarget, pipelineOf, placeNow, placeOf, targetContext, wishFor } from './deployments.ts';
import { deployedBundle, deploymentRef, servedValue } from './served.ts';
import type { Outcome } from './outcome.ts';
import { openPipeline } from './openPipeline.ts';
import { writeRun } from './runs.ts';
import type { DeployOptions, DeployResult } from './verbs.ts';

async function moveRef(context: Context, name: string, next: string, why: string): Promise<void> {
  for (;;) {
    const current = await context.store.readRef(name);
    if (current === next) return;
    if (await context.store.compareAndSet(name, current, next, why)) return;
  }
}

/**
 * Puts a bundle in the place of what runs: golden rows are replayed here before anything is touched, the new version
 * starts beside the old one, and traffic switches only when it is healthy. Then the history is written. One at a
 * time: `waitMs` is how long to wait for another deployment of the same name.
 */
export async function bringUp(
  context: Context,
  named: NamedBundle,
  place: Place,
  options: { readonly why: string; readonly waitMs: number },
): Promise<{ plan: Plan; applied: Applied; before: DeploymentStatus }> {
  const { name, version, bundle } = named;
  const opened = await openVerifiedPredictor(named);
  opened.predictor.dispose();
  // A bundle that came as a folder is kept too: rollback and monitor find it by its digest.
  await keepBundle(context.store, bundle);
  const lock = await context.store.lock(`deployment-${name}`, {
    waitMs: options.waitMs,
    command: context.command,
    signal: context.signal,
  });
  try {
    const target = await openTarget(place.target);
    const access = await targetContext(context, name, place.settings);
    const wish = await wishFor(context, named, place);
    const before = await target.status(name, access);
    const plan = await target.plan(wish, before, access);
    for (const step of plan.steps) context.progress({ kind: 'step', message: step });
    const writeDown = async (): Promise<void> => {
      await moveRef(context, `targets/${name}`, place.target, options.why);
      await moveRef(context, deploymentRef(name), servedValue(version, bundle.digest), options.why);
    };
    await heedInterruption(context);
    let applied: Applied;
    try {
      applied = await target.apply(plan, wish, access);
    } catch (error) {
      // Ctrl-C between the switch and its answer: the history says what serves all the same.
      const after = await target.status(name, access);
      if (after.state === 'running' && after.bundleDigest === bundle.digest) await writeDown();
      throw error;
    }
    await writeDown();
    return { plan, applied, before };
  } finally {
    await lock.release();
  }
}

/** What is to be deployed: the argument, or the newest version of the pipeline that passed its gates. */
async function wanted(context: Context, options: DeployOptions): Promise<NamedBundle> {
  if (options.bundle !== undefined) return resolveBundle(context, options.bundle);
  const pipeline = await openPipeline(context, options.pipeline);
  return resolveBundle(context, pipeline.name);
}

/** plan → apply → health and golden check → switch, or roll back (exit 6, the version before still serves). */
export async function deploy(context: Context, options: DeployOptions): Promise<Outcome<DeployResult>> {
  const startedAt = context.environment.now();
  const named = await wanted(context, options);
  const { name, version } = named;
  const base = await placeNow(context, name, placeOf(await pipelineOf(context, name)), options.to);
  const place = { ...base, host: options.host ?? base.host, port: options.port ?? base.port };
  const previous = await deployedBundle(context, name);
  const outcome = {
    pipeline: name,
    exitCode: exitCodes.ok,
    bundle: named.bundle.digest,
    deployment: name,
    warnings: [],
  };
  const result = { name, version, previousVersion: previous?.version ?? null };
  if (options.dryRun) {
    const target = await openTarget(place.target);
    const access = await targetContext(context, name, place.settings);
    const wish = await wishFor(context, named, place);
    const plan = await target.plan(wish, await target.status(name, access), access);
    return {
      ...outcome,
      ...(version === null ? {} : { version }),
      result: { ...result, plan, applied: null },
    };
  }
  const runId = context.environment.newId();
  const report = (said: string): Promise<void> =>
    writeRun(context, {
      runId,
      command: 'deploy',
      pipeline: name,
      startedAt,
      outcome: said,
      stages: [],
      records: {},
      facts: {
        version,
        bundle: named.bundle.digest,
        target: place.target,
        previous: previous?.version ?? null,
      },
    });
  try {
    const { plan, applied } = await bringUp(context, named, place, {
      why: `aieng deploy (run ${runId})`,
      waitMs: options.waitMs,
    });
    await report('ok');
    return {
      ...outcome,
      runId,
      ...(version === null ? {} : { version }),
      result: { ...result, plan, applied },
    };
  } catch (error) {
    await report('failed');
    throw error;
  }
}
