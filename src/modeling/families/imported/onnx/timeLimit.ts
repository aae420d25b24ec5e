import { exportHints, onnxRefused } from './refused.ts';

/** So long a model may take to be opened and to answer one row. It bounds a graph that has no end in sight; it measures nothing. */
const longestMs = 60_000;

/** Runs what is not trusted to end, and ends it after a while, WebAssembly too. */
export type TimeLimit = <Result>(call: () => Result) => Result;

/** It is thrown in the realm of the script. */
const isOver = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/**
 * The limit for opening a model from elsewhere.
 *
 * @param ended called where it was ended: what ran is in no state to be used again
 * @param ms left out, a minute
 */
export async function timeLimit(ended: () => void, ms = longestMs): Promise<TimeLimit> {
  const { createContext, Script } = await import('node:vm');
  const script = new Script('call()');
  return (call) => {
    let made: { readonly value: ReturnType<typeof call> } | undefined;
    const context = createContext({ call: () => (made = { value: call() }) });
    try {
      script.runInContext(context, { timeout: ms });
    } catch (error) {
      if (isOver(error)) {
        ended();
        throw onnxRefused(
          `opening it and answering one row takes more than ${Math.round(ms / 1000)} s`,
          exportHints.again,
        );
      }
      throw error;
    }
    return made!.value;
  };
}
