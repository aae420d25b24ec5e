import type { Environment } from '../../../environment/environment.ts';
import { deployError } from '../../../errors.ts';
import { nameOf } from '../../plan.ts';
import type { Wish } from '../../target.ts';
import { startBackend } from './backendProcess.ts';
import type { BackendProcess } from './backendProcess.ts';
import { childEnvironment } from './childEnvironment.ts';
import { askGolden, waitUntilReady } from './probe.ts';

/** A backend that was proven healthy, and what it serves. */
export interface Instance {
  readonly wish: Wish;
  readonly serveCommand: readonly string[];
  readonly process: BackendProcess;
  readonly port: number;
}

export interface InstanceContext {
  readonly environment: Environment;
  readonly folder: string;
  readonly logFolder: string;
  readonly onLine: (line: string) => void;
  readonly progress: (message: string) => void;
  /** Ends the attempt; the process is killed. */
  readonly signal: AbortSignal;
}

/** `aieng serve` with the flags that only a supervisor gives. */
export function backendCommand(
  serveCommand: readonly string[],
  wish: Wish,
  place: { readonly logFolder: string; readonly instance: string },
): readonly string[] {
  return [
    ...serveCommand,
    wish.bundlePath,
    ...['--host', '127.0.0.1', '--port', '0'],
    ...['--log-folder', place.logFolder, '--instance', place.instance],
    ...(wish.version === null ? [] : ['--model-version', String(wish.version)]),
    ...['--body-limit-bytes', String(wish.bodyLimitBytes)],
    '--announce',
  ];
}

function notHealthy(wish: Wish, reason: string, process: BackendProcess): Error {
  const words = process.lastLines().slice(-5).join(' | ');
  return deployError({
    code: 'deploy-not-healthy',
    message: `${nameOf(wish.name, wish.version, wish.bundleDigest)} did not get healthy: ${reason}.${words === '' ? '' : ` Its last words: ${words}`}`,
    hint: 'What served before still serves. The whole output is in backend.log in the deployment’s folder.',
  });
}

/** Why the attempt ended, seen from outside: the process, the clock, the one who asked, or the probe. */
async function reasonOf(
  error: unknown,
  process: BackendProcess,
  wish: Wish,
  asked: AbortSignal,
): Promise<string> {
  if (asked.aborted) return 'the deployment was interrupted';
  if (process.hasExited()) return `it ${await process.exited} before it was ready`;
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
 * Starts a backend beside whatever runs and proves it: it announces its port, reports ready (it has replayed its golden
 * rows), and answers a golden row over HTTP.
 *
 * @throws deployError (exit 6) with the reason and the process's last words; the process is gone then.
 */
export async function startInstance(
  wish: Wish,
  serveCommand: readonly string[],
  context: InstanceContext,
): Promise<Instance> {
  const { environment, folder, logFolder, progress } = context;
  const instance = environment.newId();
  const process = startBackend({
    command: backendCommand(serveCommand, wish, { logFolder, instance }),
    folder,
    environment: childEnvironment(environment.variables),
    onLine: context.onLine,
  });
  const ended = new AbortController();
  void process.exited.then(() => ended.abort());
  const signal = AbortSignal.any([context.signal, ended.signal, AbortSignal.timeout(wish.timeoutMs)]);
  try {
    const port = await Promise.race([process.listening, rejectWhen(signal)]);
    progress(`process ${process.pid ?? ''} listens on port ${port}; waiting until it is ready`);
    const probe = { port, bundlePath: wish.bundlePath, token: instance, signal };
    await waitUntilReady(probe);
    await askGolden(probe);
    progress('golden rows give the answers of packaging, also over HTTP');
    return { wish, serveCommand, process, port };
  } catch (error) {
    const reason = await reasonOf(error, process, wish, context.signal);
    process.kill();
    await process.exited;
    throw notHealthy(wish, reason, process);
  }
}
