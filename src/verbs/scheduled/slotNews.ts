import type { News } from '../../alerting/book.ts';
import { exitCodes } from '../../errors.ts';
import { findingOf, newsOfEnding } from '../../project/alerting/findings.ts';
import type { ScheduleRecord } from '../../scheduling/schedule.ts';
import type { VerbEnd } from '../../scheduling/schedulers/runVerb.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** A slot that was run, with what went wrong before and in it. */
export interface Slot {
  readonly slot: number;
  readonly missed: number;
  readonly unfinished: number | null;
  readonly ends: readonly VerbEnd[];
}

/** Why slots did not run as they should have, or null where they did. */
function lateWords(
  { expression, verbs, pipeline }: ScheduleRecord,
  { missed, unfinished }: Slot,
): string | null {
  const which = `of the schedule "${expression}" (${verbs.join(', ')}) of ${pipeline}`;
  const words = [
    ...(missed === 0 ? [] : [`${missed} ${missed === 1 ? 'slot' : 'slots'} ${which} did not run in time.`]),
    ...(unfinished === null ? [] : [`The slot ${iso(unfinished)} ${which} was begun and did not end.`]),
  ];
  return words.length === 0 ? null : words.join(' ');
}

/**
 * Slots that nobody ran (the machine was off, or the run before took too long) or that did not end: the next one in time ends
 * that. And verbs that were killed, which could not say so themselves.
 */
export function newsOfSlot(record: ScheduleRecord, slot: Slot): News {
  const { id, pipeline } = record;
  const late = lateWords(record, slot);
  const details = [
    `made up for by one run, of the slot ${iso(slot.slot)}`,
    `aieng schedule ${pipeline} --list`,
  ];
  const killed = slot.ends.flatMap(({ run: { verb, error }, hasSpoken }) => {
    if (hasSpoken) return [];
    const message = `aieng ${verb} of ${pipeline} did not come to its end: ${error ?? 'nobody knows why'}.`;
    const hint = 'A machine that runs out of memory kills what takes most: the log of the kernel says so.';
    const ending = { command: verb, exitCode: exitCodes.bug, message, hint, runId: null };
    return newsOfEnding({ ...ending, deployed: false, judgedModel: false }, pipeline)?.findings ?? [];
  });
  return {
    findings: [
      ...(late === null ? [] : [findingOf('missed-slot', { key: id, summary: late, details })]),
      ...killed,
    ],
    judged: [{ kind: 'missed-slot', key: id }],
  };
}
