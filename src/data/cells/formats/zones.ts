import { minutesEast } from '../times.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Clocks are not changed twice within so many days. */
const stepMs = 5 * dayMs;
/** From here to there the rules of zones are asked for; before and after, the next that is known holds. */
const [firstYear, lastYear] = [1800, 2200];

/** Why a local time is none, or not one. */
export type ZoneFault = 'skipped' | 'twice';

/** Local time → UTC; NaN where no such time is, or where it is twice and nobody says which is meant. */
export interface Zone {
  /** @param local ms of the local clock, as if it were UTC */
  readonly toUtc: (local: number) => number;
  /** What is wrong with a local time that gave NaN. */
  readonly fault: (local: number) => ZoneFault | null;
  /** Does the clock of the zone always stand as far from UTC? */
  readonly fixed: boolean;
}

/** What is meant by a time that clocks showed twice, when they were set back. */
export type Overlap = 'first' | 'second';

/** From an instant on, the clock stands so many ms east of UTC. */
interface Shift {
  readonly from: number;
  readonly east: number;
}

function clockOf(name: string): ((utc: number) => number) | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
  return (utc) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(utc)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utc / 1000) * 1000;
  };
}

/** The clock of a zone: asked of the platform once a year that occurs, and then read off. */
class Clock {
  readonly #eastAt: (utc: number) => number;
  readonly #years = new Map<number, readonly Shift[]>();

  constructor(eastAt: (utc: number) => number) {
    this.#eastAt = eastAt;
  }

  #shiftsOf(year: number): readonly Shift[] {
    let shifts = this.#years.get(year);
    if (shifts === undefined) this.#years.set(year, (shifts = this.#find(year)));
    return shifts;
  }

  #find(year: number): readonly Shift[] {
    const [start, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
    const shifts = [{ from: start, east: this.#eastAt(start) }];
    for (let at = start; at < end; at += stepMs) {
      const next = Math.min(end, at + stepMs);
      const [before, after] = [shifts.at(-1)!.east, this.#eastAt(next)];
      if (before === after) continue;
      let [low, high] = [at, next];
      while (high - low > 1000) {
        const middle = Math.floor((low + high) / 2000) * 1000;
        if (this.#eastAt(middle) === before) low = middle;
        else high = middle;
      }
      shifts.push({ from: high, east: after });
    }
    return shifts;
  }

  east(utc: number): number {
    const year = Math.min(lastYear, Math.max(firstYear, new Date(utc).getUTCFullYear()));
    const shifts = this.#shiftsOf(year);
    let [found] = shifts;
    for (const shift of shifts) if (shift.from <= utc) found = shift;
    return found!.east;
  }

  /** The instants at which the clock showed a local time: none where it was skipped, two where it came twice. */
  instants(local: number): readonly number[] {
    const easts = new Set([this.east(local - dayMs), this.east(local + dayMs)]);
    return [...easts]
      .map((east) => local - east)
      .filter((utc) => this.east(utc) === local - utc)
      .sort((left, right) => left - right);
  }
}

function namedZone(clock: Clock, overlap: Overlap | null): Zone {
  const isMidnight = (local: number): boolean => local % dayMs === 0;
  return {
    fixed: false,
    toUtc: (local) => {
      if (Number.isNaN(local)) return local;
      const [first, second] = clock.instants(local);
      // A day begins at its midnight: where that is skipped, when the clock goes on.
      if (first === undefined) return isMidnight(local) ? local - clock.east(local - dayMs) : Number.NaN;
      if (second === undefined || overlap === 'first' || (overlap === null && isMidnight(local)))
        return first;
      return overlap === 'second' ? second : Number.NaN;
    },
    fault: (local) => {
      const [first, second] = clock.instants(local);
      if (first === undefined) return isMidnight(local) ? null : 'skipped';
      return second !== undefined && overlap === null && !isMidnight(local) ? 'twice' : null;
    },
  };
}

const clocks = new Map<string, Clock | null>();

/** The clock of a zone of the IANA database; null where the platform knows none of that name. */
function clockNamed(name: string): Clock | null {
  const known = clocks.get(name);
  if (known !== undefined) return known;
  // Names that are none may come by the million.
  if (clocks.size > 1000) clocks.clear();
  const east = /^[A-Z][A-Za-z]*(?:[/_+-][A-Za-z0-9_+-]+)*$/.test(name) ? clockOf(name) : null;
  const clock = east === null ? null : new Clock(east);
  clocks.set(name, clock);
  return clock;
}

/**
 * The zone of a name: `Z`, `+02:00`, or one of the IANA database (`Europe/Berlin`), whose clocks go forward and back.
 *
 * @returns null where it is none.
 * @example zoneOf('Europe/Berlin', null).toUtc(Date.UTC(2024, 6, 1, 12)) === Date.UTC(2024, 6, 1, 10)
 */
export function zoneOf(name: string, overlap: Overlap | null): Zone | null {
  const minutes = minutesEast(name);
  if (!Number.isNaN(minutes))
    return { fixed: true, toUtc: (local) => local - minutes * minuteMs, fault: () => null };
  const clock = clockNamed(name);
  return clock === null ? null : namedZone(clock, overlap);
}
