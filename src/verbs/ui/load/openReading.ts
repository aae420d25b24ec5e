import type { Context } from '../../../project/context.ts';
import type { Reading } from './reading.ts';
import { openRunIndex } from './runIndex.ts';
import { findSchedules } from './schedules.ts';
import { slowly } from './slowly.ts';
import { openStatuses } from './statuses.ts';
import { findSizes } from './store.ts';

const schedulesFreshMs = 15_000;
const sizesFreshMs = 60_000;

/** Readers of one store. */
export function openReading(context: Context): Reading {
  const now = (): number => context.environment.elapsed();
  const statuses = openStatuses(context);
  const runs = openRunIndex(context);
  const schedules = slowly(() => findSchedules(context), now, schedulesFreshMs);
  const sizes = slowly(() => findSizes(context), now, sizesFreshMs);
  const print = (): string => [statuses, runs, schedules, sizes].map((each) => each.print()).join();
  return { context, statuses, runs, schedules, sizes, drawn: new Map(), print };
}
