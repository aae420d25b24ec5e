import type { Environment } from '../../../environment/environment.ts';
import { deployError } from '../../../errors.ts';
import { nameOf } from '../../plan.ts';
import type { Wish } from '../../target.ts';
import { startContainer } from '../container/containerBackend.ts';
import type { Backend, BackendPlace } from './backend.ts';
import type { BackendKind } from './backendKind.ts';
import { askGolden, waitUntilReady } from './probe.ts';
import { startProcess } from './processBackend.ts';
import { deadline } from '../../../deadline.ts';

/** A backend that was proven healthy, what it serves, and how to start another one like it. */
export interface Instance {
  readonly wish: Wish;
  readonly kind: BackendKind;
  readonly backend: Backend;
  readonly port: number;
  /** Its name in the prediction log, and the word that keeps probes out of log and counters. */
  readonly instance: string;
}

export interface InstanceContext {
  readonly environment: Environment;
  readonly folder: string;
  readonly logFolder: string;
  /** Names the supervisor on what it starts, so that another one knows what a killed one left behind. */
  readonly owner: string;
  readonly onLine: (line: string) => void;
  readonly progress: (message: string) => void;
  readonly socket: BackendPlace['socket'];
  readonly onMetricsAsked: BackendPlace['onMetricsAsked'];
  /** Ends the attempt; the backend is killed. */
  readonly signal: AbortSignal;
}

function startBackend(wish: Wish, kind: BackendKind, context: InstanceContext, place: BackendPlace): Backend {
  switch (kind.kind) {
    case 'process':
      return startProcess(wish, kind.serveCommand, context.environment, place);
    case 'container':
      return startContainer(wish, kind, context, place);
  }
}

function notHealthy(wish: Wish, reason: string, backend: Backend): Error {
  const words = backend.lastLines().slice(-5).join(' | ');
  return deployError({
    code: 'deploy-not-healthy',
    message: `${nameOf(wish.name, wish.version, wish.bundleDigest)} did not get healthy: ${reason}.${words === '' ? '' : ` Its last words: ${words}`}`,
    hint: 'What served before still serves. The whole output is in backend.log in the deployment’s folder.',
  });
}

/** Why the attempt ended, seen from outside: the process, the clock, the one who asked, or the probe. */
async function reasonOf(error: unknown, backend: Backend, wish: Wish, asked: AbortSignal): Promise<string> {
  if (asked.aborted) return 'the deployment was interrupted';
  if (backend.hasExited()) return `it ${await backend.exited} before it was ready`;
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return `it was not ready within ${wish.timeoutMs / 1000} s`;
  return error instanceof Error ? error.message : String(error);
}

function rejectWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/**
 * Starts a backend beside whatever runs and proves it: it says its port, reports ready (it has replayed its golden
 * rows), and answers a golden row over HTTP.
 *
 * @throws deployError (exit 6) with the reason and the backend's last words; the backend is gone then.
 */
export async function startInstance(
  wish: Wish,
  kind: BackendKind,
  context: InstanceContext,
): Promise<Instance> {
  const { environment, progress } = context;
  const instance = environment.newId();
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal, deadline(wish.timeoutMs)]);
  const backend = startBackend(wish, kind, context, { ...context, instance, signal });
  void backend.exited.then(() => ended.abort());
  try {
    const port = await Promise.race([backend.listening, rejectWhen(signal)]);
    progress(`${backend.title()} listens on port ${port}; waiting until it is ready`);
    const probe = { port, bundlePath: wish.bundlePath, token: instance, signal };
    await waitUntilReady(probe);
    await askGolden(probe);
    progress('golden rows give the answers of packaging, also over HTTP');
    return { wish, kind, backend, port, instance };
  } catch (error) {
    const reason = await reasonOf(error, backend, wish, context.signal);
    backend.kill();
    await backend.exited;
    throw notHealthy(wish, reason, backend);
  }
}
