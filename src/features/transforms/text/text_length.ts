import { noParams } from '../../params.ts';
import { missing } from '../../prepared.ts';
import type { StepTransform } from '../../transform.ts';
import { wordCell, wordLookup, wordsOf } from '../../words.ts';

/** Length of a text in UTF-16 code units: the same in every runtime. */
export const textLength: StepTransform = {
  name: 'text_length',
  summary:
    'Length of a text in UTF-16 code units, a number that later steps may scale. Missing stays missing.',
  accepts: ['text', 'category'],
  params: noParams,
  examples: [
    { kind: 'text', params: {} },
    { kind: 'category', params: {} },
  ],
  fit: () => ({}),
  compile() {
    const find = (word: string): number => word.length;
    const lookUp = wordLookup(find);
    const lengthOf = wordCell(find);
    const give = (length: number): number => (length === missing ? NaN : length);
    return {
      role: 'column',
      gives: 'number',
      map: (column) => ({
        kind: 'number',
        values: Float64Array.from(lookUp(wordsOf(column)), give),
      }),
      cell: (cell) => give(lengthOf(cell)),
    };
  },
};
