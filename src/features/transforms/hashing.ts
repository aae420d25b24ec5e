import { hashWord } from '../hash.ts';
import { numberParam, paramsSchema, stateInteger } from '../params.ts';
import type { Transform } from '../transform.ts';
import { wordLookup, wordsOf } from '../words.ts';

const mostBuckets = 65_536;

/** One 0/1 column a bucket; a word's hash says which (feature hashing, Weinberger et al. 2009, without signs). */
export const hashing: Transform = {
  name: 'hashing',
  summary:
    'One 0/1 column a bucket; the hash of the whole word says which, so nothing is learnt and unseen words have theirs too. Missing: all zero.',
  accepts: ['category', 'text'],
  params: paramsSchema({
    buckets: {
      type: 'integer',
      minimum: 2,
      maximum: mostBuckets,
      default: 64,
      description: 'How many buckets.',
    },
  }),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'category', params: { buckets: 5 } },
    { kind: 'text', params: {} },
  ],
  fit: (_column, params) => ({ buckets: numberParam(params, 'buckets', 64) }),
  compile(state, { name }) {
    const buckets = stateInteger(state, 'buckets', 2, mostBuckets);
    const lookUp = wordLookup((word) => hashWord(word) % buckets);
    return {
      role: 'encoder',
      outputs: Array.from({ length: buckets }, (_, i) => `${name}:hash ${i}`),
      write(column, out, offset, stride) {
        const found = lookUp(wordsOf(column));
        for (let i = 0, at = offset; i < found.length; i += 1, at += stride) {
          const bucket = found[i]!;
          if (bucket >= 0) out[at + bucket] = 1;
        }
      },
    };
  },
};
