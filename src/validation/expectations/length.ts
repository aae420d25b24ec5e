import { boundsText, within } from './bounds.ts';
import type { ExpectationKind } from './judging.ts';
import { judgingCells } from './judging.ts';

/** Characters as a person counts them, more or less: code points. */
function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    // The second half of a surrogate pair is no character of its own.
    if (unit < 0xdc00 || unit > 0xdfff) count += 1;
  }
  return count;
}

export const length: ExpectationKind<'length'> = {
  name: 'length',
  description: 'The text is so many characters (code points) long.',
  expected: ({ bounds }) => `a length ${boundsText(bounds)}`,
  judge: ({ column, bounds }, input) => {
    const fits = within(bounds);
    return judgingCells(input, column, (cell) => fits(codePoints(String(cell))));
  },
};
