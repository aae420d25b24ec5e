import { exitCodes, interruptedError } from '../errors.ts';

/** Ctrl-C and `kill`: the first asks the work to stop, the second does not wait. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Takes the handlers away. */
  readonly release: () => void;
}

const asked = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens for the signals that end a command. `announce` is called once, when the first arrives. */
export function listenForInterruption(announce: () => void): Interruption {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    announce();
    controller.abort(interruptedError());
  };
  for (const name of asked) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of asked) process.removeListener(name, onSignal);
    },
  };
}
