import type { ColumnTally } from '../columnTally.ts';
import type { NumberDecision, NumberMarks } from './numberEvidence.ts';
import { noMarks } from './numberEvidence.ts';
import type { TimeDecision } from './timeEvidence.ts';

/** What the texts of a column say of its kind, before its missing words are known. */
export interface ColumnDecision {
  /** Numbers or times, all of the present values or nearly all; null = neither. */
  readonly kind: 'number' | 'time' | null;
  readonly numbers: NumberDecision | null;
  readonly times: TimeDecision | null;
  /** Rows that the better of the two reads. */
  readonly fits: number;
  /** A person said that the column holds times, and how they are written. */
  readonly isDeclared: boolean;
}

/** The patterns of times that a person named: by column, and for every column that has dates of it (''). */
export type TimePatterns = ReadonlyMap<string, string>;

/** A column with so many present rows, of which at most this share is strange, is one of numbers or times. */
const enoughRows = 100;
const strangeShare = 0.01;

/** Does a reading cover the present rows, but for so few that they are faults of single rows? */
export const isNearly = (fits: number, present: number): boolean =>
  fits > 0 && fits < present && present >= enoughRows && present - fits <= present * strangeShare;

/** Rows that are read as numbers: JSON texts only where the column has a format. */
const numberRows = (tally: ColumnTally, numbers: NumberDecision | null): number =>
  numbers?.format != null ? numbers.rows : tally.numbers;

/**
 * Decides what a column is, as far as its own texts and the marks of its file say.
 *
 * @param marks What other columns have before a fraction and between thousands.
 * @param patterns Of times, where a person named them.
 */
export function decideColumn(
  tally: ColumnTally,
  isLabel: boolean,
  marks: NumberMarks = noMarks,
  patterns: TimePatterns = new Map(),
): ColumnDecision {
  const { present, name } = tally;
  const declared = patterns.get(name);
  if (declared !== undefined) return declaredTimes(tally, declared);
  const numbers = tally.numberEvidence.decide(present, marks);
  const times = tally.timeEvidence.decide(patterns.get('') ?? null);
  const asNumbers = numberRows(tally, numbers);
  const asTimes = times?.rows ?? 0;
  const fits = Math.max(asNumbers, asTimes);
  const covers =
    fits > 0 && (fits === present || (!isLabel && tally.nested === 0 && isNearly(fits, present)));
  return {
    kind: covers ? (asTimes > asNumbers ? 'time' : 'number') : null,
    numbers,
    times,
    fits,
    isDeclared: false,
  };
}

function declaredTimes(tally: ColumnTally, pattern: string): ColumnDecision {
  const found = tally.timeEvidence.decide(pattern);
  const shown = found?.shown ?? [...tally.words.keys()][0] ?? '';
  const times = {
    rows: tally.present,
    odd: [],
    oddRows: 0,
    ...found,
    shown,
    rivals: [],
    format: { pattern },
  };
  return { kind: 'time', numbers: null, times, fits: times.rows, isDeclared: true };
}

const onlyOne = <T>(all: readonly (T | null)[]): T | null => {
  const [one = null, ...others] = new Set(all.filter((each) => each !== null));
  return others.length === 0 ? one : null;
};

/** The marks in numbers that the columns of a file agree on. */
export function numberMarks(tallies: readonly ColumnTally[]): NumberMarks {
  const shown = tallies.flatMap((tally) => {
    const numbers = tally.numberEvidence.decide(tally.present, noMarks);
    return numbers !== null && numbers.rows >= tally.present / 2 ? [numbers] : [];
  });
  const decimal = onlyOne(shown.map(({ proves }) => proves));
  const alike = shown.filter(({ proves }) => proves === decimal);
  const thousands = onlyOne(alike.map(({ format }) => format?.thousands ?? null));
  return { decimal, thousands: decimal === null ? null : thousands };
}
