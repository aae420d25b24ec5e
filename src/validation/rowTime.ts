import type { Column, Table } from '../data/columns.ts';

/** Times of a person's life: never when a row was. */
const ofLife = /birth|born|\bdob\b|^dob|dob$/i;
/** Times of something that happens to what the row is about, before it or after it: perhaps not when the row was. */
const ofItsStory =
  /hire|join|regist|sign_?up|enrol|member|since|start|open|found|built|expir|due|until|valid|renew|end|clos|cancel|resolv|deliver|return|paid|last|first|next|prev/i;
/** Names that say no more than that it is a time, or that the row was written down then. */
const plainly =
  /^(?:the_?)?(?:date|time|datetime|date_?time|timestamp|ts|day|dteday|week|month|period|when|hour)$|(?:event|creat|record|observ|measur|order|sale|sold|transaction|trans|purchase|invoice|pick_?up|visit|reading|log|sampl|report|request)[a-z]*_?(?:date|time|datetime|timestamp|at|on|day|ts)$/i;
/** A time that more rows lack is of something that happens to them. */
const mostMissing = 0.01;
/** Fewer times are a few batches. */
const fewestTimes = 10;
/** A longer span is of lives, or of history. */
const longestSpan = 25 * 365.25 * 24 * 3_600_000;
/** Share of neighbours in order in a file that is in its order. */
const inOrder = 0.95;
/** Share of different times where nearly every row has its own. */
const nearlyUnique = 0.9;
/** Share of rows in which it is after every other time. */
const nearlyAlways = 0.99;

/** The column that says when each row was, as far as that can be told. */
interface RowTime {
  readonly name: string;
  /** What shows that it is the row's own, to be read after "because"; null = nothing does, it may be another time. */
  readonly sign: string | null;
}

type Times = Extract<Column, { kind: 'time' }>;

interface Candidate {
  readonly name: string;
  readonly values: Float64Array;
  readonly distinct: number;
}

function candidateOf(name: string, { values }: Times): Candidate | undefined {
  const seen = new Set<number>();
  let missing = 0;
  let low = Infinity;
  let high = -Infinity;
  for (const at of values) {
    if (Number.isNaN(at)) missing += 1;
    else {
      seen.add(at);
      low = Math.min(low, at);
      high = Math.max(high, at);
    }
  }
  const fits =
    !ofLife.test(name) &&
    missing <= mostMissing * values.length &&
    seen.size >= fewestTimes &&
    high - low <= longestSpan;
  return fits ? { name, values, distinct: seen.size } : undefined;
}

/** Are the rows in the order of these times, one way or the other? */
function isInOrder(values: Float64Array): boolean {
  let rising = 0;
  let falling = 0;
  let pairs = 0;
  for (let row = 1; row < values.length; row += 1) {
    const step = values[row]! - values[row - 1]!;
    if (Number.isNaN(step)) continue;
    pairs += 1;
    if (step >= 0) rising += 1;
    if (step <= 0) falling += 1;
  }
  return pairs > 0 && Math.max(rising, falling) >= inOrder * pairs;
}

/** Is it after every other time of its row? Not where there is none. */
function isLast({ name, values }: Candidate, times: readonly (readonly [string, Times])[]): boolean {
  const others = times.filter(([other]) => other !== name);
  return (
    others.length > 0 &&
    others.every(([, other]) => {
      let before = 0;
      for (let row = 0; row < values.length; row += 1) if (!(other.values[row]! > values[row]!)) before += 1;
      return before >= nearlyAlways * values.length;
    })
  );
}

function signOf(
  candidate: Candidate,
  times: readonly (readonly [string, Times])[],
  isFileOrder: boolean,
): string | null {
  const { name, values, distinct } = candidate;
  if (ofItsStory.test(name)) return null;
  if (isFileOrder && isInOrder(values)) return 'the rows are in its order';
  if (isLast(candidate, times)) return 'it is after every other time of its row';
  if (distinct >= nearlyUnique * values.length) return 'nearly every row has a time of its own';
  return plainly.test(name) && times.length === 1 ? 'it is the only time and is named as one' : null;
}

/**
 * The column that says when each row was: the one that is named, else one that nearly every row has, of recent years, that
 * is no time of a life and that something shows to be the row's own; else one that may be it.
 *
 * @param out columns that cannot be it: label and ids
 * @param isFileOrder whether rows stand as in their file, so that its order says something
 */
export function rowTimeOf(
  { columns }: Table,
  { named, out, isFileOrder }: { named: string | null; out: readonly string[]; isFileOrder: boolean },
): RowTime | null {
  if (named !== null) return { name: named, sign: 'the pipeline names it' };
  const times = [...columns].flatMap(([name, column]): (readonly [string, Times])[] =>
    column.kind === 'time' && !out.includes(name) ? [[name, column]] : [],
  );
  const candidates = times.flatMap(([name, column]) => candidateOf(name, column) ?? []);
  const judged = candidates.map((candidate) => ({
    name: candidate.name,
    sign: signOf(candidate, times, isFileOrder),
  }));
  return judged.find(({ sign }) => sign !== null) ?? judged[0] ?? null;
}
