import { partReader } from './transforms/times/calendar.ts';
import type { DatePart } from './transforms/times/calendar.ts';
import { isProse } from '../data/cells/prose.ts';
import type { Column, Table, TextColumn } from '../data/columns.ts';
import { hasMissing } from './distribution.ts';
import type { FeatureSpec, Params, StepSpec } from './spec.ts';
import { countWords } from './words.ts';

/** What `auto` makes of a column, and why in words. No steps: the column gives nothing. */
interface AutoChoice {
  readonly chains: readonly (readonly StepSpec[])[];
  readonly because: string;
}

/** Up to so many categories all get a column. */
const mostCategories = 100;
/** So many words, none of them twice, are an identifier. */
const fewestOfIds = 20;
/** More than so many are hashed. */
const mostKeptCategories = 1000;
/** A category column with more than this share of different values is like an identifier. */
const idLikeShare = 0.5;
/** How far beyond the training range a standardised column goes on, as a share of the range. */
const margin = 0.25;

const step = (transform: string, params: Params = {}): StepSpec => ({ transform, params });
const indicator = [step('missing_indicator')];
const nothing = (because: string): AutoChoice => ({ chains: [], because });

/**
 * Standardised, and kept within the training range and a quarter of it at each side: a drifting column goes on
 * linearly for a while, a broken or infinite value cannot drown all others.
 */
const scaled = [step('clip', { margin }), step('standard')];

/** Number of different finite values, counted up to three. */
function fewDistinct(values: Float64Array): number {
  const seen = new Set<number>();
  for (const value of values) {
    if (Number.isFinite(value)) seen.add(value);
    if (seen.size > 2) break;
  }
  return seen.size;
}

function constant(distinct: number, missing: boolean): AutoChoice | null {
  if (distinct === 0) return nothing('all values are missing');
  if (distinct > 1) return null;
  return missing
    ? { chains: [indicator], because: 'one value or missing: only whether it is missing tells something' }
    : nothing('the value is always the same');
}

/** From so many number columns on, one that mostly has its lowest value stays one column without a shift. */
const manyNumbers = 300;
/** Mostly: this share of the rows with a value. */
const mostly = 0.8;

/** Has a table so many number columns that few cells should be other than zero? */
export function isWide({ columns }: Table): boolean {
  let numbers = 0;
  for (const { kind } of columns.values()) if (kind === 'number') numbers += 1;
  return numbers >= manyNumbers;
}

/** Does the lowest value (0, say) stand in most rows? */
function isMostlyLowest(values: Float64Array): boolean {
  let low = Infinity;
  let rows = 0;
  let present = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    present += 1;
    if (value < low) [low, rows] = [value, 1];
    else if (value === low) rows += 1;
  }
  return Number.isFinite(low) && rows >= mostly * present;
}

function numberChoice(values: Float64Array, wide: boolean): AutoChoice {
  const missing = hasMissing(values);
  const distinct = fewDistinct(values);
  const whether = missing ? [indicator] : [];
  const also = missing ? ', and whether it is missing' : '';
  if (wide && distinct > 2 && isMostlyLowest(values))
    return {
      chains: [[step('clip', { margin }), step('min_max')], ...whether],
      because: `one of many numbers, mostly its lowest: 0 for that, 1 for the highest${also}`,
    };
  return (
    constant(distinct, missing) ??
    (distinct === 2
      ? { chains: [[step('min_max')], ...whether], because: `two values: 0 and 1${also}` }
      : {
          chains: [scaled, [step('piecewise_linear')], ...whether],
          because: `a number: standardised and piecewise linear${also}`,
        })
  );
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** What stands for words whose training rows say more of them than a column each could. */
function statistics(counts: ReadonlyMap<string, number>, rows: number, missing: boolean): AutoChoice {
  const least = Math.max(20, Math.round(rows / 500));
  const frequent = [...counts.values()].filter((count) => count >= least).length;
  const columns = frequent === 0 ? [] : [[step('one_hot', { min_count: least, max_categories: 200 })]];
  return {
    chains: [
      ...columns,
      [step('target_mean'), step('standard')],
      [step('frequency'), step('standard')],
      ...(missing ? [indicator] : []),
    ],
    because: `${counts.size} categories: the mean label of their rows (never a row's own), how many these are${frequent === 0 ? '' : `, and a column each for those with ${least} rows`}`,
  };
}

function wordsChoice(counts: ReadonlyMap<string, number>, rows: number, labelled: boolean): AutoChoice {
  const distinct = counts.size;
  const missing = rows - [...counts.values()].reduce((sum, count) => sum + count, 0);
  const same = constant(distinct, missing > 0);
  if (same !== null) return same;
  if (distinct === rows - missing && distinct >= fewestOfIds)
    return nothing(`${distinct} categories, none of them twice: an identifier, nothing to learn from`);
  if (distinct <= mostCategories)
    return { chains: [[step('one_hot')]], because: `${distinct} categories: a column each` };
  if (labelled) return statistics(counts, rows, missing > 0);
  if (distinct > mostKeptCategories || distinct > idLikeShare * (rows - missing)) {
    const buckets = clamp(Math.floor(rows / 100), 8, 256);
    return {
      chains: [[step('hashing', { buckets })], ...(missing > 0 ? [indicator] : [])],
      because: `${distinct} categories: hashed into ${buckets} columns`,
    };
  }
  const least = Math.max(5, Math.round(rows / 1000));
  return {
    chains: [[step('one_hot', { min_count: least, max_categories: 200 })]],
    because: `${distinct} categories: a column each for those with ${least} rows, the rest together`,
  };
}

/** Cycles worth encoding: part, and waves a cycle. */
const cycles: readonly (readonly [DatePart & ('hour' | 'weekday' | 'day_of_year'), number])[] = [
  ['hour', 3],
  ['weekday', 2],
  ['day_of_year', 2],
];

function varies(values: Float64Array, part: DatePart): boolean {
  return fewDistinct(values.map(partReader(part))) > 1;
}

function timeChoice(values: Float64Array): AutoChoice {
  const missing = hasMissing(values);
  const same = constant(fewDistinct(values), missing);
  if (same !== null) return same;
  // The month says whether the seasons are there to be seen; a few days of one month are not.
  const seen = cycles.filter(([part]) => varies(values, part === 'day_of_year' ? 'month' : part));
  const cyclic = seen.map(([part, harmonics]) => [step('cyclic', { part, harmonics })]);
  const names = ['standardised', ...seen.map(([part]) => `cycle of the ${part}`)];
  return {
    chains: [scaled, ...cyclic, ...(missing ? [indicator] : [])],
    because: `a time: ${names.join(', ')}${missing ? ', and whether it is missing' : ''}`,
  };
}

/** Dense rows, of which networks are made, hold so many cells of a text's words and characters. */
const denseWords = 160;
const denseCharacters = 80;

function textChoice(column: TextColumn, labelled: boolean): AutoChoice {
  const counts = countWords(column);
  const missing = column.values.includes(null);
  const same = constant(counts.size, missing);
  if (same !== null) return same;
  if (!isProse(counts.keys())) return wordsChoice(counts, column.values.length, labelled);
  const grams = (unit: string, count: number): readonly StepSpec[] => [
    step('tfidf', { unit }),
    step('most_filled', { count }),
  ];
  return {
    chains: [
      grams('word', denseWords),
      grams('character', denseCharacters),
      [step('text_length'), ...scaled],
      ...(missing ? [indicator] : []),
    ],
    because: `free text: runs of words and of characters by TF-IDF, and its length${missing ? ', and whether it is missing' : ''}`,
  };
}

/**
 * The default chains of one column, chosen by its kind and what stands in the training part. `labelled`: transforms that
 * learn from labels may be among them. `wide`: see `isWide`.
 */
export function autoChoice(column: Column, labelled = false, wide = false): AutoChoice {
  switch (column.kind) {
    case 'number':
      return numberChoice(column.values, wide);
    case 'category':
      return wordsChoice(countWords(column), column.codes.length, labelled);
    case 'time':
      return timeChoice(column.values);
    case 'text':
      return textChoice(column, labelled);
  }
}

/**
 * Default features of a table. Numbers: standardised, piecewise linear, and whether they are missing (where some are);
 * two values: 0 and 1. Categories: one-hot; many: the frequent ones; very many: hashed. Times: standardised and
 * cyclic. Texts: TF-IDF of words and characters. Constant columns and identifiers give nothing.
 */
export function auto(table: Table): FeatureSpec[] {
  return [...table.columns].flatMap(([column, data]) =>
    autoChoice(data, false, isWide(table)).chains.map((steps) => ({ column, steps })),
  );
}
