import { once } from 'node:events';
import { basename } from 'node:path';
import { exitCodes, usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import { deploymentRef } from '../../tracking/served.ts';
import { deploymentNames } from '../../project/deployment/underDeploymentLock.ts';
import { createUi, openSessions } from '../../ui/index.ts';
import { actions } from './actions.ts';
import { openReading } from './load/openReading.ts';
import type { UiOptions } from './options.ts';
import type { UiResult } from './result.ts';
import { decisionActions } from './decide.ts';
import { places, routes } from './routes.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** Pages hold what the data says: nobody else on the network may ask for them, with or without a token. */
function checkHost(host: string): void {
  if (loopback.test(host)) return;
  throw usageError({
    code: 'host-not-loopback',
    message: `${host} is more than this machine, and the pages are for whoever sits at it.`,
    hint: 'From elsewhere, forward the port: ssh -L 4180:127.0.0.1:4180 <this machine>, and open the printed address there.',
  });
}

/** A short text that differs where the store does, without a record being read. */
async function look(context: Context): Promise<string> {
  const { store } = context;
  const kinds = await store.recordKinds();
  const newest = await Promise.all(
    kinds.map(async (kind) => {
      const ids = await store.recordIds(kind);
      return [kind, ids.length, ids[0]];
    }),
  );
  const names = await deploymentNames(context);
  const served = await Promise.all(names.map((name) => store.readRef(deploymentRef(name))));
  return JSON.stringify([newest, served]);
}

function listening(error: unknown, { host, port }: UiOptions): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return error;
  return usageError({
    code: 'port-in-use',
    message: `Port ${port} on ${host} is used by another process.`,
    hint: 'Let the system choose one: `aieng ui --port 0`.',
    cause: error,
  });
}

/** The pages in the browser, until the context's signal aborts. */
export async function ui(context: Context, options: UiOptions): Promise<Outcome<UiResult>> {
  checkHost(options.host);
  const { environment, signal } = context;
  const sessions = openSessions(() => environment.newSecret());
  const reading = openReading(context);
  let url = '';
  const tell = (first: boolean): void =>
    options.onAddress?.(`${url}/enter?token=${encodeURIComponent(sessions.token())}`, first);
  let pages = 0;
  const counted = routes(reading).map((route) => ({
    ...route,
    answer: (asked: Parameters<typeof route.answer>[0]) => {
      pages += 1;
      return reading.precedence.making(() => route.answer(asked));
    },
  }));
  const app = await createUi({
    project: basename(context.root),
    places,
    routes: counted,
    actions: options.write ? [...actions(context), ...decisionActions(context)] : [],
    write: options.write,
    host: options.host,
    sessions,
    onEntered: () => tell(false),
    look: async () => `${await look(context)}${reading.print()}`,
    onInternalError: (error) =>
      context.progress({
        kind: 'warning',
        message: `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      }),
  });
  try {
    try {
      url = await app.listen({ host: options.host, port: options.port });
    } catch (error) {
      throw listening(error, options);
    }
    tell(true);
    if (!signal.aborted) await once(signal, 'abort');
    return { exitCode: exitCodes.ok, warnings: [], result: { url, pages, write: options.write } };
  } finally {
    await app.close();
  }
}
