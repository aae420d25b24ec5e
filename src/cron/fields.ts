import { usageError } from '../errors.ts';

/** What one field of a cron expression allows. */
export interface CronField {
  /** Ascending, without repetition. */
  readonly values: readonly number[];
  /** The field begins with `*`. */
  readonly star: boolean;
  /** The field in numbers, as every cron reads it. */
  readonly text: string;
}

interface FieldKind {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
  /** Where `names` begin. */
  readonly firstName: number;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export const fieldKinds: readonly FieldKind[] = [
  { name: 'minute', low: 0, high: 59, names: [], firstName: 0 },
  { name: 'hour', low: 0, high: 23, names: [], firstName: 0 },
  { name: 'day of the month', low: 1, high: 31, names: [], firstName: 0 },
  { name: 'month', low: 1, high: 12, names: months, firstName: 1 },
  // 7 is Sunday too.
  { name: 'day of the week', low: 0, high: 7, names: weekdays, firstName: 0 },
];

const item = /^(\*|[0-9]+|[a-z]+)(?:-([0-9]+|[a-z]+))?(?:\/([0-9]+))?$/i;

function refuse(kind: FieldKind, text: string, why: string): never {
  const example = kind.names.length > 0 ? `, or names like ${kind.names[1] ?? ''}` : '';
  throw usageError({
    code: 'expression-invalid',
    message: `"${text.slice(0, 60)}" is no ${kind.name} of a cron expression: ${why}.`,
    hint: `Expected *, numbers from ${kind.low} to ${kind.high}${example}, ranges (${kind.low + 1}-${kind.low + 5}), steps (*/2) or lists of them (${kind.low + 1},${kind.low + 3}).`,
  });
}

function numberOf(kind: FieldKind, word: string, text: string): number {
  const named = kind.names.indexOf(word.toLowerCase());
  if (named >= 0) return named + kind.firstName;
  const value = /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  if (value >= kind.low && value <= kind.high) return value;
  return refuse(kind, text, `${word} is not between ${kind.low} and ${kind.high}`);
}

function itemValues(kind: FieldKind, part: string, text: string): readonly number[] {
  const match = item.exec(part);
  if (match === null)
    return refuse(kind, text, part === '' ? 'a part is empty' : `"${part}" is not understood`);
  const [, first = '', last, step] = match;
  if (first === '*' && last !== undefined) return refuse(kind, text, 'a range begins with a number');
  if (first !== '*' && last === undefined && step !== undefined)
    return refuse(kind, text, `a step needs a range, for example ${first}-${kind.high}/${step}`);
  const low = first === '*' ? kind.low : numberOf(kind, first, text);
  const high = first === '*' ? kind.high : last === undefined ? low : numberOf(kind, last, text);
  if (high < low) return refuse(kind, text, `the range ${part} ends before it begins`);
  const by = step === undefined ? 1 : Number(step);
  if (by < 1 || by > kind.high)
    return refuse(kind, text, `the step ${step ?? ''} is not between 1 and ${kind.high}`);
  return Array.from({ length: Math.floor((high - low) / by) + 1 }, (_, index) => low + index * by);
}

/** Runs of neighbours as ranges: `1-5,9`. */
export function runsOf(values: readonly number[]): readonly (readonly [low: number, high: number])[] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === value) last[1] = value;
    else runs.push([value, value]);
  }
  return runs;
}

const listed = (values: readonly number[]): string =>
  runsOf(values)
    .map(([low, high]) => (low === high ? String(low) : `${low}-${high}`))
    .join(',');

/**
 * One field: `*`, numbers, names, ranges, steps and lists of them. Names become numbers and Sunday 0, since not every
 * cron knows names inside of lists, nor 7.
 *
 * @throws usage error `expression-invalid` (exit 2).
 */
export function parseField(kind: FieldKind, text: string): CronField {
  const isWeekday = kind.high === 7;
  const all = text.split(',').flatMap((part) => itemValues(kind, part, text));
  const numbers = all.map((value) => (isWeekday && value === 7 ? 0 : value));
  const values = [...new Set(numbers)].sort((left, right) => left - right);
  const star = text.startsWith('*');
  const whole = values.length === kind.high - kind.low + (isWeekday ? 0 : 1);
  if (star && whole) return { values, star, text: '*' };
  const plain =
    /^[\d*,/-]+$/.test(text) && (star || !text.includes('*')) && !(isWeekday && /[7/]/.test(text));
  return { values, star, text: plain ? text : listed(values) };
}
