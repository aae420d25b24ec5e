import { numberParam, paramsSchema, stateFlag, stateWords } from '../params.ts';
import { unseen } from '../prepared.ts';
import type { StepTransform } from '../transform.ts';
import { byCodeUnit, countWords, wordCell, wordLookup, mostFrequent, wordsOf } from '../words.ts';

/** Which categories are kept: the parameters of `categories`, and of `one_hot` for words. */
export const keptCategories = {
  min_count: {
    type: 'integer',
    minimum: 1,
    default: 1,
    description: 'Categories with fewer training rows go together into one `other`.',
  },
  max_categories: {
    type: 'integer',
    minimum: 1,
    maximum: 100_000,
    default: 100_000,
    description: 'Only so many, the most frequent, stand for themselves; the rest go into `other`.',
  },
} as const;

/** Words as codes of the training part's categories, in order of code units. */
export const categories: StepTransform = {
  name: 'categories',
  summary:
    'Words as codes of the training categories, which one_hot may follow. Missing and unseen have codes of their own; unseen is `other` where rare categories were put together there.',
  accepts: ['category', 'text'],
  params: paramsSchema(keptCategories),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'category', params: { min_count: 2, max_categories: 3 } },
    { kind: 'text', params: {} },
  ],
  fit(column, params) {
    const counts = countWords(wordsOf(column));
    const least = numberParam(params, 'min_count', 1);
    const kept = mostFrequent(counts)
      .filter((word) => (counts.get(word) ?? 0) >= least)
      .slice(0, numberParam(params, 'max_categories', 100_000))
      .sort(byCodeUnit);
    return { words: kept, other: kept.length < counts.size };
  },
  compile(state) {
    const words = stateWords(state, 'words');
    const other = stateFlag(state, 'other');
    const codes = new Map(words.map((word, code) => [word, code]));
    const rest = other ? words.length : unseen;
    const find = (word: string): number => codes.get(word) ?? rest;
    const lookUp = wordLookup(find);
    const size = words.length + (other ? 1 : 0);
    return {
      role: 'column',
      gives: 'codes',
      size,
      labels: () => [...words.map((word) => `=${word}`), ...(other ? [':other'] : [])],
      map: (column) => ({ kind: 'codes', codes: lookUp(wordsOf(column)), size }),
      cell: wordCell(find),
    };
  },
};
