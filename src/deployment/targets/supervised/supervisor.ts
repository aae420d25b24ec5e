import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { controlPath } from './controlPath.ts';
import { serveControl } from './controlServer.ts';
import { openRotatingLog } from './rotatingLog.ts';
import { Supervision } from './supervision.ts';
import type { Supervised } from './supervision.ts';
import { parseConfig, parseSwitchRequest } from './wire.ts';

/** A supervisor that nobody told to serve anything by then (its command was killed) ends. */
const idleMs = 30_000;

export interface SupervisorOptions extends Supervised {
  /** Ends it gracefully (SIGTERM). */
  readonly signal: AbortSignal;
}

/**
 * The process behind a local deployment: owns the public port, keeps the processes behind it alive, and
 * obeys `GET /status`, `POST /switch` and `POST /stop` on its socket. Resolves when it was stopped and everything it
 * started is gone.
 *
 * @throws busyError (exit 7) when the deployment already has a supervisor.
 */
export async function runSupervisor({
  folder,
  environment,
  createGateway,
  sockets,
  signal,
}: SupervisorOptions): Promise<void> {
  const config = parseConfig(JSON.parse(await readFile(path.join(folder, 'supervisor.json'), 'utf8')));
  const log = openRotatingLog(path.join(folder, 'supervisor.log'));
  const supervision = new Supervision({
    config,
    folder,
    environment,
    createGateway,
    sockets,
    note: (text) => log.write(`${new Date(environment.now()).toISOString()} ${text}\n`),
  });
  const socketPath = await controlPath(folder);
  const control = await serveControl(socketPath, {
    'GET /status': async () => supervision.state(),
    'POST /switch': (body, progress, gone) => supervision.switch(parseSwitchRequest(body), progress, gone),
    'POST /stop': async () => {
      await supervision.stop();
      return supervision.state();
    },
  });
  const stop = (): void => void supervision.stop();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  await supervision.begin();
  const idle = setTimeout(() => supervision.isIdle() && void supervision.stop(), idleMs);
  await supervision.stopped;
  clearTimeout(idle);
  await new Promise<void>((resolve) => {
    control.close(() => resolve());
    // The answer to `stop` itself is still being written: its connection closes by itself.
    setTimeout(() => control.closeAllConnections(), 1000).unref();
  });
  if (process.platform !== 'win32') await rm(socketPath, { force: true });
}
