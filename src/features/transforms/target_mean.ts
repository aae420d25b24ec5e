import { labelFolds, labelValues, foldSums, ofOtherFolds } from '../labels.ts';
import type { FoldSums, TrainingLabels } from '../labels.ts';
import {
  damagedState,
  numberParam,
  paramError,
  paramsSchema,
  stateNumber,
  stateNumbers,
  stateWords,
} from '../params.ts';
import { missing, unseen } from '../prepared.ts';
import type { NumberColumn } from '../../data/columns.ts';
import type { Params } from '../spec.ts';
import type { StepTransform } from '../transform.ts';
import { byCodeUnit, countWords, mostFrequent, wordCell, wordLookup, wordsOf } from '../words.ts';
import { keptCategories } from './categories.ts';

/** Of more classes, these are the most frequent ones. */
const mostClasses = 10;
/** A word's own mean counts as much as the mean of all does at so many rows: bounds of what is estimated. */
const [leastSmoothing, mostSmoothing] = [1, 1000];

/** A word's mean, drawn to the mean of all as if that stood in so many rows more. */
const smoothed = (rows: number, sum: number, prior: number, smoothing: number): number =>
  rows === 0 ? prior : (sum + smoothing * prior) / (rows + smoothing);

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/**
 * How many rows the mean of all is worth: the variance within words over that between them, by moments of the one-way
 * random model (Searle, Casella & McCulloch 1992, "Variance Components", §3.6). Words that tell nothing: very many.
 */
function estimatedSmoothing(values: Float64Array, places: Int32Array, { rows, sums }: FoldSums): number {
  const size = rows.length / labelFolds;
  const counts = new Float64Array(size);
  const totals = new Float64Array(size);
  for (let at = 0; at < rows.length; at += 1) {
    const place = Math.floor(at / labelFolds);
    counts[place]! += rows[at]!;
    totals[place]! += sums[at]!;
  }
  let all = 0;
  let squares = 0;
  let total = 0;
  let words = 0;
  for (let place = 0; place < size; place += 1) {
    const count = counts[place]!;
    if (count === 0) continue;
    words += 1;
    all += count;
    squares += count * count;
    total += totals[place]!;
  }
  if (words < 2 || all <= words) return mostSmoothing;
  const mean = total / all;
  let within = 0;
  let between = 0;
  for (let row = 0; row < places.length; row += 1) {
    const place = places[row]!;
    if (place < 0) continue;
    const own = totals[place]! / counts[place]!;
    within += (values[row]! - own) ** 2;
    between += (own - mean) ** 2;
  }
  const noise = within / (all - words);
  const signal = (between - (words - 1) * noise) / (all - squares / all);
  if (!(signal > 0)) return mostSmoothing;
  return Math.min(Math.max(noise / signal, leastSmoothing), mostSmoothing);
}

const needsLabels = (): Error =>
  paramError(
    'target_mean',
    'there are no labels to learn from.',
    'Take target_mean out of the features, or fit them on labelled rows.',
  );

/** The class that a mean is the share of; null where labels are numbers. Of two classes, the second. */
function classOf({ classes }: TrainingLabels, params: Params): string | null {
  const { class: asked } = params;
  if (typeof asked === 'string') {
    if (classes.includes(asked)) return asked;
    throw paramError(
      'target_mean',
      `the label has no class ${JSON.stringify(asked)}.`,
      classes.length === 0 ? 'Leave class out.' : `Its classes are: ${classes.join(', ')}.`,
    );
  }
  return classes[1] ?? classes[0] ?? null;
}

/** The most frequent classes, in the label's order. */
function frequentClasses({ classes, target }: TrainingLabels): readonly string[] {
  if (classes.length <= mostClasses) return classes;
  const rows = new Map(classes.map((name) => [name, 0]));
  for (const code of target) {
    const name = classes[code];
    if (name !== undefined) rows.set(name, rows.get(name)! + 1);
  }
  const kept = new Set(mostFrequent(rows).slice(0, mostClasses));
  return classes.filter((name) => kept.has(name));
}

/**
 * Words by the mean label of their rows (target statistics; Micci-Barreca 2001), those of the training part by the
 * rows of other folds only, so that no row is told its own label (cf. Prokhorenkova et al. 2018, "CatBoost", §3).
 */
export const targetMean: StepTransform = {
  name: 'target_mean',
  summary:
    'The mean label of the training rows with this word (of classes: the share of one), drawn to the mean of all where they are few. A training row is told by the rows of other folds only, never by its own label. Unseen: the mean of all. Missing stays missing.',
  accepts: ['category', 'text'],
  params: paramsSchema({
    ...keptCategories,
    class: {
      type: 'string',
      description:
        'The class whose share it is. Default: the second of two; of more, one feature each (at most ten).',
    },
    smoothing: {
      type: 'number',
      minimum: 0,
      description:
        'The mean of all counts as so many rows. Default: estimated, from how far words differ beyond chance.',
    },
  }),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'category', params: { min_count: 2, max_categories: 3, smoothing: 2 } },
    { kind: 'text', params: { smoothing: 0 } },
  ],
  expand(params, _input, labels) {
    if (labels === undefined || labels.classes.length <= 2 || 'class' in params) return null;
    return frequentClasses(labels).map((name) => [
      { transform: 'target_mean', params: { ...params, class: name } },
    ]);
  },
  fit(column, params, _input, labels) {
    if (labels === undefined) throw needsLabels();
    const words = wordsOf(column);
    const counts = countWords(words);
    const least = numberParam(params, 'min_count', 1);
    const kept = mostFrequent(counts)
      .filter((word) => (counts.get(word) ?? 0) >= least)
      .slice(0, numberParam(params, 'max_categories', 100_000))
      .sort(byCodeUnit);
    const placeOf = new Map(kept.map((word, place) => [word, place]));
    const places = wordLookup((word) => placeOf.get(word) ?? unseen)(words);
    const share = classOf(labels, params);
    const values = labelValues(labels, share);
    const sums = foldSums(places, kept.length, labels.folds, values);
    const total = (by: Float64Array): number[] =>
      kept.map((_, place) =>
        by.subarray(place * labelFolds, (place + 1) * labelFolds).reduce((sum, own) => sum + own, 0),
      );
    return {
      words: kept,
      rows: total(sums.rows),
      sums: total(sums.sums),
      prior: meanOf(values),
      smoothing: numberParam(params, 'smoothing', estimatedSmoothing(values, places, sums)),
      class: share,
    };
  },
  compile(state, { name }) {
    const words = stateWords(state, 'words');
    const [rows, sums] = [stateNumbers(state, 'rows'), stateNumbers(state, 'sums')];
    const [prior, smoothing] = [stateNumber(state, 'prior'), stateNumber(state, 'smoothing')];
    const { class: share = null } = state;
    if (rows.length !== words.length || sums.length !== words.length || smoothing < 0)
      throw damagedState('its words do not fit their means');
    if (share !== null && typeof share !== 'string') throw damagedState('"class" should be a word or null');
    const placeOf = new Map(words.map((word, place) => [word, place]));
    const find = (word: string): number => placeOf.get(word) ?? unseen;
    const lookUp = wordLookup(find);
    const placeIn = wordCell(find);
    const give = (count: number, sum: number): number => smoothed(count, sum, prior, smoothing);
    const means = rows.map((count, place) => give(count, sums[place]!));
    const known = (place: number, at: (place: number) => number): number =>
      place === missing ? NaN : place === unseen ? prior : at(place);
    const columnOf = (places: Int32Array, meanAt: (place: number, row: number) => number): NumberColumn => ({
      kind: 'number',
      values: Float64Array.from(places, (place, row) => known(place, (own) => meanAt(own, row))),
    });
    return {
      role: 'column',
      gives: 'number',
      name: share === null ? `${name}:mean` : `${name}:share of ${share}`,
      map: (column) => columnOf(lookUp(wordsOf(column)), (place) => means[place]!),
      cell: (cell) => known(placeIn(cell), (place) => means[place]!),
      outOfFold: (training, labels) => {
        const places = lookUp(wordsOf(training));
        const sumsOf = foldSums(places, words.length, labels.folds, labelValues(labels, share));
        const byFold = ofOtherFolds(sumsOf, give);
        return (column, folds) =>
          columnOf(lookUp(wordsOf(column)), (place, row) =>
            folds[row]! < 0 ? means[place]! : byFold[place * labelFolds + folds[row]!]!,
          );
      },
    };
  },
};
