import type { Outcome } from '../../../lifecycle/outcome.ts';
import type { StopResult } from '../../../lifecycle/verbs.ts';
import type { View } from '../blocks.ts';
import { headline, next } from '../blocks.ts';
import { versioned } from '../format.ts';
import { command } from './shared.ts';

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
