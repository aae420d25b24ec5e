import type { Outcome } from '../../../lifecycle/outcome.ts';
import type { StopResult } from '../../../lifecycle/verbs.ts';
import type { View } from '../blocks.ts';
import { facts, headline, next } from '../blocks.ts';
import { versioned } from '../format.ts';
import { command } from './shared.ts';

/** `stop`: what no longer serves. */
export const stopView: View<Outcome<StopResult>> = {
  blocks: ({ result: { name, wasRunning, version, url } }) => [
    headline('good', wasRunning ? `${name} is stopped` : `${name} was not running`),
    facts([
      ['served', wasRunning ? versioned(name, version) : null],
      ['at', wasRunning ? url : null],
    ]),
    next(command('deploy', name)),
  ],
  essential: ({ result: { name } }) => [name],
};
