import type { DeployResult } from './result.ts';
import type { Prepared } from '../../project/deployment/bringUp.ts';
import { bringUp, prepare } from '../../project/deployment/bringUp.ts';
import type { DeployOptions } from './options.ts';
import { join, relative, resolve } from 'node:path';
import type { Plan, Wish } from '../../deployment/target.ts';
import { exitCodes, usageError } from '../../errors.ts';

import { writeWholeFile } from '../../disk/wholeFile.ts';
import { unwatched } from '../../project/alerting/unwatched.ts';
import { setOtherwise } from '../../project/bundles.ts';
import { takeIn } from '../../project/takeIn.ts';
import { requireSignature } from '../../project/trust/holding.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';

import type { Place } from '../../project/deployment/place.ts';
import { absoluteHost } from '../../project/deployment/doorway.ts';
import { pipelineOf } from '../../project/deployment/pipelineOf.ts';
import { placeNow, placeOf } from '../../project/deployment/place.ts';

import { meantBy } from './meant.ts';
import type { Outcome } from '../../project/outcome.ts';

import { writeRun } from '../../tracking/runs/runs.ts';
import { deployedBundle } from '../../tracking/served.ts';

/** A flag that the target has no use for is a mistake: nothing is ignored. */
function refuseIdleFlags({ host, port, kubeContext, namespace }: DeployOptions, target: string): void {
  const isCluster = target === 'kubernetes';
  const idle = isCluster
    ? { '--host': host, '--port': port }
    : { '--context': kubeContext, '--namespace': namespace };
  const [flag] = Object.entries(idle).find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  throw usageError({
    code: 'flags-do-not-fit',
    message: `${flag} says nothing to the target ${target}.`,
    hint: isCluster
      ? 'Leave it away: in a cluster the Service has the address.'
      : `Leave it away, or use --to kubernetes.`,
  });
}

/** Where it is to run: the pipeline's place, where it is now, and what the flags say. */
async function placeFor(
  context: Context,
  name: string,
  pipeline: Pipeline | null,
  options: DeployOptions,
): Promise<Place> {
  const base = await placeNow(context, name, placeOf(pipeline), options.to);
  refuseIdleFlags(options, base.target);
  const { kubernetes } = base.settings;
  return {
    ...base,
    host: options.host === undefined ? base.host : absoluteHost(context.environment.cwd, options.host),
    port: options.port ?? base.port,
    settings: {
      ...base.settings,
      kubernetes: {
        ...kubernetes,
        context: options.kubeContext ?? kubernetes.context,
        namespace: options.namespace ?? kubernetes.namespace,
      },
    },
  };
}

/** A service that runs is moved by nobody but who says so: then what the pipeline names is told. */
function staysAt(
  name: string,
  pipeline: Pipeline | null,
  place: Place,
  options: DeployOptions,
): readonly string[] {
  const { host, port } = placeOf(pipeline);
  const isAsked = options.host !== undefined || options.port !== undefined;
  if (pipeline === null || isAsked || place.target === 'kubernetes' || port === 0) return [];
  if (host === place.host && port === place.port) return [];
  const flags = [
    ...(host === place.host ? [] : [`--host ${host}`]),
    ...(port === place.port ? [] : [`--port ${port}`]),
  ].join(' ');
  return [
    `${name} stays where it runs, at ${place.host}:${place.port}; the pipeline says ${host}:${port}. \`aieng deploy ${name} ${flags}\` moves it.`,
  ];
}

/** What has to be done before the files of a target are of use: the image must be where they look for it. */
function firstNeeds({ environment }: Context, { image }: Wish, pushed: boolean): readonly string[] {
  if (image === null || pushed) return [];
  if (image.pullReference !== null) return [`the image is not pushed yet: write them again with --push`];
  if (image.archive === null) return [];
  const archive = relative(environment.cwd, image.archive);
  return [`load the image into the engine first: docker load -i ${archive} (or podman load -i)`];
}

/** The target's files, for people who apply them by other means; nothing is deployed. */
async function renderFiles(
  context: Context,
  folder: string,
  { target, access, wish }: Prepared,
): Promise<readonly string[]> {
  if (target.render === undefined)
    throw usageError({
      code: 'nothing-to-render',
      message: `The target ${target.name} has no files of its own.`,
      hint: 'Use --to container (a Compose file) or --to kubernetes (a kustomize tree).',
    });
  const { environment } = context;
  const paths: string[] = [];
  for (const [path, text] of await target.render(wish, access)) {
    const absolute = join(resolve(environment.cwd, folder), path);
    await writeWholeFile(absolute, text, environment);
    paths.push(relative(environment.cwd, absolute));
  }
  return paths;
}

/** plan → apply → health and golden check → switch, or roll back (exit 6, the version before still serves). */
export async function deploy(context: Context, options: DeployOptions): Promise<Outcome<DeployResult>> {
  const startedAt = context.environment.now();
  const meant = await meantBy(context, options);
  // Before anything of it is kept or computed.
  await requireSignature(context, meant.named);
  const only = options.dryRun || options.render !== undefined;
  const named = only ? meant.named : await takeIn(context, meant.named);
  const first = meant.first ?? named;
  const second = meant.second === null || meant.first === null ? meant.second : { ...meant.second, named };
  const { name, version } = named;
  const pipeline = await pipelineOf(context, name);
  const place = await placeFor(context, name, pipeline, options);
  const previous = await deployedBundle(context, name);
  const outcome = {
    pipeline: name,
    exitCode: exitCodes.ok,
    bundle: named.bundle.digest,
    ...(version === null ? {} : { version }),
    deployment: name,
    warnings: [
      ...setOtherwise(named),
      ...meant.told,
      ...staysAt(name, pipeline, place, options),
      ...(only ? [] : await unwatched(context, name)),
    ],
  };
  const result = {
    name,
    version,
    previousVersion: previous?.version ?? null,
    applied: null,
    rendered: [],
    ...(meant.first === null || second === null
      ? {}
      : { beside: { role: second.role, share: second.share } }),
  };
  const imageOf = ({ image }: Wish): { image?: string } => (image === null ? {} : { image: image.digest });
  if (options.render !== undefined) {
    const prepared = await prepare(context, named, place, options.push ?? false);
    const rendered = await renderFiles(context, options.render, prepared);
    const steps = firstNeeds(context, prepared.wish, options.push ?? false);
    const plan: Plan = { action: 'none', steps };
    return { ...outcome, ...imageOf(prepared.wish), result: { ...result, plan, rendered } };
  }
  if (options.dryRun) {
    const { target, access, wish } = await prepare(context, first, place, false, second);
    const plan = await target.plan(wish, await target.status(name, access), access);
    return { ...outcome, ...imageOf(wish), result: { ...result, plan } };
  }
  const runId = context.environment.newId();
  const report = (said: string, wish: Wish | null): Promise<void> =>
    writeRun(context, {
      runId,
      command: 'deploy',
      pipeline: name,
      startedAt,
      outcome: said,
      stages: [],
      records: {},
      env: pipeline?.env ?? null,
      facts: {
        version,
        bundle: named.bundle.digest,
        image: wish?.image?.digest ?? null,
        target: place.target,
        previous: previous?.version ?? null,
      },
    });
  try {
    const { plan, applied, wish } = await bringUp(context, first, place, {
      why: `aieng deploy${options.promote === true ? ' --promote' : ''} (run ${runId})`,
      waitMs: options.waitMs,
      second,
    });
    await report('ok', wish);
    return { ...outcome, runId, ...imageOf(wish), result: { ...result, plan, applied } };
  } catch (error) {
    await report('failed', null);
    throw error;
  }
}
