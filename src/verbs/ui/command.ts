import { exitCodes } from '../../errors.ts';
import { parsePort } from '../flags.ts';
import type { Context } from '../../project/context.ts';
import type { Session, Verb } from '../verb.ts';

interface UiFlags {
  readonly host: string;
  readonly port: number;
  readonly write: boolean;
  readonly open: boolean;
}

/** The address stays printed: where no browser opens, a person opens it. */
async function openAddress(session: Session, { environment }: Context, url: string): Promise<void> {
  const { openPage } = await import('../../environment/index.ts');
  const why = await openPage(url, environment);
  if (why !== null) session.note(`warning: the browser was not opened: ${why}`);
}

export const uiVerb: Verb = {
  name: 'ui',
  group: 'Look after',
  summary: 'all of it in a browser: runs, lineage, monitoring, deployments, the store',
  description:
    'Serves pages over the store to a browser of this machine until Ctrl-C: what serves and how it does, every run and how two differ, where a bundle comes from, searches, schedules, and what the store holds. The printed address has a token that opens the pages in one browser, once; then the next address is printed. Read-only, but with --write.',
  examples: [
    ['aieng ui', 'prints the address to open'],
    ['aieng ui --open', 'opens it in the browser'],
    ['aieng ui --write', 'approve, tag and note in the pages too'],
    ['aieng ui --port 0', 'on any port that is free'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).uiResult,
  define: (command, session) =>
    command
      .option('--host <address>', 'address to listen on: of this machine only', '127.0.0.1')
      .option('--port <n>', 'port to listen on; 0 lets the system choose', parsePort, 4180)
      .option('--open', 'open the pages in the browser; only on a terminal', false)
      .option('--write', 'the pages may change something: each change is confirmed there', false)
      .action(async ({ open, ...flags }: UiFlags) => {
        await session.perform(command, {
          call: async (context) => {
            const { ui } = await import('./ui.ts');
            return ui(context, {
              ...flags,
              onAddress: (url, first) => {
                session.note(first ? `open ${url} (Ctrl-C stops it)` : `in another browser: ${url}`);
                if (open && first) void openAddress(session, context, url);
              },
            });
          },
          opensItself: true,
          view: async () => (await import('./view.ts')).uiView,
        });
      }),
};
