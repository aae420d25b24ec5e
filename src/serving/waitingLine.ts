/** When a request has waited too long. Times in ms. */
export interface Patience {
  /** What a request may wait while more comes than can be answered. */
  readonly targetMs: number;
  /** How long waits have to stay above the target, without getting shorter, until that is taken for overload. */
  readonly intervalMs: number;
  /** So many may wait without being too many: callers who each wait for their answer are no flood, however slow it is. */
  readonly fewest: number;
  /** What a request may wait otherwise: after a pause of the machine, everybody is late and nobody is too many. */
  readonly calmMs: number;
}

export const defaultPatience: Patience = { targetMs: 20, intervalMs: 100, fewest: 64, calmMs: 10_000 };

/**
 * Who waits, whose turn it is, and who is sent away; knows no clock. First come, first served, until many wait, above
 * the target, and their waits do not get shorter for an interval (after CoDel, Nichols and Jacobson 2012). Then the newest is served
 * first and whoever has waited longer than the target is sent away: of those who cannot all be served in time, some are
 * served at once instead of all too late. It is over when nobody waits any more.
 */
export interface WaitingLine<T> {
  push(job: T, since: number): void;
  /** At the begin of a turn: takes out all who have waited too long, where turns come every `cycleMs`. */
  sendAway(now: number, cycleMs: number): readonly T[];
  /** The next one; undefined when nobody waits. So many who wait are all served in time. */
  next(bearable?: number): T | undefined;
  readonly length: () => number;
  readonly isOverloaded: () => boolean;
}

interface Waiting<T> {
  readonly job: T;
  readonly since: number;
}

/** An empty line. */
export function createWaitingLine<T>({ targetMs, intervalMs, fewest, calmMs }: Patience): WaitingLine<T> {
  /** By arrival; those before `first` are gone. */
  let line: Waiting<T>[] = [];
  let first = 0;
  let overloaded = false;
  /** Since waits are above the target: when the last interval began, and how long the oldest had waited then. */
  let late: { since: number; age: number } | null = null;

  const length = (): number => line.length - first;

  /** Forgets who is gone once they are many: a shift each time would move all the others. */
  const tidy = (): void => {
    if (first === line.length) {
      line = [];
      first = 0;
      overloaded = false;
      late = null;
    } else if (first > 1024 && first * 2 > line.length) {
      line = line.slice(first);
      first = 0;
    }
  };

  const judge = (now: number, target: number): void => {
    const age = now - (line[first]?.since ?? now);
    if (overloaded) return;
    if (age <= target || length() <= fewest) late = null;
    else if (late === null) late = { since: now, age };
    else if (now - late.since >= intervalMs) {
      overloaded = age >= late.age;
      late = { since: now, age };
    }
  };

  return {
    push: (job, since) => void line.push({ job, since }),
    sendAway: (now, cycleMs) => {
      // Where one turn takes longer than the target, whoever came during it is not late yet.
      const target = Math.max(targetMs, 3 * cycleMs);
      judge(now, target);
      const oldest = now - (overloaded ? target : calmMs);
      const begin = first;
      while (first < line.length && line[first]!.since < oldest) first += 1;
      const away = line.slice(begin, first).map(({ job }) => job);
      // Sent away is not served: an overload ends with the last who was.
      if (first === line.length) {
        line = [];
        first = 0;
      }
      return away;
    },
    next: (bearable = 0) => {
      if (length() === 0) return undefined;
      const newest = overloaded && length() > bearable;
      const waiting = newest ? line.pop() : line[first];
      if (!newest) first += 1;
      tidy();
      return waiting?.job;
    },
    length,
    isOverloaded: () => overloaded,
  };
}
