import { setTimeout as sleep } from 'node:timers/promises';

/** Pages come first: what is read behind them waits while one is made. */
export interface Precedence {
  /** Makes a page. */
  readonly making: <Value>(make: () => Promise<Value>) => Promise<Value>;
  /** A page that itself waits for what is read behind it holds nothing up meanwhile. */
  readonly awaiting: <Value>(work: () => Promise<Value>) => Promise<Value>;
  /** Comes back when no page is being made; after half a second in any case, so that the reading ends. */
  readonly turn: () => Promise<void>;
}

const stepMs = 5;
const longestMs = 500;

/** Precedence among the pages of one store. */
export function openPrecedence(): Precedence {
  let making = 0;
  const counted =
    (by: number): Precedence['making'] =>
    async (work) => {
      making += by;
      try {
        return await work();
      } finally {
        making -= by;
      }
    };
  return {
    making: counted(1),
    awaiting: counted(-1),
    turn: async () => {
      for (let waited = 0; making > 0 && waited < longestMs; waited += stepMs) await sleep(stepMs);
    },
  };
}
