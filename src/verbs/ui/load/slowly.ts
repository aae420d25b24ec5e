import { setTimeout as sleep } from 'node:timers/promises';

/** Something that takes long to find out: a page shows what is known, and is made anew when there is more. */
export interface Slowly<Value> {
  /** What was found last; null: nothing yet. */
  readonly known: () => Promise<Value | null>;
  /** Differs where something else was found. */
  readonly print: () => string;
}

const patienceMs = 200;

/**
 * @param find What is found out, again where the last answer is older than `freshMs`.
 * @param now ms of any clock.
 */
export function slowly<Value>(find: () => Promise<Value>, now: () => number, freshMs: number): Slowly<Value> {
  let last: { readonly value: Value; readonly at: number } | null = null;
  let going: Promise<Value> | undefined;
  let times = 0;
  const ask = (): Promise<Value> => {
    going ??= find().then(
      (value) => {
        last = { value, at: now() };
        going = undefined;
        times += 1;
        return value;
      },
      (error: unknown) => {
        going = undefined;
        throw error;
      },
    );
    return going;
  };
  return {
    known: async () => {
      if (last !== null && now() - last.at < freshMs) return last.value;
      return Promise.race([ask(), sleep(patienceMs, last?.value ?? null)]);
    },
    print: () => String(times),
  };
}
