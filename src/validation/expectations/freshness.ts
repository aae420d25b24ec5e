import { utcMinute } from '../../utc.ts';
import type { Profile } from '../profile.ts';
import type { ExpectationOf } from './expectation.ts';
import type { ExpectationKind } from './judging.ts';

const unitMs: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90m`, `36h`, `7d`, `2w` in milliseconds. */
function milliseconds(within: string): number {
  return Number(within.slice(0, -1)) * (unitMs[within.slice(-1)] ?? Number.NaN);
}

/** The newest time of a column, in ms; undefined where it has none. */
const newest = (profile: Profile, name: string): number | undefined =>
  profile.columns.find((column) => column.name === name)?.numeric?.max;

/**
 * Is the newest time of the column older than it may be, now? What has no time at all is. The one place where a check
 * needs a clock; what it says here stands in the key of the stage, so that a verdict does not outlive itself.
 */
export const isOverdue = (
  { column, within }: ExpectationOf<'freshness'>,
  profile: Profile,
  now: number,
): boolean => !(now - (newest(profile, column) ?? -Infinity) <= milliseconds(within));

const durations: Readonly<Record<string, string>> = { m: 'minutes', h: 'hours', d: 'days', w: 'weeks' };

export const freshness: ExpectationKind<'freshness'> = {
  name: 'freshness',
  description: 'The newest time is not older than so long before now.',
  expected: ({ within }) =>
    `one of the last ${within.slice(0, -1)} ${durations[within.slice(-1)] ?? within.slice(-1)}`,
  // eslint-disable-next-line require-yield -- one comparison is no work
  judge: function* ({ column, item }, { profile, overdue }) {
    const at = newest(profile, column);
    const got = at === undefined ? `${column} has no time` : `the newest ${column} is ${utcMinute(at)}`;
    return { kind: 'whole', holds: !overdue.includes(item), got, rows: profile.rows };
  },
};
