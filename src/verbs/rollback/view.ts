import type { RollbackResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next } from '../view/blocks.ts';
import { duration, versioned } from '../view/format.ts';

/** `rollback`: which version serves again. */
export const rollbackView: View<Outcome<RollbackResult>> = {
  blocks: ({ result: { name, from, to, ended, applied } }) => [
    headline(
      'good',
      `${versioned(name, to)} serves ${ended === undefined ? 'again' : 'alone'}`,
      applied.status.url ?? undefined,
    ),
    facts([
      [ended === undefined ? 'before' : `${ended} that ended`, from === null ? null : versioned(name, from)],
      ['took', duration(applied.durationMs)],
    ]),
    next(command('status')),
  ],
  essential: ({ result: { name, to } }) => [versioned(name, to)],
};
