import { resourceOf } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { unreachable } from './refusal.ts';
import type { Call } from './refusal.ts';
import { waitBeforeNext } from './retry.ts';
import type { Tried } from './retry.ts';
import type { ApiAnswer, ApiRequest, Transport } from './transport.ts';

export interface ClusterOptions {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly context: string | null;
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** Waits between tries; tests do not. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const timeoutMs = 30_000;

/** What the calls of one connection share. */
export interface Door {
  readonly transport: Transport;
  readonly options: ClusterOptions;
  readonly context: string;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export const callOf = (door: Door, kind: Kind, verb: Call['verb'], name?: string): Call => ({
  verb,
  resource: resourceOf(kind),
  title: name === undefined ? kind.kind : `${kind.kind} ${name}`,
  namespace: door.options.namespace,
  context: door.context,
});

type Asked = Omit<ApiRequest, 'timeoutMs' | 'signal'>;

/** Sends it as often as it takes. All of our calls may be sent twice: applying, scaling and removing again changes nothing. */
export async function ask({ transport, options, wait }: Door, asked: Asked): Promise<ApiAnswer> {
  const { signal } = options;
  for (let tries = 1; ; tries++) {
    let tried: Tried;
    try {
      const answer = await transport.send({ ...asked, timeoutMs, signal });
      tried = answer;
      if (waitBeforeNext(answer, tries) === null) return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error) || 'exitCode' in error) throw error;
      tried = { broken: error };
      if (waitBeforeNext(tried, tries) === null) throw unreachable(transport.server, error, transport.clean);
    }
    await wait(waitBeforeNext(tried, tries) ?? 0, signal);
  }
}
