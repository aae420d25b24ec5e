import type { NumberColumn } from '../../data/columns.ts';
import { foldSums, labelFolds, ofOtherFolds } from '../labels.ts';
import { damagedState, numberParam, paramsSchema, stateNumbers, stateWords } from '../params.ts';
import { missing, unseen } from '../prepared.ts';
import type { StepTransform } from '../transform.ts';
import { byCodeUnit, countWords, mostFrequent, wordCell, wordLookup, wordsOf } from '../words.ts';
import { keptCategories } from './categories.ts';

/** How often a word stands in the training part. Looks at no label. */
export const frequency: StepTransform = {
  name: 'frequency',
  summary:
    'How many training rows have this word, as log(1 + rows). A training row is counted by the rows of other folds, as if it were new. Unseen: 0. Missing stays missing.',
  accepts: ['category', 'text'],
  params: paramsSchema({ max_categories: keptCategories.max_categories }),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'text', params: { max_categories: 2 } },
  ],
  fit(column, params) {
    const counts = countWords(wordsOf(column));
    const words = mostFrequent(counts)
      .slice(0, numberParam(params, 'max_categories', 100_000))
      .sort(byCodeUnit);
    return { words, rows: words.map((word) => counts.get(word) ?? 0) };
  },
  compile(state, { name }) {
    const words = stateWords(state, 'words');
    const rows = stateNumbers(state, 'rows');
    if (rows.length !== words.length || !rows.every((count) => count >= 0))
      throw damagedState('its words do not fit their rows');
    const placeOf = new Map(words.map((word, place) => [word, place]));
    const find = (word: string): number => placeOf.get(word) ?? unseen;
    const lookUp = wordLookup(find);
    const placeIn = wordCell(find);
    const logs = rows.map(Math.log1p);
    const give = (place: number, at: (place: number) => number): number =>
      place === missing ? NaN : place === unseen ? 0 : at(place);
    const columnOf = (places: Int32Array, at: (place: number, row: number) => number): NumberColumn => ({
      kind: 'number',
      values: Float64Array.from(places, (place, row) => give(place, (own) => at(own, row))),
    });
    return {
      role: 'column',
      gives: 'number',
      name: `${name}:frequency`,
      map: (column) => columnOf(lookUp(wordsOf(column)), (place) => logs[place]!),
      cell: (cell) => give(placeIn(cell), (place) => logs[place]!),
      outOfFold: (training, { folds: dealt }) => {
        const known = foldSums(lookUp(wordsOf(training)), words.length, dealt, null);
        const all = labelFolds / (labelFolds - 1);
        // Of so many folds less one: scaled up, so that training rows and new ones are counted alike.
        const byFold = ofOtherFolds(known, (count) => Math.log1p(count * all));
        return (column, folds) =>
          columnOf(lookUp(wordsOf(column)), (place, row) =>
            folds[row]! < 0 ? logs[place]! : byFold[place * labelFolds + folds[row]!]!,
          );
      },
    };
  },
};
