import type { Outcome } from '../../../lifecycle/outcome.ts';
import type { RollbackResult } from '../../../lifecycle/verbs.ts';
import type { View } from '../blocks.ts';
import { facts, headline, next } from '../blocks.ts';
import { duration, versioned } from '../format.ts';
import { command } from './shared.ts';

/** `rollback`: which version serves again. */
export const rollbackView: View<Outcome<RollbackResult>> = {
  blocks: ({ result: { name, from, to, applied } }) => [
    headline('good', `${versioned(name, to)} serves again`, applied.status.url ?? undefined),
    facts([
      ['before', from === null ? null : versioned(name, from)],
      ['took', duration(applied.durationMs)],
    ]),
    next(command('status')),
  ],
  essential: ({ result: { name, to } }) => [versioned(name, to)],
};
