import type { Readable } from 'node:stream';
import { deployError } from '../../../errors.ts';
import type { AiengError } from '../../../errors.ts';
import { complaint } from './engineText.ts';
import { deadline } from '../../../deadline.ts';

/** What a command of the engine's client did. */
export interface Said {
  readonly ok: boolean;
  /** There is no such program. */
  readonly missing: boolean;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AskOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The client of one engine: each question is one process with an argument list, never a shell. */
export interface EngineClient {
  readonly name: 'docker' | 'podman';
  ask(given: readonly string[], options?: AskOptions): Promise<Said>;
  /** Runs until it ends by itself or the signal aborts; every line it prints is passed on. Never rejects. */
  follow(given: readonly string[], onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
}

/** Longest answer that is kept; an engine's answers are a few kilobytes. */
const maxBuffer = 4_000_000;
/** A busy machine takes seconds for what takes a tenth of one. */
const defaultTimeoutMs = 60_000;

/**
 * What an engine's client leaves running (the monitor of a container that was just started) may hold the client's pipes
 * open for as long as the container lives. Once nobody waits for the client any more, its end is the end: without this
 * a cancelled `run` would be waited for until its container ends by itself.
 */
function endWith(running: { readonly stdout: Readable; readonly stderr: Readable }, over: AbortSignal): void {
  const close = (): void => {
    running.stdout.destroy();
    running.stderr.destroy();
  };
  if (over.aborted) close();
  else over.addEventListener('abort', close, { once: true });
}

/** A client with exactly these environment variables. */
export function engineClient(
  name: EngineClient['name'],
  environment: Readonly<Record<string, string>>,
): EngineClient {
  const given = { env: environment, extendEnv: false, stdin: 'ignore', reject: false, maxBuffer } as const;
  return {
    name,
    ask: async (words, { timeoutMs = defaultTimeoutMs, signal } = {}) => {
      const { execa } = await import('execa');
      const running = execa(name, words, {
        ...given,
        timeout: timeoutMs,
        ...(signal === undefined ? {} : { cancelSignal: signal }),
      });
      const late = deadline(timeoutMs);
      const over = signal === undefined ? late : AbortSignal.any([signal, late]);
      running.once('exit', () => endWith(running, over));
      const done = await running;
      return {
        ok: !done.failed,
        missing: done.code === 'ENOENT',
        timedOut: done.timedOut,
        stdout: done.stdout,
        stderr: done.stderr,
      };
    },
    follow: async (words, onLine, signal) => {
      const { execa } = await import('execa');
      const running = execa(name, words, { ...given, all: true, buffer: false, cancelSignal: signal });
      running.once('exit', () => endWith(running, signal));
      try {
        for await (const line of running.iterable({ from: 'all' })) onLine(line);
        await running;
      } catch {
        // It ended in another way; whoever follows looks at the container itself.
      }
    },
  };
}

/** An engine refused what it was asked for, in its own words. */
export function engineFailed(client: EngineClient, what: string, said: Said): AiengError {
  const why = said.timedOut ? 'it did not answer in time' : complaint(said.stderr);
  return deployError({
    code: 'engine-failed',
    message: `${client.name} could not ${what}: ${why}`.replace(/[.\s]*$/, '.'),
    hint: `What served before still serves. Try it by hand: \`${client.name} info\` shows whether the engine is well.`,
  });
}
