import type { InitResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { facts, headline, list, next } from '../view/blocks.ts';
import { counted } from '../view/format.ts';

/** `init`: what was written, what was inferred, what to read before going on. */
export const initView: View<Outcome<InitResult>> = {
  blocks: ({ result }) => [
    headline('good', `${result.name} is ready`, counted(result.created.length, 'file')),
    facts([['task', result.task]]),
    list(
      result.recognised.map(({ what, line, example }) => ({
        sign: 'none',
        text: what,
        ...(example === null ? {} : { note: line === null ? example : `line ${line}: ${example}` }),
      })),
      'recognised, and written down',
    ),
    list(
      result.created.map((path) => ({ sign: 'good', text: path })),
      'created',
    ),
    list(
      result.notes.map((text) => ({ sign: 'none', text })),
      'please look at',
    ),
    next(result.next),
  ],
  essential: ({ result }) => [...result.created],
};
