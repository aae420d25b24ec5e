import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../../environment/environment.ts';
import { busyError, deployError } from '../../../errors.ts';
import { backOffMs } from '../../../retry.ts';
import type { Binding, Gateway } from '../../../serving/gateway.ts';
import { nameOf } from '../../plan.ts';
import type { Wish } from '../../target.ts';
import { factsOf } from './backendKind.ts';
import { startInstance } from './instance.ts';
import type { Instance, InstanceContext } from './instance.ts';
import { isLive } from './probe.ts';
import { openRotatingLog } from './rotatingLog.ts';
import type { RotatingLog } from './rotatingLog.ts';
import { replaceJson } from './stateFile.ts';
import type { SupervisorConfig, SupervisorState, SwitchRequest } from './wire.ts';

/** How patiently a backend is watched. Times in ms. */
export interface Watch {
  /** Between two looks at whether it answers, and how long it may take to. */
  readonly liveEveryMs: number;
  /** So many looks in a row without an answer: it hangs, and is killed. */
  readonly deafAfter: number;
  /** A backend that served this long starts anew without delay when it dies. */
  readonly stableMs: number;
}

const defaultWatch: Watch = { liveEveryMs: 5000, deafAfter: 3, stableMs: 60_000 };

/** A deployment that is looked after, and what that takes. */
export interface Supervised {
  /** The deployment's folder, with `supervisor.json` in it. */
  readonly folder: string;
  readonly environment: Environment;
  /** `serving`'s gateway: handed in because rooms do not import each other. */
  readonly createGateway: (options: {
    readonly newId: () => string;
    readonly bodyLimitBytes: () => number;
  }) => Gateway;
}

interface SupervisionOptions extends Supervised {
  readonly config: SupervisorConfig;
  readonly note: (text: string) => void;
  readonly watch?: Watch;
}

/** How long a backend gets to end by itself after it owes no answer. */
const stopGraceMs = 5000;

/** Wait before the nth restart in a row: none, .4 s, .8 s … 10 s. */
export const restartDelayMs = (failures: number): number =>
  failures === 0 ? 0 : backOffMs(failures + 1, { firstMs: 200, longestMs: 10_000 });

type Phase = Pick<SupervisorState, 'state' | 'message'>;

/** Where it runs, where that is no process of ours that `ps` shows. */
const inWords = ({ kind, backend }: Instance): string =>
  kind.kind === 'container' ? ` in ${backend.title()}` : '';

/** The lifetime of a deployment's process: one gateway, at most one serving backend, one command at a time. */
export class Supervision {
  readonly stopped: Promise<void>;
  readonly #options: SupervisionOptions;
  readonly #environment: Environment;
  readonly #watch: Watch;
  readonly #owner: string;
  readonly #gateway: Gateway;
  readonly #backendLog: RotatingLog;
  readonly #ending = new AbortController();
  #resolveStopped: () => void = () => undefined;
  #binding: Binding | null = null;
  #instance: Instance | null = null;
  /** Ends the care for the instance that a switch replaces. */
  #care = new AbortController();
  #busy = false;
  /** Work that may still start or end a backend; nothing of it outlives the supervision. */
  readonly #work = new Set<Promise<unknown>>();
  #phase: Phase = { state: 'starting', message: 'nothing was deployed yet' };
  #since: number | null = null;
  #restarts = 0;
  #bodyLimitBytes = 1024 * 1024;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SupervisionOptions) {
    this.#options = options;
    this.#environment = options.environment;
    this.#watch = options.watch ?? defaultWatch;
    this.#owner = options.environment.newId();
    this.#backendLog = openRotatingLog(path.join(options.folder, 'backend.log'));
    this.#gateway = options.createGateway({
      newId: () => this.#environment.newId(),
      bodyLimitBytes: () => this.#bodyLimitBytes,
    });
    this.stopped = new Promise((resolve) => (this.#resolveStopped = resolve));
  }

  state(): SupervisorState {
    const { pid, host } = this.#environment;
    const wish = this.#instance?.wish ?? null;
    return {
      schema: 1,
      name: this.#options.config.name,
      pid,
      processStart: this.#environment.processStart(pid),
      bootId: host.bootId,
      ...this.#phase,
      host: this.#binding?.host ?? null,
      port: this.#binding?.port ?? null,
      version: wish?.version ?? null,
      bundleDigest: wish?.bundleDigest ?? null,
      since: this.#since,
      restarts: this.#restarts,
      backendPid: this.#instance?.backend.hasExited() === false ? this.#instance.backend.pid : null,
      backend: this.#instance === null ? null : factsOf(this.#instance.kind),
    };
  }

  /** Nothing serves and nothing is about to. */
  isIdle(): boolean {
    return this.#instance === null && !this.#busy;
  }

  begin(): Promise<void> {
    return this.#enter('starting', 'nothing was deployed yet');
  }

  /** Writes the phase down; the newest state is what ends up in the file. */
  async #enter(state: Phase['state'], message: string): Promise<void> {
    this.#phase = { state, message };
    this.#options.note(`${state}: ${message}`);
    this.#writing = this.#writing.then(() =>
      replaceJson(this.#options.folder, 'state.json', this.state()).catch((error: unknown) =>
        this.#options.note(`state.json cannot be written: ${String(error)}`),
      ),
    );
    await this.#writing;
  }

  #context(signal: AbortSignal, progress: (message: string) => void): InstanceContext {
    const { config, folder } = this.#options;
    return {
      environment: this.#environment,
      folder,
      logFolder: config.logFolder,
      owner: this.#owner,
      onLine: (line) => this.#backendLog.write(`${line}\n`),
      progress,
      signal,
    };
  }

  /**
   * Start beside, prove, switch, drain, stop the old. Whatever fails before the switch leaves everything as it was.
   *
   * @throws busyError while another switch is under way, usage errors of the address, deployError.
   */
  async switch(
    { wish, backend }: SwitchRequest,
    progress: (message: string) => void,
    gone: AbortSignal,
  ): Promise<SupervisorState> {
    if (this.#busy || this.#ending.signal.aborted)
      throw busyError({
        code: 'deployment-busy',
        message: `Another command is changing the deployment ${wish.name}.`,
        hint: 'Try again when it is done; `aieng status` shows what serves.',
      });
    this.#busy = true;
    let bound: Binding | null = null;
    try {
      bound = await this.#takeAddress(wish);
      const signal = AbortSignal.any([gone, this.#ending.signal]);
      const starting = startInstance(wish, backend, this.#context(signal, progress));
      const address = bound;
      await this.#until(starting.then((next) => this.#replace(next, address, progress)));
      return this.state();
    } catch (error) {
      if (bound !== null && bound !== this.#binding) await bound.close(0);
      throw error;
    } finally {
      this.#busy = false;
      // A deployment that never served anything leaves no supervisor behind, and says so before its command is answered.
      if (this.#instance === null) await this.stop();
    }
  }

  /** The work, which `stop` waits for. */
  async #until<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  async #takeAddress({ host, port }: Wish): Promise<Binding> {
    const current = this.#binding;
    if (current?.host === host && (current.port === port || port === 0)) return current;
    return this.#gateway.bind({ host, port });
  }

  async #replace(next: Instance, bound: Binding, progress: (message: string) => void): Promise<void> {
    const { wish } = next;
    const old = this.#instance;
    const oldBinding = this.#binding;
    if (this.#ending.signal.aborted) await next.backend.stop(0);
    this.#ending.signal.throwIfAborted();
    if (next.backend.hasExited())
      throw deployError({
        code: 'deploy-not-healthy',
        message: `${wish.name} ${await next.backend.exited} right after it was healthy.`,
        hint: 'What served before still serves. The output is in backend.log in the deployment’s folder.',
      });
    // From here to the next await nothing else runs: this is the switch.
    this.#care.abort();
    this.#care = new AbortController();
    this.#instance = next;
    this.#binding = bound;
    this.#bodyLimitBytes = wish.bodyLimitBytes;
    this.#since = this.#environment.now();
    this.#restarts = 0;
    const drained = this.#gateway.switchTo({ host: '127.0.0.1', port: next.port }, wish.drainMs);
    const serves = nameOf(wish.name, wish.version, wish.bundleDigest);
    await this.#enter('running', `${serves} serves${inWords(next)}`);
    progress(`requests go to ${serves}`);
    void this.#until(this.#careFor(next, this.#care.signal));
    const { abandoned } = await drained;
    if (abandoned > 0)
      this.#options.note(`${abandoned} requests were not finished within ${wish.drainMs} ms`);
    await Promise.all([
      old?.backend.stop(stopGraceMs),
      oldBinding === null || oldBinding === bound ? undefined : oldBinding.close(wish.drainMs),
    ]);
    if (old !== null) progress(`the ${old.kind.kind} before has finished its requests and ended`);
  }

  /** Keeps an instance alive until it is replaced: what dies or goes deaf is started anew. */
  async #careFor(first: Instance, over: AbortSignal): Promise<void> {
    let instance = first;
    let failures = 0;
    while (!over.aborted) {
      const began = this.#environment.elapsed();
      const how = await this.#untilDead(instance, over);
      if (how === null) return;
      if (this.#environment.elapsed() - began >= this.#watch.stableMs) failures = 0;
      this.#gateway.suspend();
      const restarted = await this.#restart(instance, how, failures, over);
      if (restarted === null) return;
      failures = restarted.failures;
      instance = restarted.instance;
    }
  }

  /** How it ended, or null when nobody cares any more. */
  async #untilDead({ backend, port }: Instance, over: AbortSignal): Promise<string | null> {
    const { liveEveryMs, deafAfter } = this.#watch;
    let deaf = 0;
    // One subscription for its whole life: a race with a promise that does not settle leaves one more behind each time.
    const ended = new AbortController();
    void backend.exited.then(() => ended.abort());
    const wake = AbortSignal.any([over, ended.signal]);
    for (;;) {
      await pause(liveEveryMs, undefined, { signal: wake }).catch(() => undefined);
      if (over.aborted) return null;
      if (backend.hasExited()) return await backend.exited;
      deaf = (await isLive(port, liveEveryMs)) ? 0 : deaf + 1;
      if (deaf < deafAfter) continue;
      backend.kill();
      await backend.exited;
      return this.#isOver(over) ? null : 'stopped answering and was killed';
    }
  }

  /** Asked anew after every wait. */
  #isOver(signal: AbortSignal): boolean {
    return signal.aborted;
  }

  async #restart(
    dead: Instance,
    how: string,
    before: number,
    over: AbortSignal,
  ): Promise<{ instance: Instance; failures: number } | null> {
    let reason = how;
    for (let failures = before; ; failures += 1) {
      const delay = restartDelayMs(failures);
      await this.#enter('unhealthy', `the backend ${reason}; it is started again in ${delay / 1000} s`);
      await pause(delay, undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) return null;
      this.#restarts += 1;
      try {
        const context = this.#context(over, (message) => this.#options.note(message));
        const instance = await startInstance(dead.wish, dead.kind, context);
        if (this.#isOver(over)) {
          instance.backend.kill();
          await instance.backend.exited;
          return null;
        }
        this.#instance = instance;
        void this.#gateway.switchTo({ host: '127.0.0.1', port: instance.port }, 0);
        await this.#enter('running', `serves again${inWords(instance)} after it ${reason}`);
        return { instance, failures: failures + 1 };
      } catch (error) {
        reason = error instanceof Error ? `failed again: ${error.message}` : 'failed again';
      }
    }
  }

  /** Answers what is in flight, then ends the backend. Calling it again waits for the same end. */
  async stop(): Promise<void> {
    if (this.#ending.signal.aborted) return this.stopped;
    this.#ending.abort();
    this.#care.abort();
    const drainMs = this.#instance?.wish.drainMs ?? 0;
    this.#options.note('stopping');
    await this.#binding?.close(drainMs);
    await Promise.allSettled(this.#work);
    await this.#instance?.backend.stop(stopGraceMs);
    await this.#enter('stopped', 'stopped');
    this.#resolveStopped();
    return this.stopped;
  }
}
