import type { ExpectationKind } from './judging.ts';
import { judgingCells } from './judging.ts';

const shownWords = 10;

function listed(words: readonly (string | number)[]): string {
  const shown = words.slice(0, shownWords).map((word) => (typeof word === 'string' ? `"${word}"` : word));
  return `${shown.join(', ')}${words.length > shownWords ? `, … (${words.length} in all)` : ''}`;
}

export const set: ExpectationKind<'set'> = {
  name: 'set',
  description: 'The value is one of a list (`in`), or none of it (`not_in`).',
  expected: ({ words, allowed }) => `${allowed ? 'one of' : 'none of'} ${listed(words)}`,
  judge: ({ column, words, allowed }, input) => {
    // A category is the same whether it came as CSV 0, JSON 0 or "0".
    const known = new Set(words.map(String));
    return judgingCells(input, column, (cell) => known.has(String(cell)) === allowed);
  },
};
