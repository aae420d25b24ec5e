import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as secureGet } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { AiengError, deployError, usageError } from '../../../errors.ts';
import { socketPathOf, urlOf } from '../../../serviceAddress.ts';
import { notDeployed } from '../../plan.ts';
import type { Applied, DeploymentStatus, Plan, TargetContext, Wish } from '../../target.ts';
import type { BackendKind } from './backendKind.ts';
import { askSupervisor } from './controlClient.ts';
import { controlPath } from './controlPath.ts';
import { launchSupervisor } from './launch.ts';
import { isSupervisorAlive, readState } from './stateFile.ts';
import { parseState, requestBody } from './wire.ts';
import type { SupervisorState } from './wire.ts';

/** `status` says of a supervisor that is silent for so long that it does not answer. */
const statusTimeoutMs = 10_000;
/** One that ends is told at once; this bounds the wait for one that starts and never listens. */
const launchTimeoutMs = 60_000;
/** Longest time that a supervisor takes to drain and end beyond the drain itself. */
const stopMarginMs = 15_000;
/**
 * A supervisor says every second that it works, and one that died is told at once by its socket: only one that hangs,
 * or one of an older aieng, is silent. An engine of containers may take a minute for one answer.
 */
const engineMarginMs = 90_000;

/** The target that what serves belongs to: a deployment may move between the two. */
function targetOf({ backend }: SupervisorState): string | null {
  if (backend === null) return null;
  return backend.kind === 'container' ? 'container' : 'local';
}

/** `target` stands in where nothing has served yet. */
function toStatus(state: SupervisorState, target: string): DeploymentStatus {
  const { name, host, port, version, bundleDigest, since, pid, restarts, message, second = null } = state;
  return {
    name,
    target: targetOf(state) ?? target,
    state: state.state === 'starting' ? 'unhealthy' : state.state,
    url: host === null || port === null || state.state === 'stopped' ? null : urlOf(host, port, state.secure),
    version,
    bundleDigest,
    since,
    pid: state.state === 'stopped' ? null : pid,
    restarts,
    message,
    ...(second === null ? {} : { second }),
  };
}

/** How the deployment is, whoever serves: `target` stands in where nothing was ever deployed. */
export async function supervisedStatus(
  name: string,
  target: string,
  context: TargetContext,
): Promise<DeploymentStatus> {
  const written = await readState(context.folder);
  if (written === null) return notDeployed(name, target, 'nothing is deployed');
  if (!isSupervisorAlive(written, context.environment)) {
    const died = written.state === 'stopped' ? 'stopped' : `its supervisor (process ${written.pid}) is gone`;
    return { ...toStatus({ ...written, state: 'stopped' }, target), message: died };
  }
  try {
    const socketPath = await controlPath(context.folder);
    const asked = await askSupervisor(socketPath, {
      method: 'GET',
      path: '/status',
      timeoutMs: statusTimeoutMs,
    });
    return toStatus(parseState(asked), target);
  } catch {
    const message = `its supervisor (process ${written.pid}) does not answer`;
    return { ...toStatus(written, target), state: 'unhealthy', message };
  }
}

async function requestSwitch(
  wish: Wish,
  backend: BackendKind,
  context: TargetContext,
): Promise<DeploymentStatus> {
  const { progress, signal, folder } = context;
  const body = requestBody({ wish, backend });
  try {
    const done = await askSupervisor(await controlPath(folder), {
      method: 'POST',
      path: '/switch',
      body,
      timeoutMs:
        wish.timeoutMs + wish.drainMs + (backend.kind === 'container' ? engineMarginMs : stopMarginMs),
      onProgress: progress,
      signal,
    });
    return toStatus(parseState(done), backend.kind === 'container' ? 'container' : 'local');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AiengError) throw error;
    throw deployError({
      code: 'supervisor-lost',
      message: `The supervisor of ${wish.name} did not answer: ${error instanceof Error ? error.message : String(error)}.`,
      hint: 'Run `aieng status`, then deploy again.',
      cause: error,
    });
  }
}

/** The wish names a port of 1 to 65535, or 0 for any. */
export function checkAddress({ port }: Wish): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw usageError({
    code: 'port-invalid',
    message: `${port} is no port; expected 0 to 65535.`,
    hint: 'Use --port 8080.',
  });
}

/** A supervisor that has stopped serving may still be ending: its socket must be gone before another one takes it. */
async function waitForFormer(context: TargetContext): Promise<void> {
  const former = await readState(context.folder);
  if (former === null || context.environment.processStart(former.pid) !== former.processStart) return;
  await waitUntilGone(context, former.pid, stopMarginMs);
}

/** A supervisor of an older aieng knows of no workers: it cannot hand its port on. Or it knows of no second bundle. */
async function isOutdated({ folder }: TargetContext, { second }: Wish): Promise<boolean> {
  const state = await readState(folder);
  if (state === null) return false;
  const knowsNoWorkers = state.backend?.kind === 'process' && state.processes === null;
  return knowsNoWorkers || (second !== undefined && state.second === undefined);
}

/** Carries the plan out: a supervisor where there is none, then the switch to a backend of that kind. */
export async function applySupervised(
  plan: Plan,
  wish: Wish,
  backend: BackendKind,
  context: TargetContext,
): Promise<DeploymentStatus> {
  checkAddress(wish);
  const outdated = plan.action === 'switch' && (await isOutdated(context, wish));
  if (outdated) {
    context.progress(
      `the supervisor of an older aieng ends first: the port is closed until ${wish.name} is up`,
    );
    await stopSupervised(wish.name, context);
  }
  if (plan.action === 'start' || outdated) {
    await waitForFormer(context);
    context.progress(`starting the supervisor of ${wish.name}`);
    await launchSupervisor(wish.name, context, launchTimeoutMs);
  }
  return requestSwitch(wish, backend, context);
}

/** Does the work and says how long it took. */
export async function timed(context: TargetContext, work: () => Promise<DeploymentStatus>): Promise<Applied> {
  const begun = context.environment.elapsed();
  const status = await work();
  return { status, durationMs: context.environment.elapsed() - begun };
}

/** Sends a signal to the supervisor, if it is still the process that wrote the state. */
async function signalSupervisor(context: TargetContext, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const state = await readState(context.folder);
  if (state === null || !isSupervisorAlive(state, context.environment)) return;
  try {
    process.kill(state.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

async function waitUntilGone(context: TargetContext, pid: number, timeoutMs: number): Promise<boolean> {
  const begun = context.environment.elapsed();
  while (context.environment.elapsed() - begun < timeoutMs) {
    const state = await readState(context.folder);
    if (state?.pid !== pid || context.environment.processStart(pid) !== state.processStart) return true;
    await pause(25);
  }
  return false;
}

/** Ends the supervisor and what it started; nothing serves after. */
export async function stopSupervised(name: string, context: TargetContext): Promise<void> {
  const before = await readState(context.folder);
  if (before === null || !isSupervisorAlive(before, context.environment)) return;
  const socketPath = await controlPath(context.folder);
  const question = {
    method: 'POST',
    path: '/stop',
    timeoutMs: 60_000 + stopMarginMs,
    signal: context.signal,
  } as const;
  context.progress(`stopping ${name}`);
  try {
    await askSupervisor(socketPath, question);
  } catch {
    context.signal.throwIfAborted();
    await signalSupervisor(context, 'SIGTERM');
  }
  if (await waitUntilGone(context, before.pid, stopMarginMs)) return;
  await signalSupervisor(context, 'SIGKILL');
  await waitUntilGone(context, before.pid, stopMarginMs);
}

/** An address that this machine reaches a listener of `host` at. */
const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

/** The text of /metrics at the public address, or null when nothing answers there. */
export async function supervisedMetrics(name: string, context: TargetContext): Promise<string | null> {
  const { state } = await supervisedStatus(name, 'local', context);
  const written = await readState(context.folder);
  if (state === 'stopped' || written?.host == null || written.port === null) return null;
  const { host, port, secure } = written;
  const socketPath = socketPathOf(host);
  const at = socketPath === null ? { host: reachable(host), port } : { socketPath };
  const options = { ...at, path: '/metrics', timeout: statusTimeoutMs, signal: context.signal };
  return new Promise((resolve) => {
    const take = (answer: IncomingMessage): void => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => resolve(null));
      answer.on('end', () =>
        resolve(answer.statusCode === 200 ? Buffer.concat(chunks).toString('utf8') : null),
      );
    };
    // Nothing is told to it, and it stands on this machine: by whatever name and authority, it is ours.
    const asked = secure ? secureGet({ ...options, rejectUnauthorized: false }, take) : get(options, take);
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(null));
  });
}
