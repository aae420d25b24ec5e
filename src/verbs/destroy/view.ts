import type { DestroyResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, headline, list, next } from '../view/blocks.ts';

/** `destroy`: what is not there any more. */
export const destroyView: View<Outcome<DestroyResult>> = {
  blocks: ({ result: { name, target, removed } }) => [
    removed.length === 0
      ? headline('none', `nothing of ${name} was left on ${target}`)
      : headline('good', `${name} is taken away`, target),
    list(
      removed.map((text) => ({ sign: 'good', text })),
      'removed',
    ),
    next(command('deploy', name)),
  ],
  essential: ({ result: { name } }) => [name],
};
