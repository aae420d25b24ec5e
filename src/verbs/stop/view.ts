import type { StopResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, headline, next } from '../view/blocks.ts';
import { versioned } from '../view/format.ts';

/** `stop`: what does not serve any more. */
export const stopView: View<Outcome<StopResult>> = {
  blocks: ({ result: { name, wasRunning, version, url } }) => [
    wasRunning
      ? headline('good', `${versioned(name, version)} is stopped`, url ?? undefined)
      : headline('none', `${name} was not running`),
    next(command('deploy', name)),
  ],
  essential: ({ result: { name } }) => [name],
};
