import path from 'node:path';
import type { Environment } from '../../../environment/environment.ts';
import { busyError, deployError } from '../../../errors.ts';
import type { Gateway } from '../../../serving/gateway.ts';
import type { HeldSockets } from '../../../serving/workers/heldSocket.ts';
import { addMetrics } from '../../addMetrics.ts';
import { besideOf, nameOf, termsOf } from '../../plan.ts';
import type { Wish } from '../../target.ts';
import { factsOf } from './backendKind.ts';
import { admit, nextEntrance } from './entrance.ts';
import type { Entrance, NextEntrance } from './entrance.ts';
import { Generation, inWords } from './generation.ts';
import type { GenerationPlace, Watch } from './generation.ts';
import type { InstanceContext } from './instance.ts';
import { openRotatingLog } from './rotatingLog.ts';
import type { RotatingLog } from './rotatingLog.ts';
import { replaceJson } from './stateFile.ts';
import type { SecondState, SupervisorConfig, SupervisorState, SwitchRequest } from './wire.ts';

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
    readonly onTlsProblem: (message: string) => void;
  }) => Gateway;
  /** `serving`'s way to bind a socket that workers listen on. */
  readonly sockets: HeldSockets;
}

interface SupervisionOptions extends Supervised {
  readonly config: SupervisorConfig;
  readonly note: (text: string) => void;
  readonly watch?: Watch;
}

/** How long a backend gets to end by itself after it owes no answer. */
const stopGraceMs = 5000;

type Phase = Pick<SupervisorState, 'state' | 'message'>;

/** The supervisor's own figures, beside those of the workers. */
const ownMetrics = (workers: number, restarts: number, switches: number): string =>
  [
    ['aieng_workers', 'gauge', 'Processes that answer.', workers],
    ['aieng_worker_restarts_total', 'counter', 'Processes started again since the last switch.', restarts],
    ['aieng_switches_total', 'counter', 'Switches to another generation of processes.', switches],
  ]
    .map(([name, type, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`)
    .join('');

function secondOf(wish: Wish | null): SecondState | null {
  if (wish?.second === undefined) return null;
  const { version, bundleDigest, role, share } = wish.second;
  return { version, bundleDigest, role, share };
}

/** The lifetime of a deployment's process: one way in, at most one serving generation, one command at a time. */
export class Supervision {
  readonly stopped: Promise<void>;
  readonly #options: SupervisionOptions;
  readonly #environment: Environment;
  readonly #owner: string;
  readonly #gateway: Gateway;
  readonly #backendLog: RotatingLog;
  readonly #ending = new AbortController();
  #resolveStopped: () => void = () => undefined;
  #entrance: Entrance | null = null;
  #generation: Generation | null = null;
  #busy = false;
  /** Work that may still start or end a backend; nothing of it outlives the supervision. */
  readonly #work = new Set<Promise<unknown>>();
  #phase: Phase = { state: 'starting', message: 'nothing was deployed yet' };
  #since: number | null = null;
  #switches = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SupervisionOptions) {
    this.#options = options;
    this.#environment = options.environment;
    this.#owner = options.environment.newId();
    this.#backendLog = openRotatingLog(path.join(options.folder, 'backend.log'));
    this.#gateway = options.createGateway({
      newId: () => this.#environment.newId(),
      onTlsProblem: options.note,
      bodyLimitBytes: () => this.#generation?.wish.bodyLimitBytes ?? 1024 * 1024,
    });
    this.stopped = new Promise((resolve) => (this.#resolveStopped = resolve));
  }

  state(): SupervisorState {
    const { pid, host } = this.#environment;
    const wish = this.#generation?.wish ?? null;
    const pids = this.#generation?.living().flatMap(({ backend }) => backend.pid ?? []) ?? [];
    return {
      schema: 1,
      name: this.#options.config.name,
      pid,
      processStart: this.#environment.processStart(pid),
      bootId: host.bootId,
      ...this.#phase,
      host: this.#entrance?.at.host ?? null,
      port: this.#entrance?.at.port ?? null,
      secure: wish?.tls !== undefined,
      version: wish?.version ?? null,
      bundleDigest: wish?.bundleDigest ?? null,
      since: this.#since,
      restarts: this.#generation?.restarts ?? 0,
      backendPid: pids[0] ?? null,
      workerPids: pids,
      backend: this.#generation === null ? null : factsOf(this.#generation.kind),
      processes: wish?.processes ?? null,
      terms: wish === null ? null : termsOf(wish),
      second: secondOf(wish),
    };
  }

  /** Nothing serves and nothing is about to. */
  isIdle(): boolean {
    return this.#generation === null && !this.#busy;
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

  #context(
    socket: () => number | null,
    signal: AbortSignal,
    progress: (message: string) => void,
  ): InstanceContext {
    const { config, folder } = this.#options;
    return {
      environment: this.#environment,
      folder,
      logFolder: config.logFolder,
      owner: this.#owner,
      onLine: (line) => this.#backendLog.write(`${line}\n`),
      progress,
      socket: socket(),
      onMetricsAsked: () => this.#metrics(),
      signal,
    };
  }

  /** The figures of all workers and the supervisor's own. */
  async #metrics(): Promise<string> {
    const generation = this.#generation;
    const own = ownMetrics(generation?.living().length ?? 0, generation?.restarts ?? 0, this.#switches);
    return addMetrics([(await generation?.metrics()) ?? '', own]);
  }

  /** Workers take connections themselves, where the system can give them the socket and nobody asked for a gateway. */
  #entranceFor({ wish, backend }: SwitchRequest, progress: (message: string) => void): Entrance['kind'] {
    if (backend.kind !== 'process' || wish.processes.gateway) return 'gateway';
    if (this.#options.sockets.possible()) return 'workers';
    progress('this system cannot hand sockets to processes: one process serves, behind a gateway');
    return 'gateway';
  }

  /**
   * Start beside, prove, switch, drain, stop the old. Whatever fails before the switch leaves everything as it was.
   *
   * @throws busyError while another switch is under way, usage errors of the address, deployError.
   */
  async switch(
    request: SwitchRequest,
    progress: (message: string) => void,
    gone: AbortSignal,
  ): Promise<SupervisorState> {
    const { wish } = request;
    if (this.#busy || this.#ending.signal.aborted)
      throw busyError({
        code: 'deployment-busy',
        message: `Another command is changing the deployment ${wish.name}.`,
        hint: 'Try again when it is done; `aieng status` shows what serves.',
      });
    this.#busy = true;
    try {
      const kind = this.#entranceFor(request, progress);
      const means = { gateway: this.#gateway, sockets: this.#options.sockets };
      const entrance = await nextEntrance(this.#entrance, wish, kind, means, this.#generation?.wish ?? null);
      const signal = AbortSignal.any([gone, this.#ending.signal]);
      await this.#until(this.#bring(request, kind, entrance, signal, progress));
      return this.state();
    } finally {
      this.#busy = false;
      // A deployment that never served anything leaves no supervisor behind, and says so before its command is answered.
      if (this.#generation === null) await this.stop();
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

  /** How backends of a generation are looked after once they serve. */
  #careFor(kind: Entrance['kind']): GenerationPlace {
    const { note, watch = defaultWatch } = this.#options;
    const socket = (): number | null => (this.#entrance?.kind === 'workers' ? this.#entrance.at.fd : null);
    return {
      environment: this.#environment,
      watch,
      note,
      context: (signal, progress) => this.#context(socket, signal, progress),
      onLost: () => {
        if (kind === 'gateway') this.#gateway.suspend();
      },
      readmit: async (instance) => {
        if (kind === 'workers') await admit([instance], false);
        else void this.#gateway.switchTo({ host: '127.0.0.1', port: instance.port }, 0);
      },
      onChange: (serving, message) => this.#enter(serving > 0 ? 'running' : 'unhealthy', message),
    };
  }

  async #bring(
    { wish, backend }: SwitchRequest,
    kind: Entrance['kind'],
    next: NextEntrance,
    signal: AbortSignal,
    progress: (message: string) => void,
  ): Promise<void> {
    const size = kind === 'workers' ? wish.processes.workers : 1;
    let generation: Generation | undefined;
    let entrance: Entrance;
    try {
      const context = this.#context(() => next.socket, signal, progress);
      generation = await Generation.start(wish, backend, size, this.#careFor(kind), context);
      this.#ending.signal.throwIfAborted();
      await this.#checkAlive(generation);
      entrance = await next.open(generation.instances);
    } catch (error) {
      await generation?.stop(0);
      await next.release();
      throw error;
    }
    await this.#replace(generation, entrance, progress);
  }

  async #checkAlive({ wish, instances }: Generation): Promise<void> {
    for (const { backend } of instances)
      if (backend.hasExited())
        throw deployError({
          code: 'deploy-not-healthy',
          message: `${wish.name} ${await backend.exited} right after it was healthy.`,
          hint: 'What served before still serves. The output is in backend.log in the deployment’s folder.',
        });
  }

  /** The new generation takes over; the one before finishes what it has begun and ends. */
  async #replace(next: Generation, entrance: Entrance, progress: (message: string) => void): Promise<void> {
    const { wish } = next;
    const old = this.#generation;
    const oldEntrance = this.#entrance;
    const [first] = next.instances;
    if (first === undefined) throw new RangeError('a generation needs a backend');
    // From here to the next await nothing else runs: this is the switch.
    old?.endCare();
    this.#generation = next;
    this.#entrance = entrance;
    this.#since = this.#environment.now();
    this.#switches += 1;
    const drained =
      entrance.kind === 'gateway'
        ? this.#gateway.switchTo({ host: '127.0.0.1', port: first.port }, wish.drainMs)
        : Promise.resolve({ abandoned: 0 });
    next.beginCare();
    const serves = nameOf(wish.name, wish.version, wish.bundleDigest);
    await this.#enter('running', `${serves} serves${inWords(first)}${besideOf(wish.name, wish.second)}`);
    progress(`requests go to ${serves}`);
    const { abandoned } = await drained;
    if (abandoned > 0)
      this.#options.note(`${abandoned} requests were not finished within ${wish.drainMs} ms`);
    await this.#retire(old, oldEntrance, wish.drainMs);
    if (old !== null) progress(`the ${old.kind.kind} before has finished its requests and ended`);
  }

  /** Ends a generation, and gives up its entrance where that is not the present one. */
  async #retire(old: Generation | null, entrance: Entrance | null, drainMs: number): Promise<void> {
    if (entrance?.kind === 'workers') {
      // Workers end by themselves when they owe no answer any more.
      await old?.stop(drainMs + stopGraceMs);
      // A gateway that took the socket over owns it now.
      if (this.#entrance !== entrance && !this.#sharesPort(entrance)) entrance.at.close();
      return;
    }
    // Behind the gateway nothing is owed any more, unless workers have taken over from it.
    if (entrance !== null && this.#entrance !== entrance) {
      if (this.#sharesPort(entrance)) await entrance.at.leave(drainMs);
      else await entrance.at.close(drainMs);
      if (this.#entrance?.kind === 'workers') this.#gateway.suspend();
    }
    await old?.stop(stopGraceMs);
  }

  #sharesPort({ at }: Entrance): boolean {
    return this.#entrance?.at.host === at.host && this.#entrance.at.port === at.port;
  }

  /** A held socket is let go before its workers end: what nobody will answer is refused. */
  async #closeEntrance(drainMs: number): Promise<void> {
    if (this.#entrance?.kind === 'workers') this.#entrance.at.close();
    else await this.#entrance?.at.close(drainMs);
  }

  /** Answers what is in flight, then ends the backends. Calling it again waits for the same end. */
  async stop(): Promise<void> {
    if (this.#ending.signal.aborted) return this.stopped;
    this.#ending.abort();
    this.#generation?.endCare();
    const drainMs = this.#generation?.wish.drainMs ?? 0;
    this.#options.note('stopping');
    await this.#closeEntrance(drainMs);
    await Promise.allSettled(this.#work);
    // A switch that was under way may have brought others.
    await this.#closeEntrance(drainMs);
    await this.#generation?.stop(this.#entrance?.kind === 'workers' ? drainMs + stopGraceMs : stopGraceMs);
    await this.#enter('stopped', 'stopped');
    this.#resolveStopped();
    return this.stopped;
  }
}
