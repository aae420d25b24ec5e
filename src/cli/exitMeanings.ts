import type { ExitCode } from '../errors.ts';

/** What each exit code says, in the words of the help and of docs/cli.md. */
export const exitMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done (`decision` says what was decided)',
  1: 'a bug of aieng: please report it',
  2: 'usage or configuration, or a file or port that cannot be used',
  3: 'data rejected',
  4: 'a gate failed',
  5: 'an alarm, or a service that does not answer',
  6: 'deploy failed; the version before, if there was one, still serves',
  7: 'busy: another run holds the pipeline',
  8: 'store or bundle damaged; it says what, and how to repair it',
  130: 'interrupted; nothing half-written was kept',
};
