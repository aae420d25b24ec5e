import type { ScheduleState } from '../../project/scheduleStates.ts';
import type { FileChange } from '../../scheduling/scheduler.ts';

export interface ScheduleResult {
  readonly action:
    'listed' | 'planned' | 'installed' | 'changed' | 'unchanged' | 'removed' | 'nothing-to-remove';
  readonly schedules: readonly ScheduleState[];
  /** Our own lines and files; of a file that we share (a crontab) nothing else. */
  readonly changes: readonly FileChange[];
  readonly commands: readonly string[];
  readonly words: readonly string[];
}
