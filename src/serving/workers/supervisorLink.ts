import { startLiveness } from './liveness.ts';
import type { Service } from '../service.ts';

/** The part of `process` that a link needs. */
export interface LinkedProcess {
  readonly connected: boolean;
  send?(message: object, handle?: unknown): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/** The descriptor that a supervisor hands its socket on as, where it does. */
const handedOn = 3;

const wordIn = (message: unknown, key: string): unknown =>
  typeof message === 'object' && message !== null ? Reflect.get(message, key) : undefined;

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** Questions to the supervisor that wait for their answer. */
function createQuestions(child: LinkedProcess): {
  readonly ask: () => Promise<string | null>;
  readonly take: (message: unknown) => void;
} {
  const waiting = new Map<number, (text: string | null) => void>();
  let last = 0;
  return {
    ask: () =>
      new Promise((resolve) => {
        const id = (last += 1);
        const done = (text: string | null): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(text);
        };
        const timer = setTimeout(done, 3000, null);
        waiting.set(id, done);
        if (child.connected) child.send?.({ ask: 'metrics', id });
        else done(null);
      }),
    take: (message) => {
      const [id, text] = [wordIn(message, 'metricsFor'), wordIn(message, 'text')];
      if (typeof id === 'number' && typeof text === 'string') waiting.get(id)?.(text);
    },
  };
}

/**
 * Puts a service under its supervisor, over the IPC channel: says where it listens and where its liveness is asked,
 * takes public connections when it is told to, and gets the figures of all workers where somebody asks this one for
 * them. `onGone` is called when the supervisor is gone (also after its `kill -9`: the operating system closes the
 * channel), so that no worker outlives it.
 */
export async function linkToSupervisor(
  child: LinkedProcess,
  service: Pick<Service, 'accept' | 'collectMetrics'>,
  port: number,
  onGone: () => void,
): Promise<{ readonly close: () => Promise<void> }> {
  const liveness = await startLiveness();
  const questions = createQuestions(child);
  const accept = async (giveBack: boolean): Promise<void> => {
    try {
      const handle = await service.accept(handedOn);
      child.send?.({ accepting: true }, giveBack ? handle : undefined);
    } catch (error) {
      child.send?.({ accepting: false, reason: reasonOf(error) });
    }
  };
  child.once('disconnect', onGone);
  child.on('message', (message) => {
    questions.take(message);
    if (wordIn(message, 'accept') === true) void accept(wordIn(message, 'giveBack') === true);
  });
  service.collectMetrics(questions.ask);
  if (child.connected) child.send?.({ port, livePort: liveness.port });
  else onGone();
  return { close: () => liveness.close() };
}
