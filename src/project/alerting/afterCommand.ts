import type { News } from '../../alerting/book.ts';
import type { Context } from '../context.ts';
import type { Outcome } from '../outcome.ts';
import type { Ending } from './findings.ts';
import { endingOf, newsOfEnding } from './findings.ts';
import { openAlerts } from './openAlerts.ts';

/** A command that ended, and who saw it. */
export interface Ended {
  readonly command: string;
  /** As it was named on the command line; left out: the only one. */
  readonly pipeline: string | undefined;
  /** Somebody sits at the terminal. */
  readonly terminal: boolean;
  /** It failed for a word that whoever sits there typed. */
  readonly mistyped?: boolean;
}

const both = (ending: News | null, own: News | undefined): News => ({
  findings: [...(ending?.findings ?? []), ...(own?.findings ?? [])],
  judged: [...(ending?.judged ?? []), ...(own?.judged ?? [])],
});

/** `AIENG_ALERTS`: `always` tells also what somebody sees at a terminal, `never` tells nothing. A slip of the keyboard is nobody else's business. */
function tells(
  context: Context,
  { terminal, mistyped = false }: Ended,
): { readonly attended: boolean } | null {
  switch (context.environment.variables.AIENG_ALERTS) {
    case 'never':
      return null;
    case 'always':
      return { attended: mistyped };
    default:
      return { attended: terminal || mistyped };
  }
}

async function tell(
  context: Context,
  ended: Ended,
  newsOf: (pipeline: string) => News,
): Promise<readonly string[]> {
  const how = tells(context, ended);
  const open = how === null ? null : await openAlerts(context, ended.pipeline);
  if (how === null || open === null) return [];
  const { handOn } = await import('./handOn.ts');
  return handOn(context, open, newsOf(open.pipeline), how);
}

/**
 * The one place where commands hand on what became of them, for those who are not there.
 *
 * @returns warnings: what could not be told, and waits.
 */
export async function afterOutcome(
  context: Context,
  ended: Ended,
  outcome: Outcome,
): Promise<readonly string[]> {
  const { command, pipeline = outcome.pipeline } = ended;
  const ending = endingOf(command, outcome);
  if (outcome.news === undefined && newsOfEnding(ending, '') === null) return [];
  return tell(context, { ...ended, pipeline }, (name) => both(newsOfEnding(ending, name), outcome.news));
}

/** As `afterOutcome`, for a command that ended by an error. */
export async function afterFailure(
  context: Context,
  ended: Ended,
  failure: Pick<Ending, 'exitCode' | 'message' | 'hint'>,
): Promise<readonly string[]> {
  const ending: Ending = {
    command: ended.command,
    ...failure,
    ...{ runId: null, deployed: false, judgedModel: false },
  };
  if (newsOfEnding(ending, '') === null) return [];
  return tell(context, ended, (name) => both(newsOfEnding(ending, name), undefined));
}
