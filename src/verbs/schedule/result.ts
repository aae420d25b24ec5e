import { Type } from '@sinclair/typebox';
import { scheduleStateShape } from '../../scheduling/schedule.ts';
import { fileChangeShape } from '../../scheduling/scheduler.ts';
import { oneOf, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const scheduleResult = Type.Object({
  action: oneOf(['listed', 'planned', 'installed', 'changed', 'unchanged', 'removed', 'nothing-to-remove']),
  schedules: Type.Array(scheduleStateShape),
  changes: Type.Array(fileChangeShape, {
    description: 'Our own lines and files; of a file that we share (a crontab) nothing else.',
  }),
  commands: Type.Array(text()),
  words: Type.Array(text()),
});
/** What `schedule` gives, member by member: docs/json.md#schedule. */
export type ScheduleResult = Shape<typeof scheduleResult>;
