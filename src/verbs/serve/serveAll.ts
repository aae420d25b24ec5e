import { once } from 'node:events';
import { resolve } from 'node:path';
import { exitCodes, usageError } from '../../errors.ts';
import { listPipelines } from '../../pipeline/index.ts';
import { consentTo } from '../../project/trust/consent.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { servedDoor } from '../../project/deployment/access.ts';
import { absoluteHost } from '../../project/deployment/doorway.ts';
import type { Outcome } from '../../project/outcome.ts';
import { goldenMismatches, openPredictor } from '../../project/predictors.ts';
import { createService, openPredictionLog, openSeveral, residentMegabytes } from '../../serving/index.ts';
import type { Member, ServedTls } from '../../serving/index.ts';
import type { ServeAllOptions } from './options.ts';
import type { ServeResult } from './result.ts';

interface Opened {
  readonly member: Member;
  readonly tls: ServedTls | null;
  readonly told: ServeResult['models'][number];
  readonly end: () => Promise<void>;
}

/** Pipelines of the project that have a version to serve, and those that have none yet. */
async function servable(context: Context): Promise<{ names: readonly string[]; without: readonly string[] }> {
  const names: string[] = [];
  const without: string[] = [];
  for (const { name } of await listPipelines(context.root))
    ((await context.store.newestVersion(name)) !== undefined ? names : without).push(name);
  if (names.length > 0) return { names, without };
  throw usageError({
    code: 'nothing-to-serve',
    message: 'No pipeline of this project has a packaged version.',
    hint: 'Run `aieng run` first, or name a bundle: `aieng serve churn.tar`.',
  });
}

/** One of them, with a log, callers and a queue of its own. */
async function open(context: Context, name: string, options: ServeAllOptions): Promise<Opened> {
  const { environment } = context;
  const before = residentMegabytes();
  const named = await resolveBundle(context, name);
  const { tls, ...door } = await servedDoor(context, name, options);
  await consentTo(context, named);
  const opened = await openPredictor(context, named);
  const log = openPredictionLog({
    folder: `${await context.store.folder(`logs/${name}`)}/${environment.newId()}`,
    aieng: environment.version,
    durable: false,
  });
  const service = await createService({
    predictor: opened.predictor,
    checkGolden: () => goldenMismatches(named.bundle, opened),
    log,
    clock: () => environment.now(),
    elapsed: () => environment.elapsed(),
    newId: () => environment.newId(),
    softwareVersion: environment.version,
    basePath: `/models/${encodeURIComponent(name)}/`,
    onInternalError: (id, error) =>
      context.progress({ kind: 'warning', message: `internal error ${id} of ${name}: ${String(error)}` }),
    ...door,
  });
  const { version, bundle } = named;
  const memoryMb = Math.max(0, residentMegabytes() - before);
  return {
    member: { name, version, service, access: door.access },
    tls,
    told: { name, version, bundle: bundle.digest, memoryMb },
    end: async () => {
      await service.close();
      await log.close();
      opened.predictor.dispose();
    },
  };
}

/** One address has one certificate. */
function oneTls(all: readonly Opened[]): ServedTls | null {
  const found = all.flatMap(({ tls }) => tls ?? []);
  const [first = null] = found;
  if (found.every(({ files }) => JSON.stringify(files) === JSON.stringify(first?.files))) return first;
  throw usageError({
    code: 'certificates-differ',
    message: 'The pipelines name different certificates in deploy.tls, and one address has one.',
    hint: 'Give the one for all: --tls-certificate and --tls-key.',
  });
}

/** Every pipeline's newest version behind one address, in the foreground. */
export async function serveAll(context: Context, asked: ServeAllOptions): Promise<Outcome<ServeResult>> {
  const { cwd } = context.environment;
  const options = {
    ...asked,
    host: absoluteHost(cwd, asked.host),
    ...(asked.tls === undefined
      ? {}
      : { tls: { certificate: resolve(cwd, asked.tls.certificate), key: resolve(cwd, asked.tls.key) } }),
  };
  const { names, without } = await servable(context);
  const opened: Opened[] = [];
  try {
    for (const name of names) opened.push(await open(context, name, options));
    const front = await openSeveral(
      opened.map(({ member }) => member),
      {
        address: { host: options.host, port: options.port },
        speech: {
          tls: oneTls(opened),
          onTlsProblem: (message) => context.progress({ kind: 'warning', message }),
        },
      },
    );
    const models = opened.map(({ told }) => told);
    options.onListening?.(front, models);
    try {
      if (!context.signal.aborted) await once(context.signal, 'abort');
    } finally {
      await front.close();
    }
    return {
      exitCode: exitCodes.ok,
      warnings: without.map((name) => `${name} has no packaged version and was left out.`),
      result: { name: null, version: null, bundle: null, url: front.url, models },
    };
  } finally {
    for (const { end } of opened) await end();
  }
}
