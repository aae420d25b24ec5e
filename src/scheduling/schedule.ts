/** What a schedule may do, in the order in which it is done. */
export const scheduledVerbs = ['monitor', 'retrain'] as const;
export type ScheduledVerb = (typeof scheduledVerbs)[number];

/** A pipeline's verbs on a clock. */
export interface Schedule {
  /** Unique for a user of a machine: pipeline, verbs and a hash of where project and store are. */
  readonly id: string;
  readonly pipeline: string;
  /** Five cron fields in numbers, as `parseExpression` gives them. */
  readonly expression: string;
  /** IANA name: `Europe/Berlin`. */
  readonly timezone: string;
  readonly verbs: readonly ScheduledVerb[];
  /** Absolute root of the project. */
  readonly root: string;
  /** Absolute folder of the store. */
  readonly store: string;
}

/** A schedule of this machine as it is kept beside its log: `<store>/schedules/<id>.json`. */
export interface ScheduleRecord extends Schedule {
  readonly schema: 1;
  /** Name of the scheduler that fires it. */
  readonly on: string;
  /** Slots before it are nobody's. ms since 1970 UTC. */
  readonly installedAt: number;
  /** Names of the variables in the environment file; their values stand nowhere else. */
  readonly environment: readonly string[];
}

/** What became of one verb of a run. */
export interface VerbRun {
  readonly verb: ScheduledVerb;
  /** As documented for the verb; 1 where it was killed. */
  readonly exitCode: number;
  readonly decision: string | null;
  readonly runId: string | null;
  /** What went wrong, in a sentence, or null. */
  readonly error: string | null;
}

/** One firing of a schedule, kept in the store under `schedule-<id>`. Times are ms since 1970 UTC. */
export interface ScheduleRun {
  /** The scheduled instant that was run. */
  readonly slot: number;
  /** How many slots before it were passed over since the one run last (machine off, busy). */
  readonly missed: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** 0 where every verb did its work; an alarm is work done. */
  readonly exitCode: number;
  readonly results: readonly VerbRun[];
}
