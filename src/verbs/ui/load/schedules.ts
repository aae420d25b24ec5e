import type { Context } from '../../../project/context.ts';
import { scheduleHome, scheduleStates } from '../../../project/scheduleStates.ts';
import { schedulers } from '../../../scheduling/index.ts';
import type { SchedulesFacts } from '../../../ui/pages/schedules/schedules.tsx';
import type { Reading } from './reading.ts';

/** Every schedule of the project, as its scheduler has it. */
export async function findSchedules(context: Context): Promise<SchedulesFacts> {
  const { states, damaged } = await scheduleStates(context, await scheduleHome(context), schedulers);
  return { schedules: states, warnings: damaged };
}

/** What runs by itself. */
export const loadSchedules = async ({ schedules }: Reading): Promise<SchedulesFacts> =>
  (await schedules.known()) ?? { schedules: null, warnings: [] };
