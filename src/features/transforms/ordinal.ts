import { paramError, paramsSchema, stateWords, wordsParam } from '../params.ts';
import { unseen } from '../prepared.ts';
import type { StepTransform } from '../transform.ts';
import { byCodeUnit, countWords, wordCell, wordLookup, wordsOf } from '../words.ts';

/** The place of a category in an order, from 1. */
export const ordinal: StepTransform = {
  name: 'ordinal',
  summary:
    'Place of a category in the given order (default: by code unit), numbered from 1. Missing and unseen become missing, so 0 at the end of a chain.',
  accepts: ['category', 'text'],
  params: paramsSchema({
    order: {
      type: 'array',
      items: { type: 'string', description: 'A category.' },
      minItems: 1,
      maxItems: 100_000,
      description: 'The categories, lowest first. Default: those of the training part, sorted.',
    },
  }),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'category', params: { order: ['low', 'medium', 'high'] } },
    { kind: 'text', params: {} },
  ],
  fit(column, params) {
    const given = wordsParam(params, 'order');
    if (given !== null && new Set(given).size < given.length)
      throw paramError('ordinal', 'its order names a category twice.', 'Write each category once.');
    return { order: given ?? [...countWords(wordsOf(column)).keys()].sort(byCodeUnit) };
  },
  compile(state) {
    const places = new Map(stateWords(state, 'order').map((word, position) => [word, position + 1]));
    const find = (word: string): number => places.get(word) ?? unseen;
    const lookUp = wordLookup(find);
    const placeOf = wordCell(find);
    const give = (place: number): number => (place < 0 ? NaN : place);
    return {
      role: 'column',
      gives: 'number',
      map: (column) => ({
        kind: 'number',
        values: Float64Array.from(lookUp(wordsOf(column)), give),
      }),
      cell: (cell) => give(placeOf(cell)),
    };
  },
};
