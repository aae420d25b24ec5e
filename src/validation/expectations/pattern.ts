import { RE2JS } from 're2js';
import type { ExpectationKind } from './judging.ts';
import { judgingCells } from './judging.ts';

export const pattern: ExpectationKind<'pattern'> = {
  name: 'pattern',
  description:
    'The text matches a regular expression in RE2 syntax, anywhere in it: with `^` and `$` from end to end. Time grows with the length of the text, whatever the pattern.',
  expected: ({ pattern: source }) => `a text that matches ${source}`,
  judge: ({ column, pattern: source }, input) => {
    const compiled = RE2JS.compile(source);
    return judgingCells(input, column, (cell) => compiled.test(String(cell)));
  },
};
