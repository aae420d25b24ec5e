import { flagParam, numberParam, paramsSchema, stateFlag, stateWords } from '../params.ts';
import type { EncoderStep, Transform } from '../transform.ts';
import { byCodeUnit, countWords, wordLookup, mostFrequent, wordsOf } from '../words.ts';

const positionsOf = (categories: readonly string[]): ReadonlyMap<string, number> =>
  new Map(categories.map((category, position) => [category, position]));

function oneColumnEach(name: string, categories: readonly string[], other: boolean): EncoderStep {
  const positions = positionsOf(categories);
  const unseen = other ? categories.length : -1;
  const lookUp = wordLookup((word) => positions.get(word) ?? unseen);
  const outputs = categories.map((category) => `${name}=${category}`);
  return {
    role: 'encoder',
    outputs: other ? [...outputs, `${name}:other`] : outputs,
    write(column, out, offset, stride) {
      const found = lookUp(wordsOf(column));
      for (let i = 0, at = offset; i < found.length; i += 1, at += stride) {
        const position = found[i]!;
        if (position >= 0) out[at + position] = 1;
      }
    },
  };
}

function oneSignedColumn(name: string, low: string, high: string): EncoderStep {
  const lookUp = wordLookup((word) => (word === low ? 0 : word === high ? 1 : -1));
  return {
    role: 'encoder',
    outputs: [`${name}=${high}`],
    write(column, out, offset, stride) {
      const found = lookUp(wordsOf(column));
      for (let i = 0, at = offset; i < found.length; i += 1, at += stride) {
        const position = found[i]!;
        if (position >= 0) out[at] = 2 * position - 1;
      }
    },
  };
}

/** One column for each category of the training part, in order of code units. */
export const oneHot: Transform = {
  name: 'one_hot',
  summary:
    'One 0/1 column a category of the training part. Missing: all zero. Unseen: all zero, or `other` where rare categories were put together there.',
  accepts: ['category', 'text'],
  params: paramsSchema({
    min_count: {
      type: 'integer',
      minimum: 1,
      default: 1,
      description: 'Categories with fewer training rows go together into one `other` column.',
    },
    max_categories: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 100_000,
      description: 'Only so many, the most frequent, get a column of their own; the rest go into `other`.',
    },
    signed_binary: {
      type: 'boolean',
      default: false,
      description: 'Exactly two categories: one column, −1 or +1 (0 for missing and unseen).',
    },
  }),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'category', params: { min_count: 2 } },
    { kind: 'category', params: { max_categories: 2 } },
    { kind: 'category', params: { signed_binary: true } },
    { kind: 'text', params: { max_categories: 10 } },
  ],
  fit(column, params) {
    const counts = countWords(wordsOf(column));
    const least = numberParam(params, 'min_count', 1);
    const kept = mostFrequent(counts)
      .filter((word) => (counts.get(word) ?? 0) >= least)
      .slice(0, numberParam(params, 'max_categories', 100_000))
      .sort(byCodeUnit);
    const other = kept.length < counts.size;
    const signed = flagParam(params, 'signed_binary', false) && kept.length === 2 && !other;
    return { categories: kept, other, signed };
  },
  compile(state, { name }) {
    const categories = stateWords(state, 'categories');
    const [low, high] = categories;
    if (stateFlag(state, 'signed') && low !== undefined && high !== undefined)
      return oneSignedColumn(name, low, high);
    return oneColumnEach(name, categories, stateFlag(state, 'other'));
  },
};
