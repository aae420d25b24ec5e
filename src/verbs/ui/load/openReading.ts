import type { Context } from '../../../project/context.ts';
import { openPrecedence } from './precedence.ts';
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
  const precedence = openPrecedence();
  const runs = openRunIndex(context, precedence);
  const schedules = slowly(() => findSchedules(context), now, schedulesFreshMs);
  const sizes = slowly(() => findSizes(context), now, sizesFreshMs);
  const print = (): string => [statuses, runs, schedules, sizes].map((each) => each.print()).join();
  return { context, precedence, statuses, runs, schedules, sizes, drawn: new Map(), print };
}
