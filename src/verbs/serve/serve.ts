import type { ServeResult } from './result.ts';
import type { ServeOptions } from './options.ts';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { exitCodes } from '../../errors.ts';
import type { PredictionLog, SecondBundle } from '../../serving/index.ts';
import { createService, linkToSupervisor, openPredictionLog } from '../../serving/index.ts';
import { resolveBundle } from '../../project/bundles.ts';
import { goldenMismatches, openPredictor } from '../../project/predictors.ts';
import { absoluteHost } from '../../project/deployment/doorway.ts';
import { pipelineOf } from '../../project/deployment/pipelineOf.ts';
import { servedDoor } from '../../project/deployment/access.ts';
import { consentTo } from '../../project/trust/consent.ts';
import { requireSignature } from '../../project/trust/holding.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';

async function openLog(context: Context, name: string, options: ServeOptions): Promise<PredictionLog> {
  const folder = options.logFolder ?? (await context.store.folder(`logs/${name}`));
  const instance = options.instance ?? context.environment.newId();
  return openPredictionLog({
    folder: `${folder}/${instance}`,
    aieng: context.environment.version,
    durable: options.durable ?? false,
  });
}

/** The bundle that takes part beside the first, opened; null where there is none. */
async function openSecond(
  context: Context,
  { second, secondVersion, secondAs = 'canary', secondShare = 0 }: ServeOptions,
): Promise<SecondBundle | null> {
  if (second === undefined) return null;
  const found = await resolveBundle(context, second);
  await consentTo(context, found);
  const opened = await openPredictor(context, { ...found, version: secondVersion ?? found.version });
  const { predictor } = opened;
  return {
    predictor,
    mode: secondAs,
    share: secondShare,
    checkGolden: () => goldenMismatches(found.bundle, opened),
  };
}

/** An internal error for the service's own log; a caller sees its id only. */
const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** The paths of flags are relative to where the command was given. */
function absolute({ environment: { cwd } }: Context, options: ServeOptions): ServeOptions {
  const { host, tls } = options;
  return {
    ...options,
    host: absoluteHost(cwd, host),
    ...(tls === undefined
      ? {}
      : { tls: { certificate: resolve(cwd, tls.certificate), key: resolve(cwd, tls.key) } }),
  };
}

/** The HTTP service in the foreground, until the context's signal aborts. Golden rows are replayed before it is ready. */
export async function serve(context: Context, asked: ServeOptions): Promise<Outcome<ServeResult>> {
  const options = absolute(context, asked);
  const { environment, signal } = context;
  const found = await resolveBundle(context, options.bundle);
  const named = { ...found, version: options.modelVersion ?? found.version };
  // What a supervisor starts was asked when it was deployed; a process that it starts again must not fall over a date.
  const pipeline = options.supervised === undefined ? await pipelineOf(context, named.name) : undefined;
  if (options.supervised === undefined) await requireSignature(context, named, pipeline);
  await consentTo(context, named);
  const opened = await openPredictor(context, named);
  const second = await openSecond(context, options);
  const log = await openLog(context, named.name, options);
  const service = await createService({
    predictor: opened.predictor,
    ...(second === null ? {} : { second }),
    checkGolden: () => goldenMismatches(named.bundle, opened),
    log,
    clock: () => environment.now(),
    elapsed: () => environment.elapsed(),
    isDoor: options.supervised === undefined,
    newId: () => environment.newId(),
    softwareVersion: environment.version,
    onInternalError: (id, error) =>
      context.progress({ kind: 'warning', message: `internal error ${id}: ${describe(error)}` }),
    onTlsProblem: (message) => context.progress({ kind: 'warning', message }),
    ...(await servedDoor(context, named.name, options, pipeline)),
    ...(options.bodyLimitBytes === undefined ? {} : { bodyLimitBytes: options.bodyLimitBytes }),
    ...(options.probeToken === undefined ? {} : { probeToken: options.probeToken }),
    ...(options.drainMs === undefined ? {} : { drainMs: options.drainMs }),
  });
  let link: { readonly close: () => Promise<void> } | undefined;
  try {
    const address = await service.listen({ host: options.host, port: options.port });
    const orphaned = new AbortController();
    if (options.supervised !== undefined)
      link = await linkToSupervisor(options.supervised, service, address.port, () => orphaned.abort());
    options.onListening?.(address);
    const end = AbortSignal.any([signal, orphaned.signal]);
    if (!end.aborted) await once(end, 'abort');
    return {
      exitCode: exitCodes.ok,
      bundle: named.bundle.digest,
      ...(named.version === null ? {} : { version: named.version }),
      warnings: [],
      result: {
        name: named.name,
        version: named.version,
        bundle: named.bundle.digest,
        url: address.url,
        models: [],
      },
    };
  } finally {
    await service.close();
    await link?.close();
    await log.close();
    opened.predictor.dispose();
    second?.predictor.dispose();
  }
}
