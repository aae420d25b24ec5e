// `npm run long -- monitoring [days] [days|rows|shares] [words]`: what the rules of monitoring promise, on data whose truth is known. How many days
// of 1,440 looks alarm though nothing changed; after how many rows a change is seen; how surely a share is. Seeds are
// fixed. A rate that is promised stands with its upper bound (95 %); the job fails where a bound is broken.
import { compare } from '../src/monitoring/compare.ts';
import { chargeOf, nestedWindows } from '../src/monitoring/looking.ts';
import { profileReference } from '../src/monitoring/profileReference.ts';
import { findSchemaAlarms } from '../src/monitoring/schemaAlarms.ts';
import { createRandom } from '../src/random.ts';
import type { Column, Table } from '../src/data/columns.ts';
import type { Reference } from '../src/monitoring/reference.ts';
import { benjaminiHochberg } from '../src/statistics/corrections.ts';
import { upperBound } from './bounds.ts';
import { ksP } from '../src/statistics/tests.ts';

const days = Number(process.argv[2] ?? 4000);
const part = process.argv[3] ?? 'all';
/** Only the days that have these words in their name. */
const only = process.argv[4] ?? '';
const wants = (name: string): boolean => part === 'all' || part === name;
const alpha = 0.01;
const minRows = 200;
const policy = { min_rows: minRows, drift: { alpha, min_effect: 0.1, ignore: [] } };
const nothing: Table = { rows: 0, columns: new Map() };

let broken = 0;
function tell(what: string, figure: string, fits: boolean): void {
  if (!fits) broken += 1;
  console.log(`${fits ? '✔' : '✖'} ${what}: ${figure}`);
}
const percent = (rate: number): string => `${(100 * rate).toFixed(1)} %`;

/** The smallest KS distance whose p is at most a limit. */
const thresholds = new Map<string, number>();
function threshold(m: number, n: number, limit: number): number {
  const key = `${m}/${n}/${limit.toExponential(2)}`;
  const known = thresholds.get(key);
  if (known !== undefined) return known;
  let [low, high] = [0, 1];
  for (let step = 0; step < 14; step += 1) {
    const middle = (low + high) / 2;
    if (ksP(middle, m, n) <= limit) high = middle;
    else low = middle;
  }
  thresholds.set(key, low);
  return low;
}

/** One column of a stream, as its window's counts between the values of its reference: all that KS needs. */
class Stream {
  readonly #counts: Int32Array;
  readonly #cells: number[] = [];
  #from = 0;
  #size = 0;
  /** Looks that are left before the distance can have reached the limit. */
  patience = 0;

  readonly #m: number;
  readonly draw: () => number;

  constructor(m: number, draw: () => number) {
    this.#m = m;
    this.draw = draw;
    this.#counts = new Int32Array(m + 1);
  }

  push(cell: number): void {
    this.#cells.push(cell);
    this.#counts[cell]! += 1;
    this.#size += 1;
  }
  keep(rows: number): void {
    for (; this.#size > rows; this.#size -= 1) this.#counts[this.#cells[this.#from++]!]! -= 1;
  }
  distance(): number {
    let below = 0;
    let largest = 0;
    for (let k = 0; k <= this.#m; k += 1) {
      largest = Math.max(largest, Math.abs(k / this.#m - below / this.#size));
      below += this.#counts[k]!;
      largest = Math.max(largest, Math.abs(k / this.#m - below / this.#size));
    }
    return largest;
  }
}

interface DayPlan {
  readonly name: string;
  readonly perMinute: number;
  readonly window: number;
  readonly reference: number;
  readonly columns: number;
  readonly isAccumulating: boolean;
  /** Rows come every so many minutes, a batch at a time, and are counted: none between. */
  readonly every?: number;
}

/** Is there an alarm on a day of 1,440 looks at rows of an unchanged population? The charge alone: the clock's rule only takes alarms away. */
function dayAlarms(plan: DayPlan, seed: string): boolean {
  const random = createRandom(seed);
  const { perMinute, window, reference: m, isAccumulating, every = 1 } = plan;
  // Values are ranks: where a uniform number falls among the sorted reference.
  const columns = Array.from({ length: plan.columns }, () => {
    const sorted = Float64Array.from({ length: m }, () => random.next()).sort();
    const cell = (): number => {
      const value = random.next();
      let [low, high] = [0, m];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle]! < value) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    return nestedWindows(window, minRows).map(() => new Stream(m, cell));
  });
  let came = isAccumulating ? 0 : window;
  const feed = (rows: number): void => {
    for (const streams of columns)
      for (let row = 0; row < rows; row += 1) {
        const cell = streams[0]!.draw();
        for (const stream of streams) stream.push(cell);
      }
  };
  feed(came);
  for (let minute = 0; minute < 1440; minute += every) {
    feed(perMinute * every);
    came += perMinute * every;
    const rows = Math.min(window, came);
    const windows = nestedWindows(rows, minRows);
    const rowsInLast24h = isAccumulating ? Math.min(came, 1440 * perMinute) : 1440 * perMinute;
    const adjustable = columns.map((streams) => {
      let charged = 1;
      windows.forEach((windowRows, k) => {
        const stream = streams[k]!;
        stream.keep(windowRows);
        stream.patience -= 1;
        if (windowRows < minRows || stream.patience > 0) return;
        const looks = chargeOf({ rowsInLast24h, windowRows, minRows, oneOff: false }) * windows.length;
        const distance = stream.distance();
        const limit = 0.9 * threshold(m, windowRows - (windowRows % 20), alpha / looks);
        // A row that comes and one that goes move the distance by one row's share each.
        stream.patience = Math.floor(((limit - distance) * windowRows) / (3 * perMinute * every));
        if (distance >= limit) charged = Math.min(charged, ksP(distance, m, windowRows) * looks);
      });
      return charged;
    });
    if (benjaminiHochberg(adjustable).some((p) => p <= alpha)) return true;
  }
  return false;
}

const dayPlans: readonly DayPlan[] = [
  {
    name: 'sliding, 1 row a minute, window 300',
    perMinute: 1,
    window: 300,
    reference: 500,
    columns: 10,
    isAccumulating: false,
  },
  {
    name: 'sliding, 10 rows a minute, window 1,000',
    perMinute: 10,
    window: 1000,
    reference: 2000,
    columns: 10,
    isAccumulating: false,
  },
  {
    name: 'accumulating to 1,440 rows',
    perMinute: 1,
    window: 1440,
    reference: 500,
    columns: 10,
    isAccumulating: true,
  },
  {
    name: 'the first day of batches, 300 rows an hour, window 300',
    perMinute: 5,
    window: 300,
    reference: 500,
    columns: 10,
    isAccumulating: true,
    every: 60,
  },
];

const minute = 60_000;
const monday = Date.UTC(2026, 10, 2);
type Draw = (row: number) => number;
const numbers = (rows: number, draw: Draw): Column => ({
  kind: 'number',
  values: Float64Array.from({ length: rows }, (_, row) => draw(row)),
});
/** `column`, and others beside it in which nothing ever happens: Benjamini–Hochberg counts them all. */
function tableOf(rows: number, column: Column, columns = 10): Table {
  const still: Column = { kind: 'category', dictionary: ['still'], codes: new Int32Array(rows) };
  const others = Array.from({ length: columns - 1 }, (_, k): [string, Column] => [`still ${k}`, still]);
  return { rows, columns: new Map([['x', column], ...others]) };
}
const referenceOf = (rows: number, column: Column, columns = 10): Reference =>
  profileReference({
    population: tableOf(rows, column, columns),
    predictions: nothing,
    performance: { metric: 'rmse', rows: 0, metrics: {} },
  });

/** Rows of the change that came before a look every 40 rows alarmed, one row a minute; NaN where none did. */
function rowsToAlarm(
  seed: string,
  old: number,
  rows: number,
  change: (row: number) => number,
  step = 40,
  columns = 10,
): number {
  const random = createRandom(seed);
  const reference = referenceOf(
    2000,
    numbers(2000, () => random.normal()),
  );
  const all = numbers(old + rows, (row) => random.normal() + (row < old ? 0 : change(row - old)));
  if (all.kind !== 'number') return Number.NaN;
  for (let came = step; came <= rows; came += step) {
    const count = old + came;
    const window = Math.min(10_000, count);
    const logged = { kind: 'number', values: all.values.slice(0, count) } as const;
    const table = tableOf(window, { kind: 'number', values: logged.values.slice(count - window) }, columns);
    const at = Float64Array.from({ length: count }, (_, row) => monday + row * minute);
    const log = {
      table: tableOf(count, logged, columns),
      predictions: nothing,
      at,
      now: at.at(-1)! + 1,
      isCutOff: count > window,
      inLastDay: null,
    };
    const drift = compare(reference, { table, predictions: nothing, log }, policy);
    if (drift.some(({ column, state }) => column === 'x' && state === 'drifted')) return came;
  }
  return Number.NaN;
}

function tellDelays(
  name: string,
  runs: number,
  goal: number,
  one: (seed: string) => number,
  unit = 'rows',
): void {
  const delays = Array.from({ length: runs }, (_, run) => one(`${name}/${run}`)).map((rows) =>
    Number.isNaN(rows) ? Infinity : rows,
  );
  delays.sort((left, right) => left - right);
  const seen = delays.filter((rows) => rows <= goal).length;
  const at = (share: number): number => delays[Math.ceil(share * runs) - 1]!;
  tell(
    `${name}: ${unit} to the alarm, half and 90 % of ${runs} runs`,
    `${at(0.5)}, ${at(0.9)}; ${percent(seen / runs)} by ${goal} (goal 90.0 %)`,
    // A few runs refuse a goal only where they exclude it.
    upperBound(seen, runs) >= 0.9,
  );
}

/** A word, or a missing cell, with a share before and another now: does one look at 2,000 rows see it? */
function sees(seed: string, share: number, now: number, isMissing: boolean): boolean {
  const random = createRandom(seed);
  const column = (rows: number, of: number): Column => ({
    kind: 'category',
    dictionary: ['a', 'b', 'c'],
    codes: Int32Array.from({ length: rows }, () =>
      random.next() < of ? (isMissing ? -1 : 0) : 1 + random.integer(2),
    ),
  });
  const reference = referenceOf(5000, column(5000, share));
  const drift = compare(reference, { table: tableOf(2000, column(2000, now)), predictions: nothing }, policy);
  return drift.some(({ column: name, state }) => name === 'x' && state === 'drifted');
}

function tellPower(name: string, runs: number, goal: number, one: (seed: string) => boolean): void {
  let hits = 0;
  for (let run = 0; run < runs; run += 1) if (one(`${name}/${run}`)) hits += 1;
  const slack = 3 * Math.sqrt((goal * (1 - goal)) / runs);
  tell(
    name,
    `seen in ${percent(hits / runs)} of ${runs} (goal ${percent(goal)})`,
    hits / runs >= goal - slack,
  );
}

/** 300 words that were met once each, and a new one in a share of the rows. */
function seesNewWord(seed: string, share: number): boolean {
  const random = createRandom(seed);
  const words = ['a', 'b', 'new', ...Array.from({ length: 300 }, (_, k) => `once ${k}`)];
  const column = (rows: number, code: (row: number) => number): Column => ({
    kind: 'category',
    dictionary: words,
    codes: Int32Array.from({ length: rows }, (_, row) => code(row)),
  });
  const reference = referenceOf(
    1500,
    column(1500, (row) => (row < 300 ? 3 + row : row % 2)),
  );
  const now = column(20_000, () => (random.next() < share ? 2 : random.integer(2)));
  return findSchemaAlarms(reference.columns, { rows: 20_000, columns: new Map([['x', now]]) }, []).some(
    ({ kind }) => kind === 'new-category',
  );
}

for (const plan of wants('days') ? dayPlans.filter(({ name }) => name.includes(only)) : []) {
  let hits = 0;
  for (let day = 0; day < days; day += 1) if (dayAlarms(plan, `${plan.name}/${day}`)) hits += 1;
  const bound = upperBound(hits, days);
  tell(
    `days with a false alarm, 1,440 looks, 10 columns, ${plan.name}`,
    `${percent(hits / days)} of ${days}, at most ${percent(bound)} (goal 1.0 %)`,
    hits / days <= 0.01 + 3 * Math.sqrt(0.0099 / days),
  );
}
const isShort = days < 1000;
const runs = isShort ? 4 : 100;
if (wants('rows')) {
  tellDelays('.2 sd from row 1, one column', runs, 2600, (seed) =>
    rowsToAlarm(seed, 0, 4000, () => 0.2, 40, 1),
  );
  tellDelays('.2 sd from row 1, one of ten columns', runs, 3600, (seed) =>
    rowsToAlarm(seed, 0, 4800, () => 0.2),
  );
  tellDelays('.3 sd behind 8,000 old rows', runs, 1100, (seed) => rowsToAlarm(seed, 8000, 2000, () => 0.3));
  tellDelays(
    '+.03 sd a day',
    isShort ? 2 : 40,
    10,
    (seed) => rowsToAlarm(seed, 0, 1440 * 14, (row) => (0.03 * row) / 1440, 1440) / 1440,
    'days',
  );
}
if (wants('shares')) {
  const many = isShort ? 200 : 4000;
  tellPower('a share of 50 → 60 % at 2,000 rows', many, 0.99, (seed) => sees(seed, 0.5, 0.6, false));
  tellPower('a share of 10 → 20 % at 2,000 rows', many, 0.99, (seed) => sees(seed, 0.1, 0.2, false));
  tellPower('missing 0 → 3 % at 2,000 rows', many, 0.95, (seed) => sees(seed, 0, 0.03, true));
  tellPower(
    'a new word in 2 % of 20,000 rows, 300 words met once in 1,500',
    isShort ? 20 : 200,
    0.99,
    (seed) => seesNewWord(seed, 0.02),
  );
}
console.log(
  `monitoring: ${broken === 0 ? 'every' : `${broken} rates miss their`} ${broken === 0 ? 'rate within its ' : ''}bound, ${days} days each`,
);
process.exitCode = broken === 0 ? 0 : 1;
