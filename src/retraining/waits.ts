const hourMs = 3_600_000;
export const weekMs = 168 * hourMs;

/** Days of rest after one, two, three, and four or more attempts in a row that promoted nothing. */
const restDays = [1, 2, 4, 7] as const;

/** A clock that calls once a day calls some seconds early at times: that is a day, too. */
const mostEarlyMs = hourMs / 2;

/** Whether so much time has passed: to within a 48th of it, and half an hour at most. */
export const hasPassed = (sinceMs: number, wantedMs: number): boolean =>
  sinceMs >= wantedMs - Math.min(mostEarlyMs, wantedMs / 48);

/** An attempt that trained. */
export interface PastTraining {
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly isPromoted: boolean;
  /** An alarm that the model got worse asked for it. */
  readonly isWorse: boolean;
}

/** What of the attempts before decides whether there may be another. */
export interface Past {
  /** When a challenger was last trained, or null. */
  readonly lastAttemptAt: number | null;
  /** Attempts that promoted nothing since one did. */
  readonly failures: number;
  /** When the first of the latest attempts was that an alarm asked for, since the model is worse, and that promoted nothing; or null. */
  readonly failingSince: number | null;
  /** When the attempts of the last seven days were, oldest first. */
  readonly thisWeek: readonly number[];
}

/** Reads the past of a pipeline: attempts, newest first. */
export function pastOf(trainings: readonly PastTraining[], now: number): Past {
  const promoted = trainings.findIndex(({ isPromoted }) => isPromoted);
  const failures = promoted === -1 ? trainings.length : promoted;
  const unworried = trainings.findIndex((each) => each.isPromoted || !each.isWorse);
  const worried = unworried === -1 ? trainings.length : unworried;
  return {
    lastAttemptAt: trainings[0]?.at ?? null,
    failures,
    failingSince: trainings[worried - 1]?.at ?? null,
    thisWeek: trainings
      .map(({ at }) => at)
      .filter((at) => !hasPassed(now - at, weekMs))
      .reverse(),
  };
}

/** How long a trigger waits after the last attempt: what the pipeline says, or 1, 2, 4, 7 days with each failure. */
export function restMs(cooldownHours: number | null, failures: number): number {
  if (cooldownHours !== null) return cooldownHours * hourMs;
  const days = restDays[Math.min(Math.max(failures, 1), restDays.length) - 1]!;
  return days * 24 * hourMs;
}
