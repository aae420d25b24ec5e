import type { Clockwork } from '../cron/expression.ts';

/** More passed-over slots than this are not counted. */
export const mostMissed = 2_000;

/** Where a schedule stands. Times are ms since 1970 UTC. */
export interface Standing {
  /** The slot that was run last, or null. */
  readonly lastSlot: number | null;
  readonly installedAt: number;
  readonly now: number;
}

/** What is to be done at an instant. */
export type Due =
  | { readonly due: false; readonly next: number | null }
  | {
      readonly due: true;
      /** The scheduled instant that this run is for. */
      readonly slot: number;
      /** Slots before it that were not run (machine off, busy, suspended); at most `mostMissed`. */
      readonly missed: number;
      readonly next: number | null;
    };

/**
 * Which slot is to be run now. A slot is a scheduled instant after the installation; each is run at most once. The newest
 * one that has come is due if it is later than the one run last, and that one run makes up for all between them. A clock
 * that went back therefore runs nothing twice: nothing is due until it has passed the last slot again.
 */
export function dueSlot(clock: Clockwork, { lastSlot, installedAt, now }: Standing): Due {
  const base = Math.max(installedAt, lastSlot ?? installedAt);
  const slot = clock.last(now);
  if (slot === null || slot <= base) return { due: false, next: clock.next(Math.max(base, now)) };
  let missed = 0;
  for (let at = clock.next(base); at !== null && at < slot && missed < mostMissed; at = clock.next(at))
    missed += 1;
  return { due: true, slot, missed, next: clock.next(now) };
}
