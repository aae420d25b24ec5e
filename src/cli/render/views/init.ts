import type { Outcome } from '../../../lifecycle/outcome.ts';
import type { InitResult } from '../../../lifecycle/verbs.ts';
import type { View } from '../blocks.ts';
import { facts, headline, list, next } from '../blocks.ts';
import { counted } from '../format.ts';

/** `init`: what was written, what was inferred, what to read before going on. */
export const initView: View<Outcome<InitResult>> = {
  blocks: ({ result }) => [
    headline('good', `${result.name} is ready`, counted(result.created.length, 'file')),
    facts([['task', result.task]]),
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
