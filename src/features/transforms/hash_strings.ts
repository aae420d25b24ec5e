import { hashText } from '../../hash.ts';
import { numberParam, paramsSchema, stateInteger } from '../params.ts';
import type { StepTransform } from '../transform.ts';
import { wordCell, wordLookup, wordsOf } from '../words.ts';

const mostBuckets = 65_536;

/** How many buckets: the parameter of `hash_strings`, and of `hashing`. */
export const hashBuckets = {
  buckets: {
    type: 'integer',
    minimum: 2,
    maximum: mostBuckets,
    default: 64,
    description: 'How many buckets.',
  },
} as const;

/** Words as the bucket that their hash says. */
export const hashStrings: StepTransform = {
  name: 'hash_strings',
  summary:
    'Words as codes: the bucket that the hash of the whole word says, so nothing is learnt and unseen words have theirs too. Missing has a code of its own. one_hot may follow.',
  accepts: ['category', 'text'],
  params: paramsSchema(hashBuckets),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'text', params: { buckets: 5 } },
  ],
  fit: (_column, params) => ({ buckets: numberParam(params, 'buckets', 64) }),
  compile(state) {
    const buckets = stateInteger(state, 'buckets', 2, mostBuckets);
    const find = (word: string): number => hashText(word) % buckets;
    const lookUp = wordLookup(find);
    return {
      role: 'column',
      gives: 'codes',
      size: buckets,
      labels: () => Array.from({ length: buckets }, (_, i) => `:hash ${i}`),
      map: (column) => ({ kind: 'codes', codes: lookUp(wordsOf(column)), size: buckets }),
      cell: wordCell(find),
    };
  },
};
