import { scheduleRunShape } from '../scheduling/schedule.ts';
import type { ScheduleRun } from '../scheduling/schedule.ts';
import type { Ledger } from './ledger.ts';
import type { Kept } from './recordKind.ts';
import { listRecords, recordKind, writeRecord } from './recordKind.ts';

const sample: ScheduleRun = {
  slot: 1_764_399_600_000,
  missed: 0,
  startedAt: 1_764_399_600_412,
  endedAt: 1_764_399_603_120,
  exitCode: 0,
  results: [
    { verb: 'monitor', exitCode: 5, decision: 'alarm', runId: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3', error: null },
  ],
};

/** One firing of a schedule, under the schedule's id. */
export const scheduleRunKind = recordKind({
  name: 'schedule',
  owner: 'schedule',
  version: 1,
  minimumAieng: '0.2.0',
  shape: scheduleRunShape,
  older: {},
  without: 'The schedule goes on: that run is missing from what `aieng schedule --list` tells.',
  sample,
});

/** Writes down what a firing came to. */
export async function writeScheduleRun(
  { store }: Pick<Ledger, 'store'>,
  schedule: string,
  runId: string,
  run: ScheduleRun,
): Promise<void> {
  await writeRecord(store, scheduleRunKind, { of: schedule, id: runId }, run);
}

/** The newest run of a schedule that can be read: a slot is never held up by a damaged one. */
export async function lastScheduleRun(
  { store }: Pick<Ledger, 'store'>,
  schedule: string,
): Promise<Kept<ScheduleRun> | null> {
  const { records } = await listRecords(store, scheduleRunKind, { of: schedule, limit: 1 });
  return records[0] ?? null;
}
