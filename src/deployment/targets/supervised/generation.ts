import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../../environment/environment.ts';
import { backOffMs } from '../../../retry.ts';
import type { Wish } from '../../target.ts';
import type { BackendKind } from './backendKind.ts';
import { startInstance } from './instance.ts';
import type { Instance, InstanceContext } from './instance.ts';
import { isLive } from './probe.ts';
import { WorkerMetrics } from './workerMetrics.ts';

/** How patiently a backend is watched. Times in ms. */
export interface Watch {
  /** Between two looks at whether it answers, and how long it may take to. */
  readonly liveEveryMs: number;
  /** So many looks in a row without an answer: it hangs, and is killed. */
  readonly deafAfter: number;
  /** A backend that served this long starts anew without delay when it dies. */
  readonly stableMs: number;
}

/** How a generation's requests reach it, and who is told how it does. */
export interface GenerationPlace {
  readonly environment: Environment;
  readonly watch: Watch;
  readonly context: (signal: AbortSignal, progress: (message: string) => void) => InstanceContext;
  readonly note: (text: string) => void;
  /** A backend is gone; until the next one there may be none. */
  readonly onLost: () => void;
  /** Requests may go to this one, which took the place of one that died. */
  readonly readmit: (instance: Instance) => Promise<void>;
  /** How it does now; `serving` of its backends are there. */
  readonly onChange: (serving: number, message: string) => Promise<void>;
}

/** Wait before the nth restart in a row: none, .4 s, .8 s … 10 s. */
export const restartDelayMs = (failures: number): number =>
  failures === 0 ? 0 : backOffMs(failures + 1, { firstMs: 200, longestMs: 10_000 });

/** Where it runs, where that is no process of ours that `ps` shows. */
export const inWords = ({ kind, backend }: Instance): string =>
  kind.kind === 'container' ? ` in ${backend.title()}` : '';

/** The backends that serve one wish side by side, from their start until another generation took over. */
export class Generation {
  readonly wish: Wish;
  readonly kind: BackendKind;
  restarts = 0;
  readonly #place: GenerationPlace;
  readonly #instances: Instance[];
  readonly #metrics = new WorkerMetrics();
  readonly #over = new AbortController();
  /** Work that may still start or end a backend. */
  #care: Promise<unknown> = Promise.resolve();

  private constructor(instances: Instance[], first: Instance, place: GenerationPlace) {
    this.#instances = instances;
    this.wish = first.wish;
    this.kind = first.kind;
    this.#place = place;
  }

  /**
   * Starts `size` backends and proves each of them.
   *
   * @throws deployError (exit 6) where one does not get healthy; none is left then
   */
  static async start(
    wish: Wish,
    kind: BackendKind,
    size: number,
    place: GenerationPlace,
    context: InstanceContext,
  ): Promise<Generation> {
    const failed = new AbortController();
    const signal = AbortSignal.any([context.signal, failed.signal]);
    const begun = Array.from({ length: size }, async () => startInstance(wish, kind, { ...context, signal }));
    try {
      const instances = await Promise.all(begun);
      const [first] = instances;
      if (first === undefined) throw new RangeError('a generation needs a backend');
      return new Generation(instances, first, place);
    } catch (error) {
      failed.abort();
      for (const end of await Promise.allSettled(begun))
        if (end.status === 'fulfilled') await end.value.backend.stop(0);
      throw error;
    }
  }

  get instances(): readonly Instance[] {
    return this.#instances;
  }

  /** Those that have not ended. */
  living(): readonly Instance[] {
    return this.#instances.filter(({ backend }) => !backend.hasExited());
  }

  metrics(): Promise<string> {
    return this.#metrics.text(this.living());
  }

  /** From now on what dies or goes deaf is started anew, until `endCare`. */
  beginCare(): void {
    this.#care = Promise.all(this.#instances.map((_instance, slot) => this.#careFor(slot)));
  }

  endCare(): void {
    this.#over.abort();
  }

  /** Asks every backend to end; those that have not after `graceMs` are killed. Nothing of it is left. */
  async stop(graceMs: number): Promise<void> {
    this.#over.abort();
    await this.#care;
    await Promise.all(this.#instances.map(({ backend }) => backend.stop(graceMs)));
  }

  /** Keeps one of them alive: what dies or goes deaf is started anew. */
  async #careFor(slot: number): Promise<void> {
    let failures = 0;
    for (;;) {
      const instance = this.#instances[slot];
      if (instance === undefined || this.#isOver()) return;
      const began = this.#place.environment.elapsed();
      const how = await this.#untilDead(instance);
      if (how === null) return;
      if (this.#place.environment.elapsed() - began >= this.#place.watch.stableMs) failures = 0;
      this.#metrics.end(instance.instance);
      this.#place.onLost();
      const restarted = await this.#restart(slot, instance, how, failures);
      if (restarted === null) return;
      failures = restarted;
    }
  }

  /** How it ended, or null when nobody cares any more. */
  async #untilDead({ backend, port }: Instance): Promise<string | null> {
    const { liveEveryMs, deafAfter } = this.#place.watch;
    let deaf = 0;
    // One subscription for its whole life: a race with a promise that does not settle leaves one more behind each time.
    const ended = new AbortController();
    void backend.exited.then(() => ended.abort());
    const wake = AbortSignal.any([this.#over.signal, ended.signal]);
    for (;;) {
      await pause(liveEveryMs, undefined, { signal: wake }).catch(() => undefined);
      if (this.#isOver()) return null;
      if (backend.hasExited()) return await backend.exited;
      deaf = (await isLive(backend.livePort() ?? port, liveEveryMs)) ? 0 : deaf + 1;
      if (deaf < deafAfter) continue;
      backend.kill();
      await backend.exited;
      return this.#isOver() ? null : 'stopped answering and was killed';
    }
  }

  /** Asked anew after every wait. */
  #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Which one, where there are several. */
  #which(slot: number): string {
    const { length } = this.#instances;
    return length === 1 ? 'the backend' : `worker ${slot + 1} of ${length}`;
  }

  /** Starts another one in the place of the dead; gives the failures in a row, or null when nobody cares any more. */
  async #restart(slot: number, dead: Instance, how: string, before: number): Promise<number | null> {
    const { note, context, readmit, onChange } = this.#place;
    let reason = how;
    for (let failures = before; ; failures += 1) {
      const delay = restartDelayMs(failures);
      await onChange(
        this.living().length,
        `${this.#which(slot)} ${reason}; it is started again in ${delay / 1000} s`,
      );
      await pause(delay, undefined, { signal: this.#over.signal }).catch(() => undefined);
      if (this.#isOver()) return null;
      this.restarts += 1;
      try {
        const instance = await startInstance(dead.wish, dead.kind, context(this.#over.signal, note));
        if (this.#isOver()) {
          instance.backend.kill();
          await instance.backend.exited;
          return null;
        }
        this.#instances[slot] = instance;
        await readmit(instance);
        await onChange(this.living().length, this.#servesAgain(slot, instance, reason));
        return failures + 1;
      } catch (error) {
        if (this.#isOver()) return null;
        reason = error instanceof Error ? `failed again: ${error.message}` : 'failed again';
        this.#instances[slot]?.backend.kill();
      }
    }
  }

  #servesAgain(slot: number, instance: Instance, reason: string): string {
    const who = this.#instances.length === 1 ? 'serves' : `${this.#which(slot)} serves`;
    return `${who} again${inWords(instance)} after it ${reason}`;
  }
}
