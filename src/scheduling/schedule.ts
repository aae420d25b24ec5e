import { Type } from '@sinclair/typebox';
import { scheduledVerbs } from './schedulers/names.ts';
import { count, instant, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

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
export const verbRunShape = Type.Object({
  verb: oneOf(scheduledVerbs),
  exitCode: count('As documented for the verb; 1 where it was killed.'),
  decision: orNull(text()),
  runId: orNull(text()),
  error: orNull(text(), 'What went wrong, in a sentence.'),
});
export type VerbRun = Shape<typeof verbRunShape>;

/** One firing of a schedule, kept in the store under `schedule-<id>`. */
export const scheduleRunShape = Type.Object({
  slot: instant('The scheduled instant that was run'),
  missed: count('How many slots before it were passed over since the one run last (machine off, busy).'),
  startedAt: instant(),
  endedAt: instant(),
  exitCode: count('0 where every verb did its work; an alarm is work done.'),
  results: Type.Array(verbRunShape),
});
export type ScheduleRun = Shape<typeof scheduleRunShape>;

/** A schedule as it is told: what was asked for, whether its scheduler has it, and when it runs. */
export const scheduleStateShape = Type.Object(
  {
    id: text(),
    pipeline: text(),
    on: text('Name of the scheduler.'),
    expression: text('Five cron fields.'),
    timezone: text('IANA name: `Europe/Berlin`.'),
    verbs: Type.Array(oneOf(scheduledVerbs)),
    state: oneOf(
      ['installed', 'missing', 'unrecorded', 'planned'],
      '`missing`: it is written down here, but its scheduler has lost it; `unrecorded`: the other way round.',
    ),
    where: orNull(text()),
    next: Type.Array(Type.Object({ at: instant(), words: text() }), {
      description: 'The next three slots.',
    }),
    lastRun: orNull(Type.Composite([scheduleRunShape, Type.Object({ runId: text() })])),
    unfinished: orNull(
      instant('A slot that was begun and is not written down as ended: it runs, or it was killed'),
    ),
    log: orNull(text()),
  },
  { title: 'ScheduleState' },
);
/** A schedule, and when it ran: docs/json.md#schedulestate. */
export type ScheduleState = Shape<typeof scheduleStateShape>;
