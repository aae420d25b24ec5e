import { paramsSchema } from '../params.ts';
import type { ComposedTransform } from '../transform.ts';
import { hashBuckets } from './hash_strings.ts';

/** One 0/1 column a bucket; a word's hash says which (feature hashing, Weinberger et al. 2009, without signs). */
export const hashing: ComposedTransform = {
  name: 'hashing',
  summary:
    'One 0/1 column a bucket; the hash of the whole word says which, so nothing is learnt and unseen words have theirs too. Missing: all zero. (hash_strings, then one_hot.)',
  accepts: ['category', 'text'],
  params: paramsSchema(hashBuckets),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'category', params: { buckets: 5 } },
    { kind: 'text', params: {} },
  ],
  expand: (params) => [
    [
      { transform: 'hash_strings', params },
      { transform: 'one_hot', params: {} },
    ],
  ],
};
